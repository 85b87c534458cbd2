"""No key stands twice in one mapping: YAML would take the last one and say nothing."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project


def check(project: Project) -> Iterator[Problem]:
    """Report the second of two equal keys."""
    for path, file in project.files.items():
        for key, line in file.repeated_keys():
            yield Problem(path, line, f"'{key}' stands twice in one mapping and the first is lost; rename or join them")
