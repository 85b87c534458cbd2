"""What goes wrong among the held-out messages, against the list of what is known to go wrong."""

from __future__ import annotations

from typing import Dict, List, Mapping, Sequence

from tools.crises.verdicts import NO_CARD, TURNS, Verdict

# Their misses stand under another measure already: of innocents left alone, and of whole conversations.
TOLD_ELSEWHERE = (NO_CARD, TURNS)


def misses(verdicts: Sequence[Verdict]) -> Dict[str, List[str]]:
    """The messages (of conversations the names) of which something wrong is made, by measure."""
    found: Dict[str, List[str]] = {}
    for verdict in verdicts:
        if not verdict.is_right and verdict.measure not in TOLD_ELSEWHERE:
            found.setdefault(verdict.measure, []).append(verdict.what)
    return found


def new_ones(found: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]) -> Dict[str, List[str]]:
    """The misses that nobody has listed."""
    return {measure: [text for text in texts if text not in known.get(measure, [])] for measure, texts in found.items()}


def mended(found: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]) -> Dict[str, List[str]]:
    """The listed misses that are right now: to be taken out of the list."""
    return {measure: [text for text in texts if text not in found.get(measure, [])] for measure, texts in known.items()}
