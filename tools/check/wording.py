"""Small readings of text that several rules share."""

from __future__ import annotations

import re
from functools import cache
from typing import Iterable, List, Mapping, Pattern

PLACE = re.compile(r"\{([a-z_]+)\}")
_NO_WORD = re.compile(r"[\W_]+")
_ASCII_WORDS = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256))


@cache
def same_words(text: str) -> str:
    """A form that is equal for texts which differ only in case, punctuation and spaces."""
    if text.isascii():
        # The same, at a third of the time: there are sixty thousand questions.
        return b" ".join(text.encode("ascii").translate(_ASCII_WORDS).split()).decode("ascii") or text.strip()
    return _NO_WORD.sub(" ", text.casefold()).strip() or text.strip()


@cache
def whole_words(words: tuple[str, ...]) -> Pattern[str]:
    """A pattern for any of some words or phrases, whole, in any case; a * stands for any ending, a space for any white space."""
    longest_first = sorted(words, key=len, reverse=True)
    patterns = (re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def filled(text: str, words: Mapping[str, str]) -> str:
    """A text with its names in braces filled in; a name without words stays."""
    return PLACE.sub(lambda match: words.get(match.group(1), match.group()), text)


def digits(text: str) -> str:
    """Only the digits of a text."""
    return re.sub(r"\D", "", text)


def digit_runs(text: str) -> List[str]:
    """The numbers in a text, digit by digit as they stand: "24/7" has two."""
    return re.findall(r"\d+", text)


def numbers_of(line: dict) -> List[str]:
    """The phone numbers of a contact line as digits: "112 or 15" are two. A US number's leading 1 makes no difference."""
    written: Iterable[str] = (line["number"] or "").split(" or ")
    return [national(digits(number)) for number in written if number]


def national(number: str) -> str:
    """A number of eleven digits without the country code of the US and Canada."""
    return number[1:] if len(number) == 11 and number.startswith("1") else number
