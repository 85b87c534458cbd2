"""Examples come in one block, and only a danger's in up to three: whose danger it is may be said for a whole block."""

from __future__ import annotations

from typing import Iterator

from tools.check.answers import CARDS, CONCERNS
from tools.check.problem import Problem
from tools.check.project import Project


def check(project: Project) -> Iterator[Problem]:
    """Report blocks that should be one, and blocks that say whose danger it is where there is none."""
    for answer in project.answers:
        seen = set()
        for index, entry in enumerate(answer.file.data.get("nlu") or []):
            about = (entry.get("metadata") or {}).get("about")
            line = answer.file.line("nlu", index, "intent")
            if about and answer.folder not in (CARDS, CONCERNS):
                message = "only examples of a danger say whose it is; take 'metadata' out"
                yield Problem(answer.file.path, answer.file.line("nlu", index, "metadata"), message)
            elif about in seen:
                which = f"with 'about: {about}'" if about else "without 'about'"
                yield Problem(answer.file.path, line, f"a second block {which}; move its examples to the first one")
            seen.add(about)
