"""A file's name, its intent and its main reply's name are one, and stand for one file only."""

from __future__ import annotations

import re
from typing import Dict, Iterator

from tools.check.problem import Problem
from tools.check.project import Answer, Project

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def check(project: Project) -> Iterator[Problem]:
    """Report names that differ, and names that stand twice."""
    ids: Dict[str, str] = {}
    replies: Dict[str, str] = {}
    for answer in project.answers:
        path = answer.file.path
        if answer.id in ids:
            yield Problem(path, 1, f"{ids[answer.id]} has the same name; rename one of them")
        ids.setdefault(answer.id, path)
        yield from _own_names(answer)
        for reply in answer.replies:
            if reply.name in replies:
                yield Problem(path, reply.line(), f"{reply.name} stands in {replies[reply.name]} too, and only one is kept; rename one")
            replies.setdefault(reply.name, path)


def _own_names(answer: Answer) -> Iterator[Problem]:
    path, name = answer.file.path, f"utter_{answer.id}"
    if not _ID.fullmatch(answer.id):
        yield Problem(path, 1, "the file's name is not a name for an intent; use small letters, digits and single underscores")
    if answer.id.startswith("ask_"):
        yield Problem(path, 1, "Rasa keeps names with ask_ for its forms; choose another name")
    for index, intent in enumerate(answer.intents):
        if intent != answer.id:
            line = answer.file.line("nlu", index, "intent")
            yield Problem(path, line, f"the intent is {intent}, the file {answer.id}; give both one name")
    if answer.main is None:
        yield Problem(path, answer.file.line("responses"), f"there is no reply {name}; add it, or rename the file")
    for reply in answer.replies:
        if reply.name != name and not reply.name.startswith(f"{name}_"):
            yield Problem(path, reply.line(), f"{reply.name} does not begin with {name}; rename it, or move it to its own file")
