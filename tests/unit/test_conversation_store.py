"""What the conversation store keeps and what it forgets."""

from __future__ import annotations

import time

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components.conversation_store import ConversationStore, Kept, forget_conversation, kept_by

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots:
  country: {type: text, influence_conversation: false, mappings: [{type: custom}]}
responses:
  utter_greet: [{text: hello}]
"""
)


async def talk(store: ConversationStore, turns: int, sender: str = "someone", first_events: tuple = ()) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender)
    tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], DOMAIN)
    for number in range(turns):
        events = [UserUttered(f"message {number}", {"name": "greet"}), *(first_events if number == 0 else ())]
        tracker.update_with_events([*events, ActionExecuted("utter_greet"), BotUttered("hello"), ActionExecuted("action_listen")], DOMAIN)
        await store.save(tracker)
        tracker = await store.retrieve(sender)
    return tracker


async def test_a_long_conversation_stays_short_and_keeps_its_slots():
    store = ConversationStore(DOMAIN, max_turns=3)
    tracker = await talk(store, 50, first_events=(SlotSet("country", "IE"),))
    texts = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert texts == ["message 47", "message 48", "message 49"]
    assert tracker.get_slot("country") == "IE"
    assert len(tracker.events) < 25


async def test_a_short_conversation_is_kept_whole():
    tracker = await talk(ConversationStore(DOMAIN, max_turns=6), 4)
    assert len([event for event in tracker.events if isinstance(event, UserUttered)]) == 4


async def test_a_trimmed_conversation_goes_on():
    store = ConversationStore(DOMAIN, max_turns=2)
    tracker = await talk(store, 5)
    assert tracker.latest_action_name == "action_listen"
    assert tracker.latest_message.text == "message 4"


async def test_the_longest_silent_go_first():
    store = ConversationStore(DOMAIN, max_conversations=2)
    for sender in ("one", "two", "three"):
        await talk(store, 1, sender)
    assert list(await store.keys()) == ["two", "three"]
    assert await store.retrieve("one") is None


async def test_an_old_conversation_is_forgotten(monkeypatch):
    store = ConversationStore(DOMAIN, max_age_hours=1)
    await talk(store, 1)
    later = time.time() + 3601
    monkeypatch.setattr(time, "time", lambda: later)
    assert await store.retrieve("someone") is None


async def test_deleting_leaves_nothing():
    store = ConversationStore(DOMAIN)
    await talk(store, 2)
    await store.delete("someone")
    assert await store.retrieve("someone") is None
    assert list(await store.keys()) == []
    await store.delete("nobody")


async def test_what_is_returned_is_a_copy():
    store = ConversationStore(DOMAIN)
    tracker = await talk(store, 1)
    tracker.update(UserUttered("half a turn", {"name": "greet"}), DOMAIN)
    kept = await store.retrieve("someone")
    assert kept.latest_message.text == "message 0"


async def test_all_that_was_understood_is_kept() -> None:
    """Through the store's packing, also what is no text: a risk, a lone half of a character."""
    parsed = {"intent": {"name": "greet", "confidence": 0.5}, "risk": {"level": "E3", "about": ["self"], "ending": {"im_safe_now": 0.25}}}
    said = UserUttered("\ud83d caf\u00e9", parsed["intent"], parse_data=parsed, input_channel="rest", metadata={"key": [1, None]})
    store = ConversationStore(DOMAIN)
    await store.save(DialogueStateTracker.from_events("someone", [said, SlotSet("country", "IE")], DOMAIN.slots))
    kept = await store.retrieve("someone")
    assert kept is not None
    assert kept.latest_message is not None
    assert kept.latest_message.as_dict() == said.as_dict()
    assert kept.latest_message.parse_data["risk"] == parsed["risk"]


@pytest.mark.parametrize("turns", [1, 7])
async def test_retrieving_twice_is_the_same(turns):
    store = ConversationStore(DOMAIN, max_turns=3)
    await talk(store, turns)
    first, second = [await store.retrieve("someone") for _ in range(2)]
    assert [event.as_dict() for event in first.events] == [event.as_dict() for event in second.events]


async def test_a_forgotten_conversation_is_gone_from_what_rasa_wraps_around_the_store_too() -> None:
    """Rasa's wrapper has no deletion of its own, and keeps what the inner store once failed to save."""
    inner = ConversationStore(DOMAIN)
    wrapped = FailSafeTrackerStore(inner, fallback_tracker_store=InMemoryTrackerStore(DOMAIN))
    for store in (inner, wrapped.fallback_tracker_store):
        for person in ("one", "other"):
            await store.save(DialogueStateTracker.from_events(person, [UserUttered("private words")], DOMAIN.slots))
    await forget_conversation(wrapped, "one")
    assert list(await inner.keys()) == ["other"]
    assert list(await wrapped.fallback_tracker_store.keys()) == ["other"]


async def test_a_store_that_cannot_delete_says_so() -> None:
    with pytest.raises(NotImplementedError):
        await forget_conversation(FailSafeTrackerStore(InMemoryTrackerStore(DOMAIN)), "one")
    with pytest.raises(TypeError):
        kept_by(InMemoryTrackerStore(DOMAIN))


def test_the_store_says_what_it_keeps() -> None:
    assert kept_by(FailSafeTrackerStore(ConversationStore(DOMAIN, max_turns=4, max_age_hours=2.5))) == Kept(4, 2.5)
