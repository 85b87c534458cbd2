"""The texts that a reply may hold, read from `data/`, so that a test can say which response a text is."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Dict, FrozenSet, List, Optional, Pattern

from common.answer_set import answer_files
from common.contacts import contact_words, contacts, country_codes
from common.languages import language_of, languages
from common.yaml_files import read_yaml
from tests.servers import Reply

US = "US"
GUIDANCE = "utter_emergency_guidance"
INTRODUCTION = "utter_introduction"
PROGRESS = "utter_step_progress"
SOURCES = "utter_show_sources_list"
AFTER_AN_EMERGENCY = ("utter_im_safe_now", "utter_false_alarm")
# Greets and introduces in one.
GREETING = "utter_greet"
# A placeholder as `re.escape` leaves it.
_PLACE = re.compile(r"\\\{([a-z_]+)\\\}")
_UNFILLED = re.compile(r"\{[a-z_]+\}")
# Said before or after an answer because of a danger; not an answer beside which no other may stand.
_BESIDE = ("utter_concern_", "utter_soft_")
_TRACES = ("Traceback", "Exception", "Error:", 'File "')


@lru_cache(maxsize=1)
def templates() -> Dict[str, str]:
    """Every response's text by its name, placeholders unfilled."""
    return {name: texts[0]["text"].strip() for path in answer_files() for name, texts in (read_yaml(path).get("responses") or {}).items()}


@cache
def _pattern(name: str, country: str) -> Pattern[str]:
    """What a response looks like in a country; names that an action fills ("groups", "number") may be any text."""
    words = contact_words(country, language_of(name))
    text = re.escape(templates()[name])
    text = _PLACE.sub(lambda place: re.escape(words[place.group(1)]) if place.group(1) in words else r"(?s:.+?)", text)
    if re.fullmatch(r"utter_step_\d+", name):
        text = f"(?:{_pattern(PROGRESS, country).pattern}\n)?{text}"
    return re.compile(text)


def is_response(text: str, name: str, country: str = US) -> bool:
    """Whether a text is a response, with the numbers of a country."""
    return bool(_pattern(name, country).fullmatch(text))


def response_of(text: str, country: str = US) -> Optional[str]:
    """The name of the response that a text is in a country; None if it is none."""
    return next((name for name in templates() if is_response(text, name, country)), None)


def country_of_guidance(text: str) -> List[str]:
    """The countries for which a text is exactly the emergency guidance; none if it is not the guidance."""
    return [country for country in country_codes() if any(is_response(text, name, country) for name in guidances())]


@lru_cache(maxsize=1)
def guidances() -> List[str]:
    """The guidance in English and in every language that has its own."""
    return [GUIDANCE, *(name for name in (f"{GUIDANCE}_{language}" for language in sorted(languages())) if name in templates())]


@cache
def american_numbers(country: str) -> FrozenSet[str]:
    """The United States' numbers, without those that a country has too (911 in Canada): nobody there may be shown them."""
    numbers = {
        code: frozenset(line["number"] for line in entry["lines"] if line.get("number")) for code, entry in contacts()["countries"].items()
    }
    return numbers[US] - numbers[country]


def faults(reply: Reply, country: str = US) -> List[str]:
    """All that is wrong with a turn, whatever was asked: empty for a good one.

    A good turn is one answer out of `data/`, perhaps with a line of concern before it or a soft line after it, perhaps the introduction,
    and last the emergency guidance, all with the numbers of the country.
    """
    names = [response_of(text, country) or text for text in reply.texts]
    found = []
    if not names or names[-1] not in guidances():
        found.append(f"the turn ends with {names[-1:]}, not with the guidance for {country}")
    answers = [name for name in names if name not in (*guidances(), INTRODUCTION)]
    own = [name for name in answers if not name.startswith(_BESIDE)]
    # After an emergency the question that had to wait is answered in the same turn, and in one a new country brings the card again.
    waited = bool(own) and own[0].startswith(AFTER_AN_EMERGENCY)
    moved = len(own) > 1 and own[0].startswith("utter_set_country") and own[1].startswith("utter_emergency_")
    if not answers or len(own) > (2 if waited or moved else 1):
        found.append(f"one answer was due, not {answers}")
    found += [f"an answer is not one of data/ for {country}: {name}" for name in answers if name not in templates()]
    if len(set(reply.texts)) < len(reply.texts):
        found.append(f"something was said twice: {names}")
    whole = "\n".join(reply.texts)
    found += [f"an unfilled name: {place}" for place in _UNFILLED.findall(whole)]
    found += [f"a piece of an error message: {trace}" for trace in _TRACES if trace in whole]
    if SOURCES not in answers:
        # A source's title may name a number; it is not offered as one to call.
        found += [
            f"a US number in {country}: {number}" for number in american_numbers(country) if country != US and has_number(whole, number)
        ]
    return found


def has_number(text: str, number: str) -> bool:
    """Whether a number stands in a text, not merely as a part of a longer one ("911" in "800 911 2000")."""
    return bool(re.search(rf"(?<![\d-]){re.escape(number)}(?!-?\d)", text))


def answer_name(reply: Reply, country: str = US) -> str:
    """The name of the response that a turn answers with, or its text if that is none."""
    return response_of(reply.texts[0], country) or reply.texts[0] if reply.texts else "nothing"
