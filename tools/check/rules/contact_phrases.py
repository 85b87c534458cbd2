"""What is said of a line is short, complete, and true about its hours."""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping

from tools.check.problem import Problem
from tools.check.project import CONTACTS, Project, said_of
from tools.check.wording import PLACE

MOST_CHARACTERS = 60
ALWAYS_OPEN = "24/7"
FILLED = ("number", "text", "website", "emergency")
_TIME = re.compile(r"\d{1,2}:\d\d")


def check(project: Project) -> Iterator[Problem]:
    """Report phrases that are long, have holes, hold a number of their own, or hide or invent opening hours."""
    for code, country in project.countries.items():
        for index, contact in enumerate(country["lines"]):
            line = project.files[CONTACTS].line("countries", code, "lines", index, "say")
            for message in _wrong_with(contact, country):
                yield Problem(CONTACTS, line, f"{contact['id']}: {message}", contact["id"])


def _wrong_with(contact: Mapping[str, Any], country: Mapping[str, Any]) -> Iterator[str]:
    say, hours = contact["say"], contact.get("hours", "")
    for name in PLACE.findall(say):
        if name not in FILLED:
            yield f"nothing fills {{{name}}}; use one of {', '.join(FILLED)}"
        elif name != "emergency" and not contact.get(name):
            yield f"the line has no {name} to fill {{{name}}} with; add it or say it otherwise"
    said = said_of(contact, country)
    if len(said) > MOST_CHARACTERS:
        yield f"'{said}' has {len(said)} characters; a sentence holds {MOST_CHARACTERS}, so shorten it"
    if contact["number"] and contact["number"] in say:
        yield "the number is written out and would have to be mended twice; write {number}"
    if ALWAYS_OPEN in say and ALWAYS_OPEN not in hours:
        yield f"it says {ALWAYS_OPEN} but the hours are {hours or 'not known'}; say the true hours"
    if contact["number"] and hours and not _shows(say, hours):
        yield f"it does not say when the line is open ({hours}); add the hours"


def _shows(say: str, hours: str) -> bool:
    """Whether a phrase names the hours, or the first ones of several. A line that is always open need not say so."""
    times = _TIME.findall(hours)[:2]
    if not times:
        return ALWAYS_OPEN in hours or hours in say
    return all(time in say or re.search(rf"\b{time.split(':')[0]}\b", say) for time in times)
