"""No topic that other tools count on (tests/check/topic_ids.txt) is lost or renamed."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project

FROZEN = "tests/check/topic_ids.txt"


def check(project: Project) -> Iterator[Problem]:
    """Report ids without an intent or without an answer file."""
    files = {answer.id for answer in project.topics}
    for topic, line in project.name_list(FROZEN).items():
        if topic not in project.intents:
            yield Problem(FROZEN, line, f"the domain has no intent {topic} any more; bring it back, others count on the name", topic)
        if topic not in files:
            yield Problem(FROZEN, line, f"no file under data/ answers {topic} any more; bring it back under this name", topic)
