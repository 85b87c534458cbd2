"""Every source of the register is behind some answer or group."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import SOURCES, Project


def check(project: Project) -> Iterator[Problem]:
    """Warn of sources that nothing names: dead weight, but no harm to a reader."""
    used = {source for reply in project.replies for source in reply.metadata.get("sources", [])}
    used |= {source for group in project.groups for source in group["sources"]}
    for source in project.sources:
        if source not in used:
            line = project.files[SOURCES].line("sources", source)
            yield Problem(SOURCES, line, f"nothing names the source {source}; use it or take it out", source, warning=True)
