"""Every contact line has an id of its own that begins with its country's code."""

from __future__ import annotations

from typing import Iterator, Set

from tools.check.problem import Problem
from tools.check.project import CONTACTS, Project


def check(project: Project) -> Iterator[Problem]:
    """Report ids that stand twice or begin with another country's code."""
    seen: Set[str] = set()
    for code, country in project.countries.items():
        for index, contact in enumerate(country["lines"]):
            line = project.files[CONTACTS].line("countries", code, "lines", index, "id")
            if contact["id"] in seen:
                yield Problem(CONTACTS, line, f"the id {contact['id']} stands twice; rename one")
            if not contact["id"].startswith(f"{code.lower()}_"):
                yield Problem(CONTACTS, line, f"the id {contact['id']} does not begin with {code.lower()}_; rename it")
            seen.add(contact["id"])
