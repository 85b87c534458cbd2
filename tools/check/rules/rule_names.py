"""Every rule has a name of its own that reads as a sentence."""

from __future__ import annotations

from typing import Dict, Iterator

from tools.check.problem import Problem
from tools.check.project import Project


def check(project: Project) -> Iterator[Problem]:
    """Report names that stand twice, and names that don't begin with a capital."""
    seen: Dict[str, str] = {}
    for answer in project.answers:
        for index, rule in enumerate(answer.rules):
            name, line = rule["rule"], answer.file.line("rules", index, "rule")
            if name in seen:
                yield Problem(answer.file.path, line, f"the rule in {seen[name]} has the same name; say it in other words")
            if not name[:1].isupper():
                yield Problem(answer.file.path, line, f"the rule's name '{name}' does not begin with a capital; write it as a sentence")
            seen.setdefault(name, answer.file.path)
