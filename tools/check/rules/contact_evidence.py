"""Cards and guidance show only lines that were seen in a source and may be shown in an emergency."""

from __future__ import annotations

from typing import Iterator, Set

from tools.check.problem import Problem
from tools.check.project import CONTACTS, Project
from tools.check.wording import PLACE, digits


def check(project: Project) -> Iterator[Problem]:
    """Report unseen or withheld lines that an emergency reply would show, and emergency numbers without such a line."""
    file = project.files[CONTACTS]
    places = _places_in_emergencies(project)
    for code, country in project.countries.items():
        lines = {line["id"]: line for line in country["lines"]}
        for place, shown in country["shows"].items():
            contact = lines.get(shown) if isinstance(shown, str) else None
            if contact and place in places and not _may_be_shown(contact):
                message = (
                    f"an emergency reply shows {contact['id']} as {place}, but it is U or withheld; show a fallback until it is checked"
                )
                yield Problem(CONTACTS, file.line("countries", code, "shows", place), message, contact["id"])
        backed = {
            digits(number)
            for line in country["lines"]
            if line["kind"] == "emergency" and _may_be_shown(line)
            for number in (line["number"] or "").split(" or ")
        }
        for number in country["emergency_words"].split(" or "):
            if digits(number) and digits(number) not in backed:
                message = f"no emergency line of {code} that may be shown has the number {number}; add the line or mend the words"
                yield Problem(CONTACTS, file.line("countries", code, "emergency_words"), message, code)


def _may_be_shown(contact: dict) -> bool:
    return contact["flag"] != "U" and contact["show_in_emergency"]


def _places_in_emergencies(project: Project) -> Set[str]:
    return {place for reply in project.replies if reply.section == "emergency" for place in PLACE.findall(reply.text)}
