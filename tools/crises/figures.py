"""The figures of the held-out messages in `tests/emergency/`."""

from __future__ import annotations

from typing import Dict, List, Sequence

from tools.crises.verdicts import Verdict
from tools.understanding.figures import Share, share


def figures(verdicts: Sequence[Verdict]) -> Dict[str, Share]:
    """The share of right verdicts by measure, in the order in which the measures first occur."""
    right: Dict[str, List[bool]] = {}
    for verdict in verdicts:
        right.setdefault(verdict.measure, []).append(verdict.is_right)
    return {measure: share(truths) for measure, truths in right.items()}
