"""No line inside a text begins with a word that Rasa takes for a part of the file: the training would break."""

from __future__ import annotations

import re
from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project

_KEY = re.compile(r"\s+(nlu|rules|stories|responses):")


def check(project: Project) -> Iterator[Problem]:
    """Report such lines in any file under `data/`."""
    for path, file in project.files.items():
        if not path.startswith("data/"):
            continue
        for number, line in enumerate(file.lines, 1):
            found = _KEY.match(line)
            if found:
                yield Problem(path, number, f"a line begins with '{found.group(1)}:'; break the text elsewhere or use another word")
