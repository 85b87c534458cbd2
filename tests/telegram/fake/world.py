"""What Telegram remembers: chats, messages, waiting updates, and the faults that a test asked for."""

from __future__ import annotations

import random
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

FIRST_UPDATE = 700_000_001


@dataclass
class Message:
    """One message in a chat."""

    id: int
    by: str
    text: str
    bold: str = ""
    keyboard: List[List[Dict[str, Any]]] = field(default_factory=list)
    at: float = 0.0
    silent: bool = False
    preview: bool = True
    parse_mode: str = ""
    deleted: bool = False
    edits: int = 0


@dataclass
class Chat:
    """One chat, as its person sees it."""

    id: int
    kind: str = "private"
    messages: List[Message] = field(default_factory=list)
    blocked: bool = False
    left: bool = False
    typing: List[float] = field(default_factory=list)


@dataclass
class Fault:
    """What goes wrong, and how often.

    Attributes:
        kind: "429", "5xx", "403", "cut" (before the work is done), "cut_after" (when it is done), "slow", or "400".
        method: of the Bot API; "*" for any.
        times: how many calls; below 0 for without end.
        share: of the calls, drawn by a seeded die.
        seconds: to wait, for 429 and slow.
        chat: only of calls for this one; 0 for any.
        description: for "400".

    """

    kind: str
    method: str = "sendMessage"
    times: int = -1
    share: float = 1.0
    seconds: float = 1.0
    chat: int = 0
    description: str = "something is wrong"


class World:
    """All of it. Lives in one event loop."""

    def __init__(self, token: str) -> None:
        """Start empty."""
        self.token = token
        self.chats: Dict[int, Chat] = {}
        self.waiting: OrderedDict[int, Dict[str, Any]] = OrderedDict()
        self.history: List[Dict[str, Any]] = []
        self.extra: List[Dict[str, Any]] = []
        self.calls: List[Dict[str, Any]] = []
        self.faults: List[Fault] = []
        self.taps: Dict[str, Optional[str]] = {}
        self.profile: Dict[str, Any] = {}
        self.webhook: Optional[Dict[str, Any]] = None
        self.deliver_to = ""
        self.deliveries: List[Dict[str, Any]] = []
        self.die = random.Random(5)  # noqa: S311 (no secret)
        self._next_update = FIRST_UPDATE
        self._next_message = 100
        self._next_tap = 1

    def chat(self, number: int, kind: str = "private") -> Chat:
        """A chat; a new one if nobody has written there yet."""
        return self.chats.setdefault(number, Chat(number, kind))

    def message_id(self) -> int:
        """A fresh number for a message."""
        self._next_message += 1
        return self._next_message

    def tap_id(self) -> str:
        """A fresh number for a tap, which can be answered once."""
        self._next_tap += 1
        number = str(4_000_000_000 + self._next_tap)
        self.taps[number] = None
        return number

    def put(self, update: Dict[str, Any]) -> int:
        """Have an update wait for the bot; its number."""
        number = self._next_update
        self._next_update += 1
        made = {"update_id": number, **update}
        self.waiting[number] = made
        self.history.append({"at": time.time(), **made})
        return number

    def again(self, number: int) -> None:
        """Deliver an update once more, as Telegram does when it did not hear that the first one arrived."""
        update = next(entry for entry in self.history if entry["update_id"] == number)
        self.extra.append({key: value for key, value in update.items() if key != "at"})

    def due(self) -> List[Dict[str, Any]]:
        """What waits for the bot, in the order of its numbers: a second delivery never overtakes what came before the first."""
        return sorted([*self.extra, *self.waiting.values()], key=lambda update: update["update_id"])

    def fault_for(self, method: str, chat: int) -> Optional[Fault]:
        """The fault that hits this call, if one does."""
        for fault in self.faults:
            if fault.method in (method, "*") and fault.chat in (0, chat) and fault.times != 0 and self.die.random() < fault.share:
                fault.times -= 1
                return fault
        return None
