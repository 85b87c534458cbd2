"""An emergency card begins with the number, has at most five numbered steps, ends with a number, and needs no action."""

from __future__ import annotations

import re
from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Answer, Project
from tools.check.wording import PLACE

MOST_STEPS = 5
_STEP = re.compile(r"(\d+)\. ")


def check(project: Project) -> Iterator[Problem]:
    """Report cards of another form: they must be read in seconds, and work while everything else is down."""
    numbers = {"emergency", *(place for place in project.places if place.endswith("_line"))}
    for answer in project.topics:
        if answer.section != "emergency" or answer.main is None:
            continue
        path, reply = answer.file.path, answer.main
        lines = reply.text.splitlines()
        if "{emergency}" not in lines[0]:
            yield Problem(
                path, reply.line("text", word=lines[0][:20]), "the first line does not name {emergency}; begin with the number to call"
            )
        if not numbers & set(PLACE.findall(lines[-1])):
            yield Problem(
                path, reply.line("text", word=lines[-1][:20]), "the last line names no number; end with {emergency} or a line to call"
            )
        steps = [found.group(1) for found in map(_STEP.match, lines) if found]
        if not steps or len(steps) > MOST_STEPS or steps != [str(number) for number in range(1, len(steps) + 1)]:
            yield Problem(
                path, reply.line("text"), f"the steps are numbered {', '.join(steps) or 'not at all'}; write 1. to at most {MOST_STEPS}."
            )
        yield from _action(answer)


def _action(answer: Answer) -> Iterator[Problem]:
    for index, rule in enumerate(answer.rules):
        actions = [step["action"] for step in rule["steps"] if "action" in step]
        if actions != [f"utter_{answer.id}"]:
            line = answer.file.line("rules", index, "steps")
            yield Problem(
                answer.file.path, line, f"the card runs {', '.join(actions) or 'nothing'}; run utter_{answer.id} alone, it needs no server"
            )
