"""A file's name, its intent and its main reply's name are one, and stand for one file only; a translation has its original's name."""

from __future__ import annotations

import re
from typing import Dict, Iterator, Set

from tools.check.answers import CARDS, CONCERNS, SENSITIVE, Answer
from tools.check.problem import Problem
from tools.check.project import Project

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# The detector learns a danger's level from the intent's name (`components.danger.PREFIXES`).
PREFIXES = {CARDS: "emergency_", CONCERNS: "concern_", SENSITIVE: "sensitive_"}
# What is said in another language where it has no reply of its own for a kind of danger. In English there always is one.
FOR_ALL_KINDS = ("utter_emergency", "utter_emergency_still", "utter_concern", "utter_concern_no", "utter_only_english")


def check(project: Project) -> Iterator[Problem]:
    """Report names that differ, and names that stand twice."""
    ids: Dict[str, str] = {}
    replies: Dict[str, str] = {}
    english = {reply.name for reply in project.replies if not reply.is_translation}
    for answer in project.answers:
        path = answer.file.path
        if answer.is_translation:
            yield from _translated_names(answer, english)
        else:
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
    prefix = PREFIXES.get(answer.folder, "")
    if not answer.id.startswith(prefix):
        yield Problem(path, 1, f"files in this folder are named {prefix}<kind>, which says how dangerous it is; rename it")
    for index, intent in enumerate(answer.intents):
        if intent != answer.id:
            line = answer.file.line("nlu", index, "intent")
            yield Problem(path, line, f"the intent is {intent}, the file {answer.id}; give both one name")
    if answer.main is None:
        yield Problem(path, answer.file.line("responses"), f"there is no reply {name}; add it, or rename the file")
    soft = f"utter_soft_{answer.kind}" if answer.folder == SENSITIVE else name
    for reply in answer.replies:
        if reply.name not in (name, soft) and not reply.name.startswith(f"{name}_"):
            yield Problem(path, reply.line(), f"{reply.name} does not begin with {name}; rename it, or move it to its own file")


def _translated_names(answer: Answer, english: Set[str]) -> Iterator[Problem]:
    for reply in answer.replies:
        original = reply.name.removesuffix(f"_{answer.id}")
        if original == reply.name:
            message = f"{reply.name} does not end with _{answer.id}, the file's language; rename it"
        elif original not in english and original not in FOR_ALL_KINDS:
            message = f"there is no {original} to translate; mend the name, or use one of {', '.join(FOR_ALL_KINDS)} with _{answer.id}"
        else:
            continue
        yield Problem(answer.file.path, reply.line(), message)
