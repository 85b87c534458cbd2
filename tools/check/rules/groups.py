"""Support groups have names of their own, and the spellings that people use lead to groups that exist."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import GROUPS, Project

FELLOWSHIPS = "data/entities/fellowships.yml"
NEEDS = "data/entities/group_needs.yml"


def check(project: Project) -> Iterator[Problem]:
    """Report groups that stand twice, and spellings for groups or needs that the table does not have."""
    file = project.files[GROUPS]
    for part in ("id", "name"):
        values = [group[part] for group in project.groups]
        for index, value in enumerate(values):
            if value in values[:index]:
                yield Problem(GROUPS, file.line("groups", index, part), f"another group has the {part} {value}; rename one or join the two")
    known = {FELLOWSHIPS: {group["id"] for group in project.groups}, NEEDS: set(file.data["needs"])}
    for path, names in known.items():
        for name in project.data(path).get("values", {}):
            if name not in names:
                yield Problem(path, project.files[path].line("values", name), f"{GROUPS} has no {name}; mend the name or add it there")
