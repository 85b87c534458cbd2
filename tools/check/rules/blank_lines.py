"""No reply has a blank line: some chat apps would send the parts as messages of their own."""

from __future__ import annotations

import re
from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project


def check(project: Project) -> Iterator[Problem]:
    """Report replies in more than one paragraph."""
    for reply in project.replies:
        if re.search(r"\n\s*\n", reply.text.strip()):
            yield Problem(reply.file.path, reply.line("text"), f"{reply.name} has a blank line; join the paragraphs")
