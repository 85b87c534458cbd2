"""No held-out question or message is an example question: that would measure memory, not understanding."""

from __future__ import annotations

from typing import Dict, Iterator, List, Tuple

from tools.check.answers import Question
from tools.check.messages import SCENES
from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import same_words
from tools.check.yaml_file import YamlFile

# "ok", "thanks", "no": small talk of so few words is the same for everybody, and no scene can do without it.
SMALL_TALK_WORDS = 2
CONVERSATION = "data/conversation/"


def check(project: Project) -> Iterator[Problem]:
    """Report the example's line only: whoever writes examples must not be sent to look at the held-out questions."""
    held_out: Dict[str, str] = {}
    for file, questions in _held_out(project):
        # In scenes many people answer the same.
        repeats = project.shape_of(file.path) == SCENES
        for question in questions:
            words = same_words(question.text)
            if words in held_out and not repeats:
                yield Problem(file.path, question.line, f"this question stands in {held_out[words]} too; take one of the two out")
            held_out.setdefault(words, f"{file.path}:{question.line}")
    titles = {answer.file.path: same_words(answer.metadata.get("title", "")) for answer in project.answers}
    for file, examples in project.examples:
        for example in examples:
            words = same_words(example.text)
            if words in held_out and not _is_small_talk(file.path, words):
                mend = (
                    "as the title has to stay, have the held-out one replaced"
                    if words == titles.get(file.path)
                    else "say it in other words"
                )
                yield Problem(file.path, example.line, f"'{example.text}' is a held-out question; {mend}")


def _held_out(project: Project) -> Iterator[Tuple[YamlFile, List[Question]]]:
    """Scenes last: what a scene repeats is theirs."""
    yield from ((file, questions) for file, _, questions in project.held_out)
    yield from sorted(project.messages, key=lambda entry: project.shape_of(entry[0].path) == SCENES)


def _is_small_talk(path: str, words: str) -> bool:
    return path.startswith(CONVERSATION) and len(words.split()) <= SMALL_TALK_WORDS
