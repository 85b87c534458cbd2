"""What an answer file holds: example questions, rules and replies, under the names that people use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from tools.check.yaml_file import Key, YamlFile

# Folders under data/ whose files are said, tested or measured in their own way (docs/crisis-levels.md).
CARDS = "emergency/cards"
CONCERNS = "emergency/concerns"
SENSITIVE = "emergency/sensitive"
CALM = "emergency/calm"
STEPS = "emergency/steps"
TRANSLATIONS = "emergency/translations"


@dataclass(frozen=True)
class Question:
    """One example question, and its line."""

    text: str
    line: int


@dataclass(frozen=True)
class Reply:
    """One response of an answer file."""

    file: YamlFile
    folder: str
    name: str
    text: str
    buttons: List[Dict[str, str]]
    metadata: Dict[str, Any]
    quotes: bool

    @property
    def is_translation(self) -> bool:
        """Whether it is in another language than English."""
        return self.folder == TRANSLATIONS

    def line(self, *keys: Key, word: str = "") -> int:
        """The line of the reply, or of a part of it (see `YamlFile.line`)."""
        return self.file.line("responses", self.name, *([0, *keys] if keys else []), word=word)


@dataclass(frozen=True)
class Answer:
    """One file with replies: an answer, a boundary, an emergency card, a piece of conversation, or one language's translations.

    Attributes:
        file: the file.
        id: its name without the ending.
        folder: where it lies under `data/`, such as "emergency/cards".
        intents: the intents of its examples.
        examples: its example questions.
        rules: its rules.
        replies: its responses.

    """

    file: YamlFile
    id: str
    folder: str
    intents: List[str]
    examples: List[Question]
    rules: List[Dict[str, Any]]
    replies: List[Reply]

    @property
    def section(self) -> str:
        """The first folder under `data/`."""
        return self.folder.partition("/")[0]

    @property
    def main(self) -> Optional[Reply]:
        """The reply that carries the file's name."""
        return next((reply for reply in self.replies if reply.name == f"utter_{self.id}"), None)

    @property
    def metadata(self) -> Dict[str, Any]:
        """The main reply's metadata."""
        return self.main.metadata if self.main else {}

    @property
    def kind(self) -> str:
        """The kind of danger that a file of an emergency is named after: overdose for emergency_overdose."""
        return self.id.partition("_")[2]

    @property
    def is_topic(self) -> bool:
        """Whether a person can ask for it. A few files hold only a line that the assistant itself puts in."""
        return bool(self.intents or self.rules)

    @property
    def is_curated(self) -> bool:
        """Whether it is an answer with sources, as opposed to a boundary, an emergency or conversation."""
        return self.section == "answers"

    @property
    def is_translation(self) -> bool:
        """Whether it holds the replies in one other language than English, which is its id."""
        return self.folder == TRANSLATIONS

    def line(self, *keys: Key) -> int:
        """The line of a part of the main reply's metadata, or of the main reply."""
        return self.file.line("responses", f"utter_{self.id}", 0, "metadata", *keys)


def answer_of(file: YamlFile) -> Answer:
    """The answer in a file that has the shape of one."""
    folder, _, name = file.path.removeprefix("data/").rpartition("/")
    stem = name.removesuffix(".yml")
    nlu = file.data.get("nlu") or []
    responses = file.data["responses"]
    main = (responses.get(f"utter_{stem}") or [{}])[0]
    quotes = bool(main.get("metadata", {}).get("quotes"))
    return Answer(
        file=file,
        id=stem,
        folder=folder,
        intents=[entry["intent"] for entry in nlu],
        examples=examples_in(file),
        rules=file.data.get("rules") or [],
        replies=[
            Reply(file, folder, name, texts[0]["text"], texts[0].get("buttons", []), texts[0].get("metadata", {}), quotes)
            for name, texts in responses.items()
        ],
    )


def examples_in(file: YamlFile) -> List[Question]:
    """All example questions of a file."""
    entries = file.data.get("nlu") or []
    return [question for index, entry in enumerate(entries) for question in questions_in(file, index, entry["examples"])]


def questions_in(file: YamlFile, index: int, examples: str) -> List[Question]:
    """The lines of a block of examples, without their dashes. A line without a dash stays as it is."""
    first = file.line("nlu", index, "examples") + 1
    return [
        Question(line.strip().removeprefix("-").strip(), first + offset)
        for offset, line in enumerate(examples.splitlines())
        if line.strip()
    ]
