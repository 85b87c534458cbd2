"""Every country fills every name that a reply may use, with lines and fallbacks that exist."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import CONTACTS, Project


def check(project: Project) -> Iterator[Problem]:
    """Report places that a country leaves out, and ones that it fills with nothing."""
    file = project.files[CONTACTS]
    fallbacks = {*file.data["fallbacks"], "emergency"}
    for code, country in project.countries.items():
        ids = {line["id"] for line in country["lines"]}
        for place in project.places:
            if place not in country["shows"]:
                line = file.line("countries", code, "shows")
                yield Problem(CONTACTS, line, f"{code} shows nothing for {place}; name a line, or a list of fallbacks")
        for place, shown in country["shows"].items():
            line = file.line("countries", code, "shows", place)
            if place not in project.places:
                yield Problem(
                    CONTACTS,
                    line,
                    f"another country (XX) has no {place}; every country needs the same places, so add it there or take it out",
                )
            known = ids if isinstance(shown, str) else fallbacks
            for name in project.shown_lines(code, place):
                if name not in known:
                    kind = f"{code} has no line" if isinstance(shown, str) else "there is no fallback"
                    yield Problem(CONTACTS, line, f"{kind} {name} to show for {place}; mend the name or add it")
