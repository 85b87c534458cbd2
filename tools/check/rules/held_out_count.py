"""Every topic has held-out questions in `tests/nlu/<id>.yml`, and that file has no other topic's."""

from __future__ import annotations

from typing import Iterator

from tools.check.answers import CALM, CARDS, CONCERNS, SENSITIVE
from tools.check.problem import Problem
from tools.check.project import Project

FEWEST = 5
# Measured by level, on the messages in tests/emergency/.
MEASURED_AS_DANGERS = (CARDS, CONCERNS, SENSITIVE, CALM)


def check(project: Project) -> Iterator[Problem]:
    """Report topics with too few, and questions that stand in another topic's file."""
    topics = [answer for answer in project.topics if answer.folder not in MEASURED_AS_DANGERS]
    found = {answer.id: 0 for answer in topics}
    for file, intent, questions in project.held_out:
        folder, _, name = file.path.rpartition("/")
        if folder != "tests/nlu":
            continue
        if name != f"{intent}.yml":
            line = questions[0].line if questions else 1
            yield Problem(file.path, line, f"questions for {intent} stand in {name}; move them to tests/nlu/{intent}.yml")
        elif intent in found:
            found[intent] += len(questions)
    for answer in topics:
        path, count = f"tests/nlu/{answer.id}.yml", found[answer.id]
        if count < FEWEST:
            message = f"{answer.id} has {count} held-out questions; have somebody who has not read its examples write at least {FEWEST}"
            yield Problem(path if path in project.files else answer.file.path, 1, message, answer.id)
