"""Keeps conversations in memory, bounded in length, number and age. Nothing is written to disk.

Rasa replays a conversation's events several times in every turn, so a turn's cost grows with the conversation: 12 times
by turn 400 in Rasa's own bot. Nothing here needs more than the last few turns.

Conversations are kept as compressed JSON, as events that Rasa can read again: as objects they take several times as much
(docs/decisions/0007).
"""

from __future__ import annotations

import json
import time
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Optional, Tuple

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker


@dataclass(frozen=True)
class Kept:
    """How much is kept of a conversation: its last turns, and for how many hours after the last message."""

    turns: int
    hours: float


class ConversationStore(TrackerStore):
    """A tracker store that forgets: all but the last turns, and whole conversations after a while."""

    def __init__(
        self,
        domain: Optional[Domain],
        event_broker: Optional[EventBroker] = None,
        max_turns: int = 6,
        max_conversations: int = 10_000,
        max_age_hours: float = 24,
        **kwargs: Any,
    ) -> None:
        """Create an empty store.

        Args:
            domain: what Rasa knows of slots.
            event_broker: passed on to Rasa's base class; none is configured here.
            max_turns: turns kept of each conversation; slots outlive them.
            max_conversations: conversations kept; the ones longest silent go first.
            max_age_hours: a conversation silent for longer is forgotten.
            **kwargs: other keys of endpoints.yml, which Rasa passes and nobody reads.

        """
        super().__init__(domain, event_broker)
        self._max_turns = int(max_turns)
        self._max_conversations = int(max_conversations)
        self._max_age = float(max_age_hours) * 3600
        self._conversations: OrderedDict[str, Tuple[float, bytes]] = OrderedDict()

    @property
    def kept(self) -> Kept:
        """What is kept of each conversation."""
        return Kept(self._max_turns, self._max_age / 3600)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation's last turns and its slots."""
        await self.stream_events(tracker)
        self._conversations[tracker.sender_id] = (time.time(), _packed(self._last_turns(tracker)))
        self._conversations.move_to_end(tracker.sender_id)
        self.forget_old()

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as far as it is kept, or None."""
        self.forget_old()
        if sender_id not in self._conversations:
            return None
        events = _unpacked(self._conversations[sender_id][1])
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations kept."""
        return list(self._conversations)

    async def delete(self, sender_id: str) -> None:
        """Forget one conversation wholly."""
        self._conversations.pop(sender_id, None)

    def forget_old(self) -> None:
        """Forget conversations that are silent for too long, and the longest silent where there are too many."""
        oldest_kept = time.time() - self._max_age
        while self._conversations:
            sender_id, (saved, _) = next(iter(self._conversations.items()))
            if len(self._conversations) <= self._max_conversations and saved >= oldest_kept:
                return
            del self._conversations[sender_id]

    def _last_turns(self, tracker: DialogueStateTracker) -> List[Event]:
        events = list(tracker.events)
        starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
        if len(starts) <= self._max_turns:
            return events
        first = starts[-self._max_turns]
        # The same opening that Rasa gives a session, then what the dropped turns had set.
        opening: List[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
        opening += [SlotSet(name, value) for name, value in _slots_after(events[:first]).items()]
        return [*opening, ActionExecuted(ACTION_LISTEN_NAME), *events[first:]]


def _packed(events: List[Event]) -> bytes:
    return zlib.compress(json.dumps([event.as_dict() for event in events]).encode())


def _unpacked(packed: bytes) -> List[Event]:
    return deserialise_events(json.loads(zlib.decompress(packed)))


def _slots_after(events: List[Event]) -> Dict[str, Any]:
    slots: Dict[str, Any] = {}
    for event in events:
        if isinstance(event, SlotSet):
            slots[event.key] = event.value
    return {name: value for name, value in slots.items() if value is not None}


def kept_by(store: TrackerStore) -> Kept:
    """What a store, as Rasa wraps it, keeps of a conversation.

    Raises:
        TypeError: it is another kind of store, of which nothing can be promised.

    """
    inner = getattr(store, "_tracker_store", store)
    if not isinstance(inner, ConversationStore):
        raise TypeError(f"{type(inner).__name__} does not say what it keeps.")
    return inner.kept


def forget_old(store: TrackerStore) -> None:
    """Let a store, as Rasa wraps it, forget what is too old; of other kinds of stores nothing is known."""
    inner = getattr(store, "_tracker_store", store)
    if isinstance(inner, ConversationStore):
        inner.forget_old()


async def forget_conversation(store: TrackerStore, sender_id: str) -> None:
    """Remove one conversation wholly, also out of the wrapper that Rasa puts around a tracker store.

    Rasa's `FailSafeTrackerStore` passes no deletion on; where the inner store once failed to save, it holds conversations itself.

    Raises:
        NotImplementedError: the store can't delete; nothing may then be said to be deleted.

    """
    inner = getattr(store, "_tracker_store", store)
    if not isinstance(inner, ConversationStore):
        raise NotImplementedError(f"{type(inner).__name__} can't delete a conversation.")
    await inner.delete(sender_id)
    fallback = getattr(store, "_fallback_tracker_store", None)
    if isinstance(fallback, InMemoryTrackerStore):
        fallback.store.pop(sender_id, None)
