"""How much one conversation may ask, and how many turns the server works on at once."""

from __future__ import annotations

import asyncio
import math
import time
from types import TracebackType
from typing import Callable, Optional, Type

# So many messages may come at once; after that, as many as the allowance gives.
BURST = 12
# One event loop does the thinking; more at once would only make each slower: with 16 on a machine that was busy with other things,
# action calls ran into their time limit, and the topic in hand was lost. Fewer would let turns that wait for a hanging action server
# hold up the others.
TURNS_AT_ONCE = 6
# Whoever comes after so many would wait longer than anybody does.
MOST_WAITING = 100
# Nobody waits longer for their turn to begin: the numbers now, and the answer to the same message a little later.
WAITING_SECONDS = 8.0


class Allowance:
    """A token bucket: messages of one conversation."""

    def __init__(self, per_minute: float, burst: int = BURST, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with a full bucket.

        Args:
            per_minute: how many messages it gains.
            burst: how many it holds.
            clock: the time in seconds.

        """
        self._per_second = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._left = float(burst)
        self._seen = clock()

    def take(self) -> int:
        """Take one message; 0 if it was there, else the whole seconds to wait for the next."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._seen) * self._per_second)
        self._seen = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return math.ceil((1 - self._left) / self._per_second)


class Turnstile:
    """Lets some turns in at once, keeps some waiting in order, and turns the rest away."""

    def __init__(self, at_once: int = TURNS_AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        """Bound both."""
        self._gate = asyncio.Semaphore(at_once)
        self._most = at_once + most_waiting
        self._inside = 0

    @property
    def is_full(self) -> bool:
        """Whether nobody more may wait."""
        return self._inside >= self._most

    def announce(self) -> None:
        """Count somebody who will come in; `leave` takes them off again."""
        self._inside += 1

    def leave(self) -> None:
        """Take off somebody who was announced."""
        self._inside -= 1

    async def __aenter__(self) -> None:
        """Wait for a place."""
        await self._gate.acquire()

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        """Give the place back."""
        self._gate.release()
