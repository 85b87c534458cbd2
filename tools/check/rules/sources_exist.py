"""Every source that an answer or a group names is in the register."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import GROUPS, SOURCES, Project


def check(project: Project) -> Iterator[Problem]:
    """Report keys that `data/sources.yml` does not have."""
    for reply in project.replies:
        for index, source in enumerate(reply.metadata.get("sources", [])):
            if source not in project.sources:
                line = reply.line("metadata", "sources", index)
                yield Problem(reply.file.path, line, f"{SOURCES} has no source {source}; mend the name or add the source")
    for number, group in enumerate(project.groups):
        for index, source in enumerate(group["sources"]):
            if source not in project.sources:
                line = project.files[GROUPS].line("groups", number, "sources", index)
                yield Problem(GROUPS, line, f"{SOURCES} has no source {source}; mend the name or add the source")
