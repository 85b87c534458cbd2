"""What is remembered of each chat, in memory only."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Deque, List, Optional, Tuple

from channels.telegram.flood import Bucket

KEPT = 10_000
# Telegram lets a bot delete messages for so long.
DELETABLE_SECONDS = 48 * 3600 - 60
MESSAGES_KEPT = 400
TAPS_KEPT = 50


@dataclass
class Chat:
    """One private chat.

    Attributes:
        id: Telegram's number of it.
        bucket: counts its messages.
        country: what the person has set; None until then.
        language: of the person's app.
        in_emergency: whether the last turn was a card.
        loading_said: whether it was told that the model is loading.
        album: the last album that was answered.

    """

    id: int
    bucket: Bucket
    country: Optional[str] = None
    language: str = ""
    in_emergency: bool = False
    loading_said: bool = False
    album: str = ""
    _messages: Deque[Tuple[float, int]] = field(default_factory=lambda: deque(maxlen=MESSAGES_KEPT))
    _tapped: Deque[int] = field(default_factory=lambda: deque(maxlen=TAPS_KEPT))

    def note(self, message_id: int) -> None:
        """Remember a message's number, so that it can be deleted."""
        if message_id:
            self._messages.append((time.time(), message_id))

    def deletable(self) -> List[int]:
        """The numbers of the messages that Telegram still lets a bot delete, once each."""
        oldest = time.time() - DELETABLE_SECONDS
        return sorted({number for at, number in self._messages if at >= oldest})

    def first_tap(self, message_id: int) -> bool:
        """Whether nobody has tapped a button of this message before; from now on somebody has."""
        if message_id in self._tapped:
            return False
        self._tapped.append(message_id)
        return True


class Chats:
    """All chats; the ones longest silent are forgotten first."""

    def __init__(self, messages_per_minute: int) -> None:
        """Start without any."""
        self._per_minute = messages_per_minute
        self._chats: OrderedDict[int, Chat] = OrderedDict()

    def of(self, number: int) -> Chat:
        """A chat; a new one if nobody has written there yet."""
        if number not in self._chats:
            self._chats[number] = Chat(number, Bucket(self._per_minute))
            while len(self._chats) > KEPT:
                self._chats.popitem(last=False)
        self._chats.move_to_end(number)
        return self._chats[number]

    def numbers(self) -> List[int]:
        """Of all chats that are remembered."""
        return list(self._chats)

    def forget(self, number: int) -> None:
        """Forget a chat, but not how much it has written: else a flood would begin anew with every deletion."""
        old = self._chats.pop(number, None)
        if old:
            self._chats[number] = Chat(number, old.bucket)
