"""Replies can be read at US grade 8 (Flesch-Kincaid), names of medicines and groups not counted."""

from __future__ import annotations

import re
from typing import Iterator

import textstat

from common.contacts import ENGLISH
from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import PLACE, whole_words

HIGHEST = 8.0
# Of a shorter text, one or two words decide.
FEWEST_WORDS = 15
# What a name counts as.
NAME = "drug"

# Rounded syllables would move the grade in steps of more than one.
textstat.set_rounding(False)


def check(project: Project) -> Iterator[Problem]:
    """Report replies above the grade."""
    names = whole_words(tuple(project.style["short_names"]))
    for reply in project.replies:
        # The grade is one of English.
        if reply.is_translation or len(reply.text.split()) < FEWEST_WORDS:
            continue
        found = grade(names.sub(NAME, PLACE.sub(NAME, reply.text)))
        if found > HIGHEST:
            message = f"{reply.name} reads at grade {found:.1f}, above {HIGHEST:.0f}; make its sentences shorter and its words more common"
            yield Problem(reply.file.path, reply.line("text"), message, reply.name)
    for piece in project.telegram_texts:
        if piece.file is not project.telegram.get(ENGLISH) or len(piece.text.split()) < FEWEST_WORDS:
            continue
        found = grade(names.sub(NAME, PLACE.sub(NAME, piece.text)))
        if found > HIGHEST:
            message = (
                f"{piece.subject} reads at grade {found:.1f}, above {HIGHEST:.0f}; make its sentences shorter and its words more common"
            )
            yield Problem(piece.file.path, piece.line(), message, piece.subject)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text. A line's end and a list's dot end a sentence too."""
    return float(textstat.flesch_kincaid_grade(re.sub(r"[.!?:;,]?\s*\n\s*•?\s*", ". ", text)))
