"""The website's words, read from `data/web/`, and the assistant's own fixed texts for a country and a language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Mapping

from common.contacts import ENGLISH, contact_words, contacts, fill
from common.languages import language_of
from common.paths import DATA
from common.yaml_files import read_yaml
from components.turn_guard import GUIDANCE, fixed_responses

WEB = DATA / "web"
# The languages of the website itself.
LANGUAGES = (ENGLISH, "es")


def language_or_english(wanted: Any) -> str:
    """A language that the website speaks: the wanted one, else English."""
    return wanted if wanted in LANGUAGES else ENGLISH


@lru_cache(maxsize=1)
def strings() -> Dict[str, Dict[str, str]]:
    """Every word that the widget shows, by language."""
    return {language: read_yaml(WEB / "strings" / f"{language}.yml") for language in LANGUAGES}


@lru_cache(maxsize=1)
def _own_replies() -> Dict[str, Dict[str, str]]:
    return {language: read_yaml(WEB / "replies" / f"{language}.yml") for language in LANGUAGES}


@lru_cache(maxsize=1)
def _country_names() -> Dict[str, Dict[str, str]]:
    return read_yaml(WEB / "countries.yml")


@lru_cache(maxsize=1)
def page_words() -> Dict[str, Dict[str, Any]]:
    """The pages' words, by language."""
    return {language: read_yaml(WEB / "pages" / f"{language}.yml") for language in LANGUAGES}


def own_reply(name: str, country: str, language: str) -> str:
    """What the server says itself, such as "too_many", with a country's numbers."""
    return fill(_own_replies()[language][name], contact_words(country, language))


def country_names(language: str) -> Mapping[str, str]:
    """The countries that have contacts, by code, in the file's order."""
    own = _country_names().get(language, {})
    return {code: own.get(code, entry["name"]) for code, entry in contacts()["countries"].items()}


def in_language(response: str, language: str) -> str:
    """The name of a fixed response in a language, if it has been translated; else its own name."""
    if language == language_of(response):
        return response
    own = f"{response}_{language}"
    return own if own in fixed_responses() else response


def fixed_text(response: str, country: str) -> str:
    """A response of the emergency files, with a country's numbers. Needs no model."""
    return fill(fixed_responses()[response]["text"], contact_words(country, language_of(response)))


def guidance(country: str, language: str) -> str:
    """The emergency guidance that ends every turn."""
    return fixed_text(in_language(GUIDANCE, language), country)
