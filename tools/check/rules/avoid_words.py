"""Replies use none of the words that hurt, promise or judge (data/style.yml)."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Tuple

from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import whole_words


def words_to_avoid(text: str, style: Mapping[str, Any]) -> Iterator[Tuple[str, str]]:
    """Each such word in a text, once, with what to say instead. `style` is what data/style.yml holds."""
    text = whole_words(tuple(style["avoid_not_in"])).sub(" ", text)
    # One search over all words at once passes nearly every text.
    if not whole_words(tuple(word for entry in style["avoid"] for word in entry["words"])).search(text):
        return
    for entry in style["avoid"]:
        for found in dict.fromkeys(match.group() for match in whole_words(tuple(entry["words"])).finditer(text)):
            yield found, entry["instead"]


def check(project: Project) -> Iterator[Problem]:
    """Report such words, unless the reply says whose words it quotes. Example questions keep people's own words."""
    for piece in project.texts:
        for found, instead in () if piece.quotes else words_to_avoid(piece.text, project.style):
            yield Problem(piece.file.path, piece.line(found.split()[0]), f"'{found}' is a word to avoid; {instead}", piece.subject)
