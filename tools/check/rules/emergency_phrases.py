"""The phrases that name an emergency outright lead to a card that exists."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project

PHRASES = "data/emergency/phrases.yml"


def check(project: Project) -> Iterator[Problem]:
    """Report kinds of emergency without a card, and phrases that stand under two kinds."""
    file = project.files[PHRASES]
    cards = {answer.id for answer in project.topics if answer.section == "emergency"}
    seen: dict = {}
    for kind, phrases in file.data["phrases"].items():
        if f"emergency_{kind}" not in cards:
            yield Problem(PHRASES, file.line("phrases", kind), f"there is no card emergency_{kind}; mend the name or add the card")
        for index, phrase in enumerate(phrases):
            if phrase in seen:
                line = file.line("phrases", kind, index)
                yield Problem(PHRASES, line, f"'{phrase}' stands under {seen[phrase]} too, which comes first; take one of the two out")
            seen.setdefault(phrase, kind)
