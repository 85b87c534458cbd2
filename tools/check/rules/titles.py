"""A title is short, nobody else's, and one of the topic's own example questions."""

from __future__ import annotations

from typing import Dict, Iterator

from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import same_words

MOST_CHARACTERS = 36


def check(project: Project) -> Iterator[Problem]:
    """Report long titles, equal ones, and ones that the topic does not know as a question of its own."""
    seen: Dict[str, str] = {}
    for answer in project.answers:
        title = answer.metadata.get("title")
        if title is None:
            continue
        path, line, words = answer.file.path, answer.line("title"), same_words(title)
        if len(title) > MOST_CHARACTERS:
            yield Problem(path, line, f"the title has {len(title)} characters; a button holds {MOST_CHARACTERS}, so shorten it")
        if words in seen:
            yield Problem(path, line, f"{seen[words]} has the same title; say it in other words")
        seen.setdefault(words, path)
        if answer.examples and words not in {same_words(example.text) for example in answer.examples}:
            yield Problem(path, line, "the title is not among the example questions; add it there, since a tap on the button asks it")
