"""A number stands once per country, and no other country has one of the US."""

from __future__ import annotations

from typing import Dict, Iterator

from tools.check.problem import Problem
from tools.check.project import CONTACTS, Project
from tools.check.wording import numbers_of


def check(project: Project) -> Iterator[Problem]:
    """Report repeated numbers, and US numbers abroad: a wrong number costs somebody the call that counts."""
    american = {number for line in project.countries["US"]["lines"] for number in numbers_of(line)}
    for code, country in project.countries.items():
        seen: Dict[str, str] = {}
        for index, contact in enumerate(country["lines"]):
            line = project.files[CONTACTS].line("countries", code, "lines", index, "number")
            for number in numbers_of(contact):
                if number in seen:
                    yield Problem(
                        CONTACTS, line, f"{seen[number]} has the number {number} too; take one of the two out", f"{code} {number}"
                    )
                if code != "US" and number in american:
                    yield Problem(
                        CONTACTS, line, f"{number} is a number of the US; take it out of {code}, or list it as shared", f"{code} {number}"
                    )
                seen.setdefault(number, contact["id"])
