"""An emergency card begins with the number, has at most five numbered steps, ends with a number, and needs no action."""

from __future__ import annotations

import re
from typing import Iterator, Set

from tools.check.answers import CARDS, Answer, Reply
from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import PLACE

MOST_STEPS = 5
_STEP = re.compile(r"(\d+)\. ")


def check(project: Project) -> Iterator[Problem]:
    """Report cards of another form, in any language: they must be read in seconds, and work while everything else is down."""
    numbers = {"emergency", *(place for place in project.places if place.endswith("_line"))}
    for answer in project.answers:
        if answer.folder == CARDS:
            yield from _action(answer)
            for reply in answer.replies:
                # What "Tell me more" shows is read afterwards.
                if not reply.name.endswith("_more"):
                    yield from _ends(reply, numbers)
                    yield from _steps(reply, needed=not reply.name.endswith("_still"))
        elif answer.is_translation:
            for reply in answer.replies:
                if reply.name.startswith("utter_emergency_"):
                    yield from _ends(reply, numbers)
                    yield from _steps(reply, needed=False)


def _ends(reply: Reply, numbers: Set[str]) -> Iterator[Problem]:
    path, lines = reply.file.path, reply.text.splitlines()
    if "{emergency}" not in lines[0]:
        line = reply.line("text", word=lines[0][:20])
        yield Problem(path, line, f"{reply.name}: the first line does not name {{emergency}}; begin with the number to call", reply.name)
    if not numbers & set(PLACE.findall(lines[-1])):
        line = reply.line("text", word=lines[-1][:20])
        yield Problem(path, line, f"{reply.name}: the last line names no number; end with {{emergency}} or a line to call", reply.name)


def _steps(reply: Reply, needed: bool) -> Iterator[Problem]:
    steps = [int(found.group(1)) for found in map(_STEP.match, reply.text.splitlines()) if found]
    if (needed and not steps) or len(steps) > MOST_STEPS or steps != list(range(1, len(steps) + 1)):
        numbered = ", ".join(map(str, steps)) or "not at all"
        message = f"{reply.name}: the steps are numbered {numbered}; write 1. to at most {MOST_STEPS}."
        yield Problem(reply.file.path, reply.line("text"), message, reply.name)


def _action(answer: Answer) -> Iterator[Problem]:
    for index, rule in enumerate(answer.rules):
        actions = [step["action"] for step in rule["steps"] if "action" in step]
        if actions != [f"utter_{answer.id}"]:
            line = answer.file.line("rules", index, "steps")
            ran = ", ".join(actions) or "nothing"
            yield Problem(answer.file.path, line, f"the card runs {ran}; run utter_{answer.id} alone, it needs no server")
