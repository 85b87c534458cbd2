"""What the channel itself knows of a conversation: its order, what it may ask, and which buttons it was offered."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from typing import Callable, Iterable

from channels.web.limits import Allowance

# 128 random bits as the browser's crypto makes them, in hexadecimal.
IDENTIFIER = re.compile(r"[0-9a-f]{32}")
# Buttons stay on the page, so an old one may still be pressed. A turn offers some six.
MOST_OFFERED = 200
MOST_SESSIONS = 10_000
SESSION_SECONDS = 24 * 3600


class Session:
    """One conversation."""

    def __init__(self, allowance: Allowance) -> None:
        """Start with nothing offered."""
        self.order = asyncio.Lock()
        self.allowance = allowance
        self.seen = time.monotonic()
        self._offered: OrderedDict[str, None] = OrderedDict()

    def offer(self, payloads: Iterable[str]) -> None:
        """Remember the payloads of buttons that were shown."""
        for payload in payloads:
            self._offered[payload] = None
            self._offered.move_to_end(payload)
        while len(self._offered) > MOST_OFFERED:
            self._offered.popitem(last=False)

    def was_offered(self, payload: str) -> bool:
        """Whether a button with this payload was shown in this conversation."""
        return payload in self._offered

    def forget(self) -> None:
        """Forget what was offered; what is left says nothing of the conversation."""
        self._offered.clear()


class Sessions:
    """All conversations of this process, bounded in number and age."""

    def __init__(self, allowance: Callable[[], Allowance], most: int = MOST_SESSIONS, seconds: float = SESSION_SECONDS) -> None:
        """Create an empty store.

        Args:
            allowance: makes a new conversation's allowance.
            most: conversations kept; the longest silent go first.
            seconds: a conversation silent for longer is forgotten.

        """
        self._allowance = allowance
        self._most = most
        self._seconds = seconds
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def of(self, identifier: str) -> Session:
        """The conversation with an id, new if need be."""
        self.forget_old()
        session = self._sessions.setdefault(identifier, Session(self._allowance()))
        session.seen = time.monotonic()
        self._sessions.move_to_end(identifier)
        return session

    def __len__(self) -> int:
        """The conversations kept."""
        return len(self._sessions)

    def keep_for(self, seconds: float) -> None:
        """Set for how long a silent conversation is kept: as long as the assistant itself keeps it."""
        self._seconds = seconds

    def forget_old(self) -> None:
        """Forget conversations that are silent for too long, and the longest silent where there are too many."""
        oldest_kept = time.monotonic() - self._seconds
        while self._sessions:
            identifier, session = next(iter(self._sessions.items()))
            if (len(self._sessions) < self._most and session.seen >= oldest_kept) or session.order.locked():
                return
            del self._sessions[identifier]
