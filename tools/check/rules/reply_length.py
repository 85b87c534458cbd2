"""Replies are long enough to answer and short enough to be read by somebody in distress."""

from __future__ import annotations

from typing import Iterator, Tuple

from tools.check.answers import CARDS, CONCERNS, SENSITIVE, Reply
from tools.check.problem import Problem
from tools.check.project import Project

# In words, from and to.
MAIN = (45, 120)
MORE = (45, 135)
FOLLOW_UP = (15, 65)
OTHER = (15, 120)
CONCERN = (30, 80)
SENSITIVE_ANSWER = (40, 95)
# Said again while an emergency or a worry goes on: who reads it has read the longer one.
AGAIN = (20, 70)
SOFT_LINE = (6, 30)


def check(project: Project) -> Iterator[Problem]:
    """Report replies with fewer or more words than their kind may have. Not every script parts its words."""
    for answer in project.answers:
        for reply in answer.replies:
            if reply.is_translation:
                continue
            fewest, most = _bounds(reply, is_main=reply is answer.main, is_curated=answer.is_curated)
            words = len(reply.text.split())
            if not fewest <= words <= most:
                mend = "cut it" if words > most else "say more"
                yield Problem(
                    reply.file.path, reply.line("text"), f"{reply.name} has {words} words, not {fewest} to {most}; {mend}", reply.name
                )


def _bounds(reply: Reply, is_main: bool, is_curated: bool) -> Tuple[int, int]:
    if reply.name.endswith("_more") and not is_main:
        return MORE
    if reply.folder == CARDS:
        return AGAIN if reply.name.endswith("_still") else OTHER
    if reply.folder == CONCERNS:
        return AGAIN if reply.name.endswith(("_again", "_no")) else CONCERN
    if reply.folder == SENSITIVE:
        return SOFT_LINE if reply.name.startswith("utter_soft_") else SENSITIVE_ANSWER
    if not is_curated:
        return OTHER
    return MAIN if is_main else FOLLOW_UP
