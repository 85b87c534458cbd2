"""Remembers replies for a while, so that a message whose connection broke can be sent again without being answered twice."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, Protocol, Tuple

Answer = Dict[str, Any]
Work = Callable[[], Awaitable[Answer]]
# Of all conversations together: some 12 MB.
MAX_ANSWERS = 4096


class ReplayBuffer(Protocol):
    """What the channel needs of a buffer. Servers that share one address will need one that they share."""

    async def answer_once(self, session: str, message: str, work: Work) -> Answer:
        """The answer to a message: of `work`, or of an earlier call for the same message, finished or not.

        Work that raises is not remembered: its exception goes to all who wait, and the next call tries again. Once begun, work goes
        on, even where the caller is cancelled.
        """

    async def forget(self, session: str) -> None:
        """Remove all finished answers of a conversation."""

    def forget_old(self) -> None:
        """Remove what is older than it may be; called now and then, so that nothing outlives its time on a quiet server."""


@dataclass
class _Entry:
    task: asyncio.Task
    begun: float


class MemoryReplayBuffer:
    """A buffer in this process, bounded in age and number."""

    def __init__(self, seconds: float, most: int = MAX_ANSWERS) -> None:
        """Create an empty buffer.

        Args:
            seconds: how long an answer is kept.
            most: answers kept; the oldest go first.

        """
        self._seconds = seconds
        self._most = most
        self._entries: OrderedDict[Tuple[str, str], _Entry] = OrderedDict()

    async def answer_once(self, session: str, message: str, work: Work) -> Answer:
        """See `ReplayBuffer`."""
        self.forget_old()
        key = (session, message)
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(asyncio.ensure_future(work()), time.monotonic())  # type: ignore[arg-type]
            entry.task.add_done_callback(lambda task: self._drop_failed(key, task))
        return await asyncio.shield(entry.task)

    async def forget(self, session: str) -> None:
        """See `ReplayBuffer`."""
        for key in [key for key, entry in self._entries.items() if key[0] == session and entry.task.done()]:
            del self._entries[key]

    def __len__(self) -> int:
        """The answers kept."""
        return len(self._entries)

    def _drop_failed(self, key: Tuple[str, str], task: asyncio.Task) -> None:
        if (task.cancelled() or task.exception()) and self._entries.get(key) and self._entries[key].task is task:
            del self._entries[key]

    def forget_old(self) -> None:
        """See `ReplayBuffer`."""
        oldest_kept = time.monotonic() - self._seconds
        while self._entries:
            key, entry = next(iter(self._entries.items()))
            if (len(self._entries) < self._most and entry.begun >= oldest_kept) or not entry.task.done():
                return
            del self._entries[key]
