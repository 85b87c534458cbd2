"""What is said of a line is short, complete, and true about its hours, in every language."""

from __future__ import annotations

import re
from typing import Any, Iterator, List, Mapping

from tools.check.problem import Problem
from tools.check.project import CONTACTS, Project, said_of
from tools.check.wording import PLACE, digit_runs

MOST_CHARACTERS = 60
# Other languages take more room than English.
MOST_CHARACTERS_TRANSLATED = 80
ALWAYS_OPEN = "24/7"
FILLED = ("number", "text", "website", "emergency")
_TIME = re.compile(r"\d{1,2}:\d\d")


def check(project: Project) -> Iterator[Problem]:
    """Report phrases that are long, have holes, hold a number of their own, or hide or invent opening hours."""
    file = project.files[CONTACTS]
    for code, country in project.countries.items():
        for index, contact in enumerate(country["lines"]):
            for message in _wrong_with(contact, country):
                line = file.line("countries", code, "lines", index, "say")
                yield Problem(CONTACTS, line, f"{contact['id']}: {message}", contact["id"])
            for language in contact.get("say_in", {}):
                for message in _wrong_with_translation(contact, country, language):
                    line = file.line("countries", code, "lines", index, "say_in", language)
                    yield Problem(CONTACTS, line, f"{contact['id']} in {language}: {message}", f"{contact['id']} {language}")


def _wrong_with(contact: Mapping[str, Any], country: Mapping[str, Any]) -> Iterator[str]:
    say, hours = contact["say"], contact.get("hours", "")
    for name in PLACE.findall(say):
        if name not in FILLED:
            yield f"nothing fills {{{name}}}; use one of {', '.join(FILLED)}"
        elif name != "emergency" and not contact.get(name):
            yield f"the line has no {name} to fill {{{name}}} with; add it or say it otherwise"
    yield from _too_long(said_of(contact, country), MOST_CHARACTERS)
    if contact["number"] and contact["number"] in say:
        yield "the number is written out and would have to be mended twice; write {number}"
    if ALWAYS_OPEN in say and ALWAYS_OPEN not in hours:
        yield f"it says {ALWAYS_OPEN} but the hours are {hours or 'not known'}; say the true hours"
    if contact["number"] and hours and not _shows(say, hours):
        yield f"it does not say when the line is open ({hours}); add the hours"


def _wrong_with_translation(contact: Mapping[str, Any], country: Mapping[str, Any], language: str) -> Iterator[str]:
    """The English phrase is the measure. What of the hours is said in words can't be compared."""
    say, translated, hours = contact["say"], contact["say_in"][language], contact.get("hours", "")
    if sorted(PLACE.findall(say)) != sorted(PLACE.findall(translated)):
        names = ", ".join(f"{{{name}}}" for name in PLACE.findall(say))
        yield f"it must have the same names in braces as say ({names or 'none'}); mend it"
    yield from _too_long(said_of(contact, country, language), MOST_CHARACTERS_TRANSLATED)
    known = {*digit_runs(say), *digit_runs(hours)}
    for number in digit_runs(translated):
        if number not in known:
            yield f"the number {number} stands neither in say nor in the hours; write {{number}} for the line's own, and no other"
    if ALWAYS_OPEN in translated and ALWAYS_OPEN not in hours:
        yield f"it says {ALWAYS_OPEN} but the hours are {hours or 'not known'}; say the true hours"
    times = _first_times(hours)
    if times and _shows(say, hours) and not _names(times, translated):
        yield f"it does not say when the line is open ({hours}); add the hours"


def _too_long(said: str, most: int) -> Iterator[str]:
    if len(said) > most:
        yield f"'{said}' has {len(said)} characters; a sentence holds {most}, so shorten it"


def _shows(say: str, hours: str) -> bool:
    """Whether a phrase names the hours, or the first ones of several. A line that is always open need not say so."""
    times = _first_times(hours)
    if not times:
        return ALWAYS_OPEN in hours or hours in say
    return _names(times, say)


def _first_times(hours: str) -> List[str]:
    return _TIME.findall(hours)[:2]


def _names(times: List[str], say: str) -> bool:
    """Whether a phrase has these times, or their hours. Chinese writes no space around them."""
    return all(time in say or re.search(rf"(?<!\d){time.split(':')[0]}(?!\d)", say) for time in times)
