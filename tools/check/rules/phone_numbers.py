"""A phone number stands in the contacts file and nowhere else."""

from __future__ import annotations

import re
from typing import Iterator, Set

from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import numbers_of

# Letters in the place of the last seven digits; seven digits or more with at most one mark between two; 9-1-1.
_LONG = re.compile(
    r"\b(?:1-)?\d{3}-(?:\d{3}-[A-Z]{4}|[A-Z]{3}-?[A-Z]{4})\b|(?<![\w.,])\+?\(?\d(?:(?:[-./ ]|\) ?)?\d){6,}(?![\w,])|\b\d-\d-\d\b"
)
_DATES = re.compile(r"(?:19|20)\d\d[-/ ](?:(?:19|20)\d\d|\d\d-\d\d)")
_SHORT = re.compile(r"(?<![\w.,$€£-])\d{3,6}(?![\w-]|[.,]\d)")


def check(project: Project) -> Iterator[Problem]:
    """Report digit runs that look like a phone number, and the short numbers of the contacts file wherever they stand."""
    short = _short_numbers(project)
    for piece in project.texts:
        found = [match.group() for match in _LONG.finditer(piece.text) if not _DATES.fullmatch(match.group())]
        found += [number for number in _SHORT.findall(piece.text) if number in short]
        for number in found:
            message = (
                f"the phone number {number} stands in a text; write {{emergency}} or the like (or except it, if it only counts something)"
            )
            yield Problem(piece.file.path, piece.line(number.split()[0]), message, f"{piece.subject} {number}")


def _short_numbers(project: Project) -> Set[str]:
    return {
        number
        for country in project.countries.values()
        for line in country["lines"]
        for number in numbers_of(line)
        if 3 <= len(number) <= 6
    }
