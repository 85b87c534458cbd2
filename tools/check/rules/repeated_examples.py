"""No example question stands twice, whether under one topic or two."""

from __future__ import annotations

from typing import Dict, Iterator, Tuple

from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import same_words


def check(project: Project) -> Iterator[Problem]:
    """Report the second of two examples that differ at most in case and punctuation."""
    seen: Dict[str, Tuple[str, int]] = {}
    for file, examples in project.examples:
        for example in examples:
            words = same_words(example.text)
            path, line = seen.setdefault(words, (file.path, example.line))
            if (path, line) != (file.path, example.line):
                yield Problem(file.path, example.line, f"'{example.text}' stands in {path}:{line} too; take one of the two out")
