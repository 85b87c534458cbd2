"""Every file is YAML."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project


def check(project: Project) -> Iterator[Problem]:
    """Report every file that could not be read, at the place where the reading stopped."""
    for path, error in project.unreadable.items():
        yield Problem(path, error.line, f"this is not YAML ({error.reason}); look for a missing quote, colon or indent here or just above")
