"""No held-out question is an example question: that would measure memory, not understanding."""

from __future__ import annotations

from typing import Dict, Iterator

from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import same_words


def check(project: Project) -> Iterator[Problem]:
    """Report the example's line only: whoever writes examples must not be sent to look at the held-out questions."""
    held_out: Dict[str, str] = {}
    for file, _, questions in project.held_out:
        for question in questions:
            words = same_words(question.text)
            if words in held_out:
                yield Problem(file.path, question.line, f"this question stands in {held_out[words]} too; take one of the two out")
            held_out.setdefault(words, f"{file.path}:{question.line}")
    for answer in project.answers:
        title = same_words(answer.metadata.get("title", ""))
        for example in answer.examples:
            words = same_words(example.text)
            if words in held_out:
                mend = "as the title has to stay, have the held-out one replaced" if words == title else "say it in other words"
                yield Problem(answer.file.path, example.line, f"'{example.text}' is a held-out question; {mend}")
