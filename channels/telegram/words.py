"""The channel's own words (data/telegram), and the fixed replies that need no model (data/emergency)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List, Mapping

from common.contacts import ENGLISH, contact_words, fill
from common.fixed_responses import fixed_responses
from common.languages import languages
from common.paths import DATA
from common.yaml_files import read_yaml

FOLDER = DATA / "telegram"
GUIDANCE = "utter_emergency_guidance"


@lru_cache(maxsize=1)
def words() -> Dict[str, Dict[str, Any]]:
    """Each language's words, by its code; English is always there."""
    return {path.stem: read_yaml(path) for path in sorted(FOLDER.glob("*.yml"))}


def spoken(language: str) -> str:
    """The language to use for somebody whose app is in this one."""
    return language if language in words() else ENGLISH


@lru_cache(maxsize=1)
def command_names() -> Mapping[str, str]:
    """What people type, in every language, and the command that it means."""
    return {name: command for texts in words().values() for command, entry in texts["commands"].items() for name in entry["names"]}


def text_of(name: str, language: str, country: str) -> str:
    """One of the channel's own texts, with the country's numbers in it."""
    language = spoken(language)
    return fill(words()[language]["texts"][name], contact_words(country, language)).strip()


def buttons_of(name: str, language: str) -> List[Dict[str, str]]:
    """The buttons under one of the channel's own texts."""
    return list(words()[spoken(language)].get("buttons", {}).get(name, []))


def fixed_reply(name: str, country: str, language: str) -> Dict[str, Any]:
    """A fixed reply in the form in which Rasa hands replies to a channel."""
    reply = fixed_responses()[name]
    text = fill(reply["text"], contact_words(country, language))
    return {"text": text, "buttons": reply.get("buttons", []), "utter_action": name}


def guidance_in(language: str) -> str:
    """The name of the guidance in a language; English where nobody has translated it."""
    name = f"{GUIDANCE}_{language}"
    return name if language in languages() and name in fixed_responses() else GUIDANCE
