"""Every topic has enough example questions to be understood by."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project

FEWEST = 25
FEWEST_CONVERSATION = 12


def check(project: Project) -> Iterator[Problem]:
    """Report topics with too few."""
    for answer in project.topics:
        fewest = FEWEST_CONVERSATION if answer.section == "conversation" else FEWEST
        if len(answer.examples) < fewest:
            line = answer.file.line("nlu", 0, "examples")
            message = f"{answer.id} has {len(answer.examples)} example questions; write at least {fewest}"
            yield Problem(answer.file.path, line, message, answer.id)
