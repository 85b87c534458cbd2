"""Turns what the assistant says in one turn into the replies that the widget shows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List, Mapping, Optional, Tuple

from rasa.core.channels.channel import OutputChannel

from channels.web.words import fixed_text, in_language, own_reply
from common.answer_set import source_register
from common.contacts import fill
from common.languages import language_of
from common.paths import DATA
from common.yaml_files import read_yaml
from components.danger import danger_of_response, level_of
from components.danger_rules import E0, E1, E2, E3, ENGLISH, LEVELS
from components.turn_guard import GUIDANCE, TURN_FAILED

Reply = Dict[str, Any]

# A button that the channel itself answers.
DELETE_NOW = "/delete_this_chat_now"
_DELETE_TOPIC = "utter_delete_my_data"
_IN_AN_EMERGENCY = ("utter_breathing", "utter_not_breathing", "utter_afraid_to_call")
_TYPES = {E3: "card", E2: "concern", E1: "soft"}
_STEP = "utter_step_"
_PROGRESS = "utter_step_progress"
_STEPS = 12


class Collector(OutputChannel):
    """Keeps what one turn says, whole and in order."""

    def __init__(self) -> None:
        """Start empty."""
        self.messages: List[Dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name."""
        return "web"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Keep one response; nothing leaves the server before the turn is over."""
        self.messages.append(dict(message))


def replies_of(messages: List[Dict[str, Any]], country: str, language: str, in_emergency: bool) -> List[Reply]:
    """The replies of a turn.

    Args:
        messages: what the assistant said, as Rasa's responses.
        country: whose numbers the turn showed.
        language: of the website; the guidance is said in it.
        in_emergency: whether the conversation is in an emergency after this turn.

    """
    return [_reply(message, country, language, in_emergency) for message in messages if message.get("text")]


def notice(text: str, language: str, buttons: Optional[List[Dict[str, str]]] = None) -> Reply:
    """A reply that the server makes itself."""
    return {"type": "notice", "text": text, "lang": language, "buttons": buttons or [], "sources": [], "progress": None}


def guidance_reply(country: str, language: str) -> Reply:
    """The emergency guidance as a reply."""
    name = in_language(GUIDANCE, language)
    return {**notice(fixed_text(name, country), language_of(name)), "type": "guidance"}


def level_and_kind(messages: List[Dict[str, Any]], danger: Optional[Mapping[str, Any]], risk: Mapping[str, Any]) -> Tuple[str, str]:
    """How grave the turn is, and what the danger is, for how the widget shows it.

    What was said counts: a card is E3, and so is all that is said while the emergency lasts. The message's own risk adds no more than
    E1, because "I'm safe now" can sound like danger.

    Args:
        messages: what the assistant said.
        danger: the conversation's danger after the turn, as the slot holds it.
        risk: the message's risk, as the crisis detector wrote it.

    """
    said = [found for found in (danger_of_response(_name(message)) for message in messages) if found]
    level, kind = max(said, default=(E0, ""))
    # It stays until somebody says that it is over, whatever else is answered meanwhile.
    if is_emergency(danger):
        level = E3
    level = max(level, min(level_of(risk), E1))
    if level == E0:
        return LEVELS[E0], ""
    return LEVELS[level], kind or (danger or {}).get("kind", "") or risk.get("kind", "")


def is_emergency(danger: Optional[Mapping[str, Any]]) -> bool:
    """Whether a conversation's danger, as the slot holds it, is an emergency."""
    return danger is not None and danger["level"] == E3


def _name(message: Mapping[str, Any]) -> str:
    return str(message.get("utter_action") or "")


def _reply(message: Dict[str, Any], country: str, language: str, in_emergency: bool) -> Reply:
    name = _name(message)
    if name.startswith(GUIDANCE):
        # Said in the danger's own language where it is not the website's: whoever writes in French reads no Spanish.
        return guidance_reply(country, language if language_of(name) == ENGLISH else language_of(name))
    if name == _DELETE_TOPIC:
        buttons = [{"title": own_reply("delete_now", country, language), "payload": DELETE_NOW}, *_buttons(message)]
        return {**notice(own_reply("delete_offer", country, language), language, buttons), "type": "answer"}
    progress = _progress(name)
    return {
        "type": _type(name, in_emergency),
        "text": _without_lead(message["text"], progress),
        "lang": language_of(name),
        "buttons": _buttons(message),
        "sources": _sources(message),
        "progress": progress,
    }


def _type(name: str, in_emergency: bool) -> str:
    if name == TURN_FAILED:
        return "notice"
    found = danger_of_response(name)
    if found:
        return _TYPES[found[0]]
    return "card" if in_emergency and name.startswith(_IN_AN_EMERGENCY) else "answer"


def _buttons(message: Mapping[str, Any]) -> List[Dict[str, str]]:
    return [{"title": button["title"], "payload": button["payload"]} for button in message.get("buttons") or [] if button.get("payload")]


def _sources(message: Mapping[str, Any]) -> List[Dict[str, str]]:
    """The sources of the topic, as titles and addresses."""
    keys = (message.get("metadata") or {}).get("sources") or []
    found = [source_register()[key] for key in keys if key in source_register()]
    return [{"title": f"{source['organisation']}: {source['title']}", "url": source["url"]} for source in found]


def _progress(name: str) -> Optional[Dict[str, int]]:
    number = name.removeprefix(_STEP)
    return {"step": int(number), "of": _STEPS} if name.startswith(_STEP) and number.isdigit() else None


def _without_lead(text: str, progress: Optional[Mapping[str, int]]) -> str:
    """The text without its line "Step 4 of 12", which the widget shows in its own way."""
    if not progress:
        return text
    first, _, rest = text.partition("\n")
    return rest if rest and first == fill(_lead(), {"number": str(progress["step"])}) else text


@lru_cache(maxsize=1)
def _lead() -> str:
    return str(read_yaml(DATA / "conversation" / "step_progress.yml")["responses"][_PROGRESS][0]["text"])
