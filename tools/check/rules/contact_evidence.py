"""Cards and guidance show only lines that were seen in a source and may be shown in an emergency; other replies about danger, seen ones."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Set

from tools.check.answers import CARDS, TRANSLATIONS
from tools.check.problem import Problem
from tools.check.project import CONTACTS, Project
from tools.check.wording import PLACE, digit_runs, digits

# Said while a life may hang on it. The other replies about danger have time to explain a line that is kept from these.
AT_ONCE = (CARDS, TRANSLATIONS, "emergency")


def check(project: Project) -> Iterator[Problem]:
    """Report unseen or withheld lines that an emergency reply would show, and emergency numbers without such a line."""
    at_once, later = _places(project, at_once=True), _places(project, at_once=False)
    for code, country in project.countries.items():
        lines = {line["id"]: line for line in country["lines"]}
        for place, shown in country["shows"].items():
            contact = lines.get(shown) if isinstance(shown, str) else None
            if contact is None:
                continue
            if place in at_once and not _may_be_shown(contact):
                message = f"an emergency reply shows {shown} as {place}, but it is U or withheld; show a fallback until it is checked"
            elif place in later and contact["flag"] == "U":
                message = f"a reply about danger shows {shown} as {place}, but nobody has seen it (U); show a fallback until it is checked"
            else:
                continue
            yield Problem(CONTACTS, project.files[CONTACTS].line("countries", code, "shows", place), message, contact["id"])
        yield from _emergency_numbers(project, code, country)


def _emergency_numbers(project: Project, code: str, country: Mapping[str, Any]) -> Iterator[Problem]:
    file = project.files[CONTACTS]
    numbers = [number for number in country["emergency_words"].split(" or ") if digits(number)]
    for number in numbers:
        if digits(number) not in _backed(country["lines"]):
            message = f"no emergency line of {code} that may be shown has the number {number}; add the line or mend the words"
            yield Problem(CONTACTS, file.line("countries", code, "emergency_words"), message, code)
    for language, words in country.get("emergency_words_in", {}).items():
        if set(digit_runs(words)) != set(digit_runs(country["emergency_words"])):
            message = f"'{words}' must have the numbers of emergency_words and no others ({', '.join(numbers) or 'none'}); mend it"
            yield Problem(CONTACTS, file.line("countries", code, "emergency_words_in", language), message, f"{code} {language}")


def _backed(lines: List[Dict[str, Any]]) -> Set[str]:
    """The emergency numbers that may be shown."""
    emergency = (line for line in lines if line["kind"] == "emergency" and _may_be_shown(line))
    return {digits(number) for line in emergency for number in (line["number"] or "").split(" or ")}


def _may_be_shown(contact: Mapping[str, Any]) -> bool:
    return bool(contact["flag"] != "U" and contact["show_in_emergency"])


def _places(project: Project, at_once: bool) -> Set[str]:
    """The names that replies about danger use, those that are said at once or the others."""
    replies = (reply for reply in project.replies if reply.folder.startswith("emergency"))
    return {place for reply in replies if (reply.folder in AT_ONCE) == at_once for place in PLACE.findall(reply.text)}
