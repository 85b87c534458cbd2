"""Takes one message through the assistant."""

from __future__ import annotations

import logging
import re
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from channels.web.replies import DELETE_NOW, Collector, guidance_reply, is_emergency, level_and_kind, notice, replies_of
from channels.web.requests import Message
from channels.web.sessions import Session
from channels.web.words import own_reply
from components.conversation_store import forget_conversation
from components.danger_rules import E0, E2, LEVELS, danger_rules
from components.safety_net import DANGER, RISK
from components.turn_guard import as_words, default_country, tidy

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
_INTENT = re.compile(r"[a-z0-9_]+")


async def answer(agent: Agent, on_new_message: OnNewMessage, message: Message, session: Session) -> Dict[str, Any]:
    """Let the assistant answer one message, and say it as the contract wants.

    The assistant always says something: `components.turn_guard` sees to it.
    """
    if message.is_button and message.text == DELETE_NOW and session.was_offered(DELETE_NOW):
        return await _deleted(agent, message, session)
    if message.country:
        await _set_country(agent, message.session, message.country)
    collector = Collector()
    await on_new_message(
        UserMessage(said(message, session), collector, message.session, input_channel=collector.name(), message_id=message.identifier)
    )
    tracker = await _tracker(agent, message.session)
    country = (tracker.get_slot("country") if tracker else None) or message.country or default_country()
    danger = tracker.get_slot(DANGER) if tracker else None
    level, kind = level_and_kind(collector.messages, danger, _risk(tracker, message))
    replies = replies_of(collector.messages, country, message.language, is_emergency(danger))
    session.offer(button["payload"] for reply in replies for button in reply["buttons"])
    return _answer(message, country, level, kind, replies)


def said(message: Message, session: Session) -> str:
    """What the assistant sees of a message: a payload only if it was offered in this conversation, else plain words."""
    if not message.is_button:
        return as_words(message.text)
    if session.was_offered(message.text):
        return message.text
    # A button from before a restart still says what it was for: /not_breathing.
    name = _INTENT.search(message.text)
    return name.group().replace("_", " ") if name else ""


def is_urgent(text: str) -> bool:
    """Whether the danger rules, which take a millisecond, see something serious in a message; also where they fail."""
    try:
        return danger_rules().read(tidy(text, set())).level >= E2
    except Exception as error:
        logger.error("The danger rules failed: %s.", type(error).__name__)
        return True


async def forget(agent: Agent, identifier: str, session: Session) -> None:
    """Remove a conversation from the tracker store, and what was offered in it."""
    await forget_conversation(agent.tracker_store, identifier)
    session.forget()


async def country_of(agent: Agent, identifier: str) -> str:
    """The country that a conversation has, else the default one."""
    tracker = await _tracker(agent, identifier)
    return (tracker.get_slot("country") if tracker else None) or default_country()


async def _deleted(agent: Agent, message: Message, session: Session) -> Dict[str, Any]:
    country = await country_of(agent, message.session)
    await forget(agent, message.session, session)
    replies = [notice(own_reply("deleted", country, message.language), message.language), guidance_reply(country, message.language)]
    return {**_answer(message, country, LEVELS[E0], "", replies), "deleted": True}


def _answer(message: Message, country: str, level: str, kind: str, replies: List[Dict[str, Any]]) -> Dict[str, Any]:
    return {
        "id": message.identifier,
        "country": country,
        "language": message.language,
        "level": level,
        "kind": kind,
        "replies": replies,
    }


async def _set_country(agent: Agent, identifier: str, country: str) -> None:
    """Note where somebody says they are, before their message is read. Without a model there is nothing to note it in."""
    if agent.processor is None:
        return
    try:
        tracker = await agent.processor.fetch_tracker_and_update_session(identifier)
        tracker.update(SlotSet("country", country))
        await agent.tracker_store.save(tracker)
    except Exception as error:
        logger.error("The country could not be noted: %s.", type(error).__name__)


async def _tracker(agent: Agent, identifier: str) -> Optional[DialogueStateTracker]:
    try:
        return await agent.tracker_store.retrieve(identifier)
    except Exception as error:
        logger.error("A conversation could not be read: %s.", type(error).__name__)
        return None


def _risk(tracker: Optional[DialogueStateTracker], message: Message) -> Mapping[str, Any]:
    """The message's own risk; none if the turn failed and the last one kept is another message."""
    last = tracker.latest_message if tracker else None
    if last is None or last.message_id != message.identifier:
        return {}
    return (last.parse_data or {}).get(RISK) or {}
