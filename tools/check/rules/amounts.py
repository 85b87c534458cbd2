"""No reply names an amount of a drug or a price: the first can kill, the second is wrong by next year."""

from __future__ import annotations

import re
from typing import Iterator, List

from tools.check.problem import Problem
from tools.check.project import Project

_NUMBER = r"\b(?:\d[\d.,]*|half|one|two|three|four|five|six|eight|ten|twelve|twenty)"
_DRUG = re.compile(
    rf"{_NUMBER}[ -]?(?:mg|mcg|µg|ml|milligrams?|micrograms?|millilit(?:er|re)s?|grams?|tablets?|pills?|strips?|bags?)\b", re.IGNORECASE
)
_PRICE = re.compile(rf"[$£€₹]\s?\d[\d.,]*|{_NUMBER} (?:dollars?|pounds?|euros?|cents?|rupees?|naira)\b", re.IGNORECASE)


def amounts_in(text: str) -> List[str]:
    """The amounts and prices in a text, as they stand."""
    return [*_DRUG.findall(text), *_PRICE.findall(text)]


def check(project: Project) -> Iterator[Problem]:
    """Report both."""
    for piece in project.texts:
        for found in _DRUG.findall(piece.text):
            message = f"'{found}' is an amount; leave it out and point to the prescriber or pharmacist"
            yield Problem(piece.file.path, piece.line(found.split()[0]), message, f"{piece.subject} {found}")
        for found in _PRICE.findall(piece.text):
            message = f"'{found}' is a price; leave it out and say where to ask"
            yield Problem(piece.file.path, piece.line(found.split()[0]), message, f"{piece.subject} {found}")
