"""Emergency numbers and helplines by country, out of the one file that holds them."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Any, Dict, Mapping

from common.paths import CONTACTS
from common.yaml_files import read_yaml

logger = logging.getLogger(__name__)

_PLACE = re.compile(r"\{([a-z_]+)\}")

# Where nobody knows the country. Its words name no country's number.
ANOTHER_COUNTRY = "XX"
ENGLISH = "en"


@lru_cache(maxsize=1)
def contacts() -> Dict[str, Any]:
    """The contacts file."""
    return read_yaml(CONTACTS)


def country_codes() -> list[str]:
    """The countries that have contacts, in the file's order; the last one is "another country"."""
    return list(contacts()["countries"])


@lru_cache(maxsize=256)
def contact_words(country: str, language: str = ENGLISH) -> Mapping[str, str]:
    """The noun phrases that fill `{emergency}`, `{crisis_line}` and the like for a country.

    Args:
        country: a code of the contacts file; anything else is treated as another country, never as the US.
        language: of the reply; phrases that nobody has translated stay English.

    Returns:
        placeholder name to noun phrase; `country` is the country's name.

    """
    countries = contacts()["countries"]
    entry = countries.get(country) or countries[ANOTHER_COUNTRY]
    lines = {line["id"]: line for line in entry["lines"]}
    emergency = entry.get("emergency_words_in", {}).get(language, entry["emergency_words"])
    words = {"country": entry["name"], "emergency": emergency}
    for place, shown in entry["shows"].items():
        words[place] = _phrase(shown, lines, emergency, language)
    return words


def _phrase(shown: Any, lines: Mapping[str, Any], emergency: str, language: str) -> str:
    """A line's phrase, or the words of the fallbacks joined by "or"."""
    if isinstance(shown, str) and shown in lines:
        line = lines[shown]
        say = line.get("say_in", {}).get(language, line["say"])
        return say.format(emergency=emergency, **{key: line.get(key, "") for key in ("number", "text", "website")})
    fallbacks = {**contacts()["fallbacks"], "emergency": emergency}
    names = [shown] if isinstance(shown, str) else shown
    return " or ".join(fallbacks[name] for name in names)


def fill(text: str, words: Mapping[str, str]) -> str:
    """Replace each `{name}` by its words; other braces, and names without words, stay as they stand."""

    def replace(match: re.Match) -> str:
        name = match.group(1)
        if name not in words:
            logger.error("A reply names {%s}, which has no words.", name)
        return words.get(name, match.group(0))

    return _PLACE.sub(replace, text)
