"""The last net: no turn is lost to an exception, a hang, or a missing model.

Rasa sends nothing when the pipeline or a channel raises, when an action server hangs, or while no model is loaded. Rasa
3.6.21 has no hook around a whole turn for every channel, so this module wraps `Agent.handle_message`, the one place that
all channels and `rasa shell` pass. 3.6.21 is the last open-source release; a test pins the seam (docs/decisions/0004).
"""

from __future__ import annotations

import asyncio
import copy
import logging
import re
from functools import wraps
from typing import Any, Awaitable, Callable, Collection, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.domain import Domain

from common.contacts import contact_words, fill
from common.fixed_responses import fixed_responses
from common.languages import language_of
from components import action_calls
from components.cannot_start import cannot_start
from components.crisis_talk import Turn, plan
from components.danger import intent_of
from components.danger_rules import E2, danger_rules
from components.referral_counter import referrals

logger = logging.getLogger(__name__)

# A person who waits longer than this for anything thinks that nobody is there. rasa shell gives up after 10 seconds.
TURN_SECONDS = 5.0
# A message of 3 MB kept the server busy for 8 seconds. Longer texts keep their beginning and end, where pleas stand.
MAX_CHARACTERS = 2000
KEPT_AT_END = 500

GUIDANCE = "utter_emergency_guidance"
TURN_FAILED = "utter_turn_failed"
UNREADABLE = "utter_concern_unclear"
# A button's payload: an intent, at most with one of the harmless entities. Anything else that begins with a slash is
# somebody's text, and is read as such: a typed command must not get past the crisis detector.
PAYLOAD = re.compile(r"/[a-z0-9_]+(\{\"(country|group_need|topic)\": ?\"[A-Za-z0-9_]{1,40}\"\})?")

_BEFORE_WORDS = re.compile(r"[\s/]+")

# They reset a conversation, country and all, or go back in it.
RASAS_COMMANDS = {"restart", "session_start", "back"}

Handler = Callable[[Agent, UserMessage], Awaitable[Optional[List[Dict[str, Any]]]]]


def install(default_country: str) -> None:
    """Wrap `Agent.handle_message` once, and repair the calls of the action server.

    Args:
        default_country: the country whose numbers are shown where the conversation can't be read.

    """
    fixed_responses.cache_clear()
    _settings["country"] = default_country
    action_calls.repair()
    # When a caller hangs up, Rasa's REST channel logs the message itself.
    logging.getLogger("rasa.core.channels.rest").setLevel(logging.CRITICAL + 1)
    if not getattr(Agent.handle_message, "is_guarded", False):
        Agent.handle_message = _guarded(Agent.handle_message)  # type: ignore[method-assign]
        Agent.load_model = _stopping(Agent.load_model)  # type: ignore[method-assign]
        UserMessage.__init__ = _reading_anything(UserMessage.__init__)  # type: ignore[method-assign]


def _reading_anything(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def __init__(message: UserMessage, text: Any = None, *args: Any, **kwargs: Any) -> None:
        """Take a number or a list for a text, too. A program that sends one would get no reply at all."""
        init(message, text if text is None or isinstance(text, str) else str(text), *args, **kwargs)

    return __init__


def _stopping(load: Callable[..., None]) -> Callable[..., None]:
    @wraps(load)
    def load_model(agent: Agent, *args: Any, **kwargs: Any) -> None:
        """Load a model, or stop the program. Rasa would run on without one, look ready, and answer nothing."""
        try:
            load(agent, *args, **kwargs)
        except Exception as error:
            cannot_start(f"the model can't be loaded ({type(error).__name__}): run 'make train'.")

    return load_model


_settings: Dict[str, str] = {"country": "XX"}


def default_country() -> str:
    """The operator's default country, as `endpoints.yml` says it; no country's before the assistant is loaded."""
    return _settings["country"]


def offered_intents(domain: Optional[Domain]) -> set:
    """The intents that a button may send; none while no model is loaded. Rasa adds commands of its own to every domain."""
    return set(domain.intents) - RASAS_COMMANDS if domain else set()


def tidy(text: Optional[str], intents: set) -> str:
    """What the pipeline may see of a message: bounded in length, without a typed command.

    Args:
        text: the message, None where a channel had none.
        intents: those that a button may send.

    """
    # Half of a surrogate pair, which JSON can carry, is no character and cannot be encoded.
    text = (text or "").encode("utf-8", "replace").decode().strip()
    # Phones write a curly apostrophe; the word lists and the emergency phrases hold straight ones.
    text = text.replace("\u2019", "'")
    if len(text) > MAX_CHARACTERS:
        text = text[: MAX_CHARACTERS - KEPT_AT_END] + " " + text[-KEPT_AT_END:]
    if text.startswith("/"):
        name = re.split(r"\W", text[1:], maxsplit=1)[0]
        if not (PAYLOAD.fullmatch(text) and name in intents):
            text = as_words(text)
    return text


def as_words(text: str) -> str:
    """A text that cannot be taken for a button, for channels that know which of the two they have."""
    start = _BEFORE_WORDS.match(text)
    return text[start.end() :] if start else text


def rescue_response(text: str, words: Collection[str]) -> str:
    """What to say where the pipeline itself has failed: by the danger rules alone, they need no model.

    Args:
        text: the message.
        words: the names of the responses there are.

    """
    try:
        reading = danger_rules().read(text)
    except Exception as error:
        logger.error("The danger rules failed: %s.", type(error).__name__)
        return UNREADABLE
    if reading.level < E2:
        return TURN_FAILED
    names = plan(
        None, Turn(intent_of(reading.level, reading.kind), reading.level, reading.kind, reading.about, reading.language), words, False
    )
    return names.before[0] if names.before else UNREADABLE


def _guarded(handle: Handler) -> Handler:
    async def handle_message(agent: Agent, message: UserMessage) -> Optional[List[Dict[str, Any]]]:
        """Handle a message so that the user always gets an answer and emergency guidance."""
        watched, said = _watch(message.output_channel)
        message.output_channel = watched
        message.text = tidy(message.text, offered_intents(agent.domain))
        result = None
        try:
            result = await asyncio.wait_for(handle(agent, message), TURN_SECONDS)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Its class only: messages of exceptions can quote what somebody wrote.
            logger.error("A turn failed: %s.", type(error.__cause__ or error).__name__)
        if not any(name.startswith(GUIDANCE) for name in said):
            await _rescue(agent, message, said)
        referrals.count(said)
        return result

    handle_message.is_guarded = True  # type: ignore[attr-defined]
    return handle_message


def _watch(channel: OutputChannel) -> tuple[OutputChannel, List[str]]:
    """A copy of the channel that notes the name of all it sends. A copy, because some channels share one object."""
    watched = copy.copy(channel)
    said: List[str] = []
    send = watched.send_response

    async def send_and_note(recipient_id: str, message: Dict[str, Any]) -> None:
        # Sent first: what could not be sent does not count as said. Channels take keys out of the message.
        name = message.get("utter_action") or ""
        await send(recipient_id, message)
        said.append(name)

    watched.send_response = send_and_note  # type: ignore[method-assign]
    return watched, said


async def _rescue(agent: Agent, message: UserMessage, said: List[str]) -> None:
    """Say what is missing: an answer if there was none, then the guidance."""
    country = await _country(agent, message.sender_id)
    names = [GUIDANCE]
    if not said:
        names.insert(0, rescue_response(message.text or "", fixed_responses()))
    for name in names:
        response = fixed_responses()[name]
        text = fill(response["text"], contact_words(country, language_of(name)))
        try:
            await message.output_channel.send_response(message.sender_id, {"text": text, "utter_action": name})
        except Exception as error:
            logger.error("The channel could not send the guidance: %s.", type(error).__name__)


async def _country(agent: Agent, sender_id: str) -> str:
    """The country this person set, if the conversation can be read."""
    try:
        tracker = await asyncio.wait_for(agent.tracker_store.retrieve(sender_id), 1)
        return (tracker.get_slot("country") if tracker else None) or _settings["country"]
    except Exception:
        return _settings["country"]
