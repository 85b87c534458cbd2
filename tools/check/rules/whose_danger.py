"""Examples come in one block, and only a danger's in up to four: whose danger it is, or what it follows, is said for a whole block."""

from __future__ import annotations

from typing import Iterator

from tools.check.answers import CARDS, CONCERNS
from tools.check.problem import Problem
from tools.check.project import Project

# Of which folders' examples a block may say it, and what it would be elsewhere.
SAID_IN = {"about": (CARDS, CONCERNS), "after": (CARDS,)}
WRONG = {"about": "a danger say whose it is", "after": "a card's danger may be said after a card"}


def check(project: Project) -> Iterator[Problem]:
    """Report blocks that should be one, and blocks that say of a danger what there is none of."""
    for answer in project.answers:
        seen = set()
        for index, entry in enumerate(answer.file.data.get("nlu") or []):
            metadata = entry.get("metadata") or {}
            line = answer.file.line("nlu", index, "intent")
            says = " ".join(f"{name}: {value}" for name, value in metadata.items())
            misplaced = next((name for name in metadata if answer.folder not in SAID_IN[name]), None)
            if misplaced:
                message = f"only examples of {WRONG[misplaced]}; take 'metadata' out"
                yield Problem(answer.file.path, answer.file.line("nlu", index, "metadata"), message)
            elif says in seen:
                which = f"with '{says}'" if says else "without 'metadata'"
                yield Problem(answer.file.path, line, f"a second block {which}; move its examples to the first one")
            seen.add(says)
