"""Every topic has one rule: its own intent, then one action."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project


def check(project: Project) -> Iterator[Problem]:
    """Report a missing rule, a second one, and rules of another form: the safety net counts on exactly one action."""
    for answer in project.topics:
        path, line = answer.file.path, answer.file.line("rules")
        if len(answer.rules) != 1:
            yield Problem(path, line, f"there are {len(answer.rules)} rules; write exactly one")
        for index, rule in enumerate(answer.rules):
            line = answer.file.line("rules", index, "steps")
            steps = rule["steps"]
            if [next(iter(step)) for step in steps] != ["intent", "action"]:
                yield Problem(path, line, "a rule must be one intent and then exactly one action; take the other steps out")
            elif steps[0]["intent"] != answer.id:
                yield Problem(path, line, f"the rule is for {steps[0]['intent']}; it must be for the file's own intent {answer.id}")
