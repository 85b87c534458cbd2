"""Every file under `data/` is one that something reads, and none that is needed is missing."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import KINDS, Project


def check(project: Project) -> Iterator[Problem]:
    """Report strays, also among the held-out messages, where one would go unmeasured; and files that are not there."""
    for path in project.paths_with_a_place():
        if project.shape_of(path) is None:
            yield Problem(path, 1, "nothing reads a file of this name in this folder; move or rename it (tools/check/shapes/kinds.yml)")
    present = {*project.files, *project.unreadable}
    for kind in KINDS:
        if "*" not in kind["files"] and not kind.get("optional") and kind["files"] not in present:
            yield Problem(kind["files"], 1, "this file is missing; bring it back")
