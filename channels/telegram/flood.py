"""Counts one person's messages. What is over the limit waits for nothing: it is not answered, unless it speaks of danger."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable


@dataclass
class Bucket:
    """So many messages a minute, all at once or spread.

    Attributes:
        per_minute: the limit.
        clock: seconds that only go forward.

    """

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    warned: bool = False
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        """Start full."""
        self._left, self._at = float(self.per_minute), self.clock()

    def take(self) -> bool:
        """Whether one more message is within the limit. Who is within it again may be warned again."""
        now = self.clock()
        self._left = min(self.per_minute, self._left + (now - self._at) * self.per_minute / 60)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        self.warned = False
        return True
