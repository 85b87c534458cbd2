"""Keeps each chat's messages in order, and lets chats go side by side."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Awaitable, Callable, Deque, Dict, Set

logger = logging.getLogger(__name__)


class Stopping(Exception):
    """The program ends. What is not answered yet is to be answered after the start."""


Job = Callable[[], Awaitable[None]]


class Inbox:
    """One queue and, while it has anything, one task for each chat. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        """Create it empty.

        Args:
            most: jobs that may wait in all; see `has_room`.

        """
        self._most = most
        self._queues: Dict[int, Deque[Job]] = {}
        self._tasks: Set[asyncio.Task] = set()
        self._stopping = False
        self.waiting = 0

    @property
    def has_room(self) -> bool:
        """Whether more may come. Who feeds the inbox looks first; nothing that was put in is dropped."""
        return self.waiting < self._most

    def put(self, chat: int, job: Job) -> None:
        """Do a job after the chat's earlier ones."""
        self.waiting += 1
        if chat in self._queues:
            self._queues[chat].append(job)
            return
        self._queues[chat] = deque([job])
        self._keep(asyncio.create_task(self._work(chat)))

    def at_once(self, job: Job) -> None:
        """Do a job now, whatever the chat is waiting for."""
        self.waiting += 1
        self._keep(asyncio.create_task(self._do(job)))

    async def drain(self, seconds: float) -> None:
        """Give what is under way some time, then stop it."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        self._stopping = True
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, task: asyncio.Task) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, chat: int) -> None:
        queue = self._queues[chat]
        try:
            while queue:
                await self._do(queue.popleft())
        finally:
            self.waiting -= len(queue)
            del self._queues[chat]

    async def _do(self, job: Job) -> None:
        try:
            await job()
        except asyncio.CancelledError:
            # Of somebody else's task that the job waited for, or of this one.
            if self._stopping:
                raise
        except Stopping:
            # Not answered on purpose; see `Desk`.
            return
        except Exception as error:
            # Its class only: messages of exceptions can hold what somebody wrote.
            logger.error("Telegram: a message could not be answered: %s.", type(error).__name__)
        finally:
            self.waiting -= 1
