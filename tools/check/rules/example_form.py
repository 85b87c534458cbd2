"""Every example question is one line with a dash, in plain words."""

from __future__ import annotations

import re
from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project

# Rasa reads these as entity annotations, and a slash as a command.
_MARKUP = re.compile(r"[\[\]{}]|^/")
# A block in which nothing is wrong, as nearly all are: told in one look, where line by line takes a tenth of the whole check.
_GOOD = re.compile(r"(?:- (?![-/ ])[^\[\]{}\n]+\n?|[ ]*\n)*")


def check(project: Project) -> Iterator[Problem]:
    """Report lines without a dash, without words, or with Rasa's markup, in answer files and in held-out ones."""
    for path, file in project.files.items():
        if project.shape_of(path) not in ("answer", "examples", "questions"):
            continue
        for index, entry in enumerate(file.data.get("nlu") or []):
            if _GOOD.fullmatch(entry["examples"]):
                continue
            first = file.line("nlu", index, "examples") + 1
            for offset, written in enumerate(entry["examples"].splitlines()):
                text = written.removeprefix("- ").strip()
                if not written.strip():
                    continue
                if not written.strip("- "):
                    yield Problem(path, first + offset, "an empty example; write one or take the line out")
                elif not written.startswith("- "):
                    yield Problem(path, first + offset, "an example must begin with a dash and a space; write '- ' before it")
                elif _MARKUP.search(text):
                    yield Problem(path, first + offset, "brackets, braces or a leading slash mean something to Rasa; leave them out")
