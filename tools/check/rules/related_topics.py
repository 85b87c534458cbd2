"""Related topics exist, and are two or three others."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project

FEWEST, MOST = 2, 3


def check(project: Project) -> Iterator[Problem]:
    """Report ids that lead nowhere or back, and lists that are too short or long to choose from."""
    ids = {answer.id for answer in project.topics}
    for answer in project.answers:
        related = answer.metadata.get("related")
        if related is None:
            continue
        path = answer.file.path
        if not FEWEST <= len(related) <= MOST:
            yield Problem(path, answer.line("related"), f"{len(related)} related topics; name {FEWEST} or {MOST}")
        for index, topic in enumerate(related):
            if topic not in ids:
                yield Problem(path, answer.line("related", index), f"no topic is called {topic}; mend the name or take it out")
            elif topic == answer.id:
                yield Problem(path, answer.line("related", index), "a topic can't be related to itself; take it out")
