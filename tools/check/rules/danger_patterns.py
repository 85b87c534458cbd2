"""Every danger pattern can be read, and is written in the form that a message's words are brought into: another could never match."""

from __future__ import annotations

import re
from functools import cache
from typing import Dict, Iterator, List, Tuple

from components.pattern_language import END, START, STOP, compiled
from tools.check.plain_form import plain_form
from tools.check.problem import Problem
from tools.check.project import PATTERNS, Project

# Of a pattern, in a message.
MOST_CHARACTERS = 60
_SIGNS = (START, END, STOP, "..")
_LIST = re.compile(r"\{\w+\}")
# Most parts are of this form: words that stand for themselves. They need no further look.
_PLAIN = re.compile(r"[a-z0-9]+(?:\|[a-z0-9]+)*\??")


def check(project: Project) -> Iterator[Problem]:
    """Report patterns that would stop the server, and words that no message ever has."""
    lists: Dict[str, List[str]] = project.data(PATTERNS)["words"]

    # A pattern can be read if its parts can, and the same parts stand in many patterns.
    @cache
    def wrong_with_part(part: str) -> Tuple[str, ...]:
        return () if _PLAIN.fullmatch(part) else (*_unreadable(part, lists), *_not_plain(part))

    def wrong_with(pattern: str) -> str:
        messages = [message for part in pattern.split() or [pattern] for message in wrong_with_part(part)]
        return f"'{_short(pattern)}': {'; '.join(dict.fromkeys(messages))}" if messages else ""

    for entry in project.danger_entries:
        for index, pattern in enumerate(entry.says):
            message = wrong_with(pattern)
            if message:
                yield Problem(entry.file.path, entry.line_of_pattern(index), message, f"{entry.name} {pattern}")
    for name, words in lists.items():
        for index, word in enumerate(words):
            message = wrong_with(word)
            if message:
                yield Problem(PATTERNS, project.files[PATTERNS].line("words", name, index), message, f"{name} {word}")


def _short(pattern: str) -> str:
    return pattern if len(pattern) <= MOST_CHARACTERS else f"{pattern[: MOST_CHARACTERS - 3]}..."


def _unreadable(part: str, lists: Dict[str, List[str]]) -> Iterator[str]:
    try:
        # The first of what it becomes is enough: whatever can't be read is found before that.
        next(compiled(part, lists), None)
    except ValueError as error:
        yield f"{error}; mend it (the head of {PATTERNS} says how a pattern is written)"
    except RecursionError:
        yield f"{part} is a list that holds itself; take its name out of it"


def _not_plain(part: str) -> Iterator[str]:
    """A mend for each word that is in another form than the plain one."""
    part = part[:-1] if part.endswith("?") and len(part) > 1 else part
    words = [word for word in part.split("|") if word not in _SIGNS and not _LIST.fullmatch(word)]
    # A word that begins so, a digit, and words that belong together.
    bare = [word.replace("*", "").replace("#", "1").split("_") for word in words]
    if plain_form(" ".join(" ".join(letters) for letters in bare)) == [letter for letters in bare for letter in letters]:
        return
    for word, letters in zip(words, bare, strict=True):
        plain = plain_form(" ".join(letters))
        if plain != letters and (letters != [""] or not word):
            yield f"no message has '{word}' in plain form, write '{'_'.join(plain)}'"
