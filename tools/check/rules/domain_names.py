"""The domain, the answer files, their rules and the held-out questions name the same intents and actions."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import DOMAIN, Project


def check(project: Project) -> Iterator[Problem]:
    """Report names that stand on one side only."""
    domain = project.files[DOMAIN]
    ruled = {step["intent"] for answer in project.answers for rule in answer.rules for step in rule["steps"] if "intent" in step}
    for index, intent in enumerate(project.intents):
        if intent not in ruled:
            yield Problem(DOMAIN, domain.line("intents", index), f"no rule is for the intent {intent}; add its answer file or take it out")
    yield from _rules(project)
    for file, intent, questions in project.held_out:
        if intent not in project.intents:
            line = questions[0].line if questions else 1
            yield Problem(file.path, line, f"the domain has no intent {intent}; rename it or take its questions out")
    used = {step.get("action") for answer in project.answers for rule in answer.rules for step in rule["steps"]}
    for index, action in enumerate(project.actions):
        if action not in used:
            yield Problem(DOMAIN, domain.line("actions", index), f"no rule runs {action}; take it out or give it a rule")


def _rules(project: Project) -> Iterator[Problem]:
    known = {*project.actions, *(reply.name for reply in project.replies)}
    for answer in project.answers:
        for number, rule in enumerate(answer.rules):
            for index, step in enumerate(rule["steps"]):
                line = answer.file.line("rules", number, "steps", index)
                if "intent" in step and step["intent"] not in project.intents:
                    yield Problem(answer.file.path, line, f"the domain has no intent {step['intent']}; add it to domain.yml")
                if "action" in step and step["action"] not in known:
                    yield Problem(answer.file.path, line, f"there is no action or reply {step['action']}; mend the name or add it")
