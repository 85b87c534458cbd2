"""Replies are plain text: one text goes to a web page, a chat app and a terminal."""

from __future__ import annotations

import re
from typing import Iterator

from tools.check.problem import Problem
from tools.check.project import Project

_MARKUP = {
    "Markdown": re.compile(r"\*\*|__|`|\]\(|^#+ |^[*-] |^> ", re.MULTILINE),
    "HTML": re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;"),
    "a link": re.compile(r"\b[a-z]+://|\bmailto:", re.IGNORECASE),
}
_MENDS = {
    "Markdown": "write plain words, and lists with • at the start of a line",
    "HTML": "write plain words",
    "a link": "a website's plain name is fine (na.org), its full address belongs into data/sources.yml",
}


def check(project: Project) -> Iterator[Problem]:
    """Report Markdown, HTML and links."""
    for piece in project.texts:
        for name, pattern in _MARKUP.items():
            found = pattern.search(piece.text)
            if found:
                yield Problem(piece.file.path, piece.line(found.group().strip()), f"'{found.group().strip()}' is {name}; {_MENDS[name]}")
