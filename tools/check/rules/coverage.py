"""Every planned topic (tests/check/planned_topics.txt) is covered by some answer."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project

PLANNED = "tests/check/planned_topics.txt"


def check(project: Project) -> Iterator[Problem]:
    """Report planned topics that no answer covers, and topics that were never planned."""
    planned = project.name_list(PLANNED)
    covered = set()
    for answer in project.answers:
        for index, topic in enumerate(answer.metadata.get("covers", [])):
            covered.add(topic)
            if topic not in planned:
                yield Problem(answer.file.path, answer.line("covers", index), f"there is no planned topic {topic}; use one of {PLANNED}")
    for topic, line in planned.items():
        if topic not in covered:
            yield Problem(PLANNED, line, f"no answer covers {topic}; add it to the covers of the one that does", topic)
