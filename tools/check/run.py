"""Runs the rules over a project, and takes out what is excepted."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from pathlib import Path
from typing import Iterator, List

from tools.check import rules
from tools.check.problem import Problem
from tools.check.project import Project, names_in

# One file per rule, one subject a line, sorted, with the reason after a #.
EXCEPTIONS = Path(__file__).parent / "exceptions"
# The other rules trust that a file can be read and has its shape.
FIRST = ("yaml_syntax", "known_files", "repeated_keys", "shape")


def rule_names() -> List[str]:
    """All rules, the first ones first."""
    found = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    return [*FIRST, *(name for name in sorted(found) if name not in FIRST)]


def run(project: Project, exceptions: Path = EXCEPTIONS) -> List[Problem]:
    """All problems, by file and line. Where a first rule found any, only the first rules' ones.

    Args:
        project: the files to check.
        exceptions: the folder with the lists of exceptions.

    """
    first = [problem for name in FIRST for problem in problems_of(name, project, exceptions)]
    others = [] if first else [problem for name in rule_names() if name not in FIRST for problem in problems_of(name, project, exceptions)]
    return sorted([*first, *others], key=lambda problem: (problem.path, problem.line, problem.rule, problem.message))


def problems_of(rule: str, project: Project, exceptions: Path = EXCEPTIONS) -> Iterator[Problem]:
    """One rule's problems, without the excepted ones, and with the exceptions that excepted nothing: a list may only shrink.

    Args:
        rule: the rule's module.
        project: the files to check.
        exceptions: the folder with the lists of exceptions.

    """
    allowed = names_in(exceptions / f"{rule}.txt")
    needed = set()
    for problem in importlib.import_module(f"{rules.__name__}.{rule}").check(project):
        subject = problem.subject or problem.path
        if subject in allowed:
            needed.add(subject)
        else:
            yield replace(problem, rule=rule)
    for subject, line in allowed.items():
        if subject not in needed:
            message = f"the exception for {subject} is not needed (any more); take the line out"
            yield Problem(f"tools/check/exceptions/{rule}.txt", line, message, rule=rule)
