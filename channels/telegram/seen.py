"""Remembers which updates were answered, also over a restart. Only numbers are written down."""

from __future__ import annotations

import logging
from collections import OrderedDict
from pathlib import Path
from typing import IO, Optional

logger = logging.getLogger(__name__)

# Telegram keeps undelivered updates for a day; so many more than ever wait are enough.
KEPT = 20_000


class Seen:
    """The numbers of answered updates, one a line in a file that only grows until the next start. One process may write it."""

    def __init__(self, path: Path) -> None:
        """Read what was written before. If the file can't be used, remember in memory only, and say so once."""
        self._path = path
        self._numbers: OrderedDict[int, None] = OrderedDict()
        self._file: Optional[IO[str]] = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                lines = path.read_text(encoding="ascii", errors="ignore").splitlines()
                self._numbers.update({int(line): None for line in lines[-KEPT:] if line.isdigit()})
            rest = path.with_suffix(".new")
            rest.write_text("".join(f"{number}\n" for number in self._numbers), encoding="ascii")
            rest.replace(path)
            self._file = path.open("a", encoding="ascii", buffering=1)
        except OSError as error:
            logger.error("Telegram: %s can't be written (%s); a restart may answer a message twice.", path.name, type(error).__name__)

    def __contains__(self, number: int) -> bool:
        """Whether this update was answered."""
        return number in self._numbers

    def add(self, number: int) -> None:
        """Note an answered update. It is on its way to the disk when this returns."""
        self._numbers[number] = None
        while len(self._numbers) > KEPT:
            self._numbers.popitem(last=False)
        if self._file:
            try:
                self._file.write(f"{number}\n")
            except OSError:
                self._file = None
                logger.error("Telegram: %s can't be written any more; a restart may answer a message twice.", self._path.name)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None
