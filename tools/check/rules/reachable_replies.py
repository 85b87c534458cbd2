"""Every reply can be said by somebody or something."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project


def check(project: Project) -> Iterator[Problem]:
    """Report replies that are no main answer, no `_more`, no facet, and not named by any program."""
    code = project.code()
    for answer in project.answers:
        usual = {f"utter_{answer.id}_more", *(f"utter_{answer.id}_{facet}" for facet in project.facets)}
        if answer.is_topic:
            usual.add(f"utter_{answer.id}")
        for reply in answer.replies:
            if reply.name not in usual and f'"{reply.name}"' not in code:
                message = f"nothing ever says {reply.name}; end its name with more or one of {', '.join(project.facets)}, or take it out"
                yield Problem(reply.file.path, reply.line(), message, reply.name)
