"""Counts how often people are pointed to emergency or crisis help: by day, level and kind, with nothing about a person.

California's SB 243 asks for such a count each year. It is off until an operator names a file (docs/operations.md).
"""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterable, Optional

from components.cannot_start import cannot_start
from components.danger import danger_of_response
from components.danger_rules import LEVELS

logger = logging.getLogger(__name__)

# Said of a card that fits every danger.
ANY_KIND = "any"


class ReferralCounter:
    """Adds one line for each turn that pointed somebody to help: `2026-11-28,E3,overdose`."""

    def __init__(self) -> None:
        """Count nothing until a file is named."""
        self._path: Optional[Path] = None

    def write_to(self, path: str) -> None:
        """Name the file; an empty name switches the counter off.

        Stops the program with one line if the file can't be written: a count that silently stays empty would be a wrong one.
        """
        self._path = Path(path) if path else None
        if self._path:
            try:
                self._path.open("a").close()
            except OSError as error:
                cannot_start(
                    f"endpoints.yml, nlg, referral_counts: {path} can't be written ({type(error).__name__}); "
                    'name a file in a folder that this program may write to, or "" to count nothing.'
                )

    def count(self, said: Iterable[str]) -> None:
        """Count one turn by the gravest of what was said in it. Never raises: an answer must not fail for a count."""
        found = [danger for danger in map(danger_of_response, said) if danger]
        if not (self._path and found):
            return
        level, kind = max(found)
        line = f"{datetime.now(timezone.utc):%Y-%m-%d},{LEVELS[level]},{kind or ANY_KIND}\n"
        try:
            # One short write at a file's end is whole, also with several processes.
            with self._path.open("a", encoding="ascii") as file:
                file.write(line)
        except OSError as error:
            logger.error("A referral could not be counted: %s.", type(error).__name__)


referrals = ReferralCounter()
