"""Replies use none of the words that hurt, promise or judge (data/style.yml)."""

from __future__ import annotations

from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import whole_words


def check(project: Project) -> Iterator[Problem]:
    """Report such words, unless the reply says whose words it quotes. Example questions keep people's own words."""
    fine = whole_words(tuple(project.style["avoid_not_in"]))
    # One search over all words at once passes nearly every text.
    any_word = whole_words(tuple(word for entry in project.style["avoid"] for word in entry["words"]))
    for piece in project.texts:
        text = fine.sub(" ", piece.text)
        if piece.quotes or not any_word.search(text):
            continue
        for entry in project.style["avoid"]:
            for found in dict.fromkeys(match.group() for match in whole_words(tuple(entry["words"])).finditer(text)):
                yield Problem(
                    piece.file.path, piece.line(found.split()[0]), f"'{found}' is a word to avoid; {entry['instead']}", piece.subject
                )
