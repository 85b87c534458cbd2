"""Reads every file that the rules look at, once, and hands out their parts under the names that people use."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from common.contacts import ANOTHER_COUNTRY
from common.yaml_files import read_yaml
from tools.check.wording import filled
from tools.check.yaml_file import Key, Unreadable, YamlFile, parse

SHAPES = Path(__file__).parent / "shapes"
CONTACTS = "data/emergency/contacts.yml"
GROUPS = "data/groups.yml"
SOURCES = "data/sources.yml"
STYLE = "data/style.yml"
DOMAIN = "domain.yml"
# Which shape belongs to which files, in the order in which to look.
KINDS: List[Dict[str, str]] = read_yaml(SHAPES / "kinds.yml")


@dataclass(frozen=True)
class Question:
    """One example question, and its line."""

    text: str
    line: int


@dataclass(frozen=True)
class Reply:
    """One response of an answer file."""

    file: YamlFile
    section: str
    name: str
    text: str
    buttons: List[Dict[str, str]]
    metadata: Dict[str, Any]
    quotes: bool

    def line(self, *keys: Key, word: str = "") -> int:
        """The line of the reply, or of a part of it (see `YamlFile.line`)."""
        return self.file.line("responses", self.name, *([0, *keys] if keys else []), word=word)


@dataclass(frozen=True)
class Answer:
    """One file with replies: an answer, a boundary, an emergency card or a piece of conversation."""

    file: YamlFile
    id: str
    section: str
    intents: List[str]
    examples: List[Question]
    rules: List[Dict[str, Any]]
    replies: List[Reply]

    @property
    def main(self) -> Optional[Reply]:
        """The reply that carries the file's name."""
        return next((reply for reply in self.replies if reply.name == f"utter_{self.id}"), None)

    @property
    def metadata(self) -> Dict[str, Any]:
        """The main reply's metadata."""
        return self.main.metadata if self.main else {}

    @property
    def is_topic(self) -> bool:
        """Whether a person can ask for it. A few files hold only a line that the assistant itself puts in."""
        return bool(self.intents or self.rules)

    @property
    def is_curated(self) -> bool:
        """Whether it is an answer with sources, as opposed to a boundary, an emergency or conversation."""
        return self.section == "answers"

    def line(self, *keys: Key) -> int:
        """The line of a part of the main reply's metadata, or of the main reply."""
        return self.file.line("responses", f"utter_{self.id}", 0, "metadata", *keys)


@dataclass(frozen=True)
class Text:
    """A piece of text that a person reads, wherever it stands."""

    file: YamlFile
    keys: Tuple[Key, ...]
    subject: str
    text: str
    quotes: bool = False

    def line(self, word: str = "") -> int:
        """The line of the text, or of a word in it."""
        return self.file.line(*self.keys, word=word)


class Project:
    """The files of a project. An overlay's files stand in for the root's, or are added to them.

    Reading never fails: what is not YAML is kept in `unreadable`, by path. The views (`answers`, `contacts`, …) rely on the
    shape of the files, which the first rules see to.
    """

    def __init__(self, root: Path, overlay: Optional[Path] = None) -> None:
        """Read all files.

        Args:
            root: the project's folder.
            overlay: a folder with files under the same names.

        """
        self._folders = [folder for folder in (overlay, root) if folder]
        self.files: Dict[str, YamlFile] = {}
        self.unreadable: Dict[str, Unreadable] = {}
        for path in self._paths("domain.yml", "data/**/*", "tests/nlu/*.yml", "tests/tuning.yml"):
            if not path.endswith(".yml"):
                continue
            try:
                self.files[path] = parse(path, self._find(path).read_bytes())
            except Unreadable as error:
                self.unreadable[path] = error

    def _paths(self, *patterns: str) -> List[str]:
        return sorted(
            {
                found.relative_to(folder).as_posix()
                for folder in self._folders
                for pattern in patterns
                for found in folder.glob(pattern)
                if found.is_file()
            }
        )

    def _find(self, path: str) -> Path:
        return next((folder / path for folder in self._folders if (folder / path).is_file()), self._folders[-1] / path)

    def paths_under_data(self) -> List[str]:
        """Every file under `data/`, whatever it is."""
        return self._paths("data/**/*")

    def name_list(self, path: str) -> Dict[str, int]:
        """The names in a text file of the project (see `names_in`)."""
        return names_in(self._find(path))

    def code(self) -> str:
        """The text of the programs that name replies."""
        return "\n".join(self._find(path).read_text(encoding="utf-8") for path in self._paths("actions/*.py", "components/*.py"))

    def data(self, path: str) -> Any:
        """What a file holds; an empty mapping if it can't be read."""
        return self.files[path].data if path in self.files else {}

    def shape_of(self, path: str) -> Optional[str]:
        """The name of the shape that a file must have, None if no file belongs there."""
        return next((kind["shape"] for kind in KINDS if fnmatch(path, kind["files"])), None)

    # Answers

    @cached_property
    def answers(self) -> List[Answer]:
        """All files with replies."""
        return [_answer(file) for path, file in self.files.items() if self.shape_of(path) == "answer"]

    @cached_property
    def topics(self) -> List[Answer]:
        """The ones that a person can ask for."""
        return [answer for answer in self.answers if answer.is_topic]

    @cached_property
    def replies(self) -> List[Reply]:
        """All replies of all files."""
        return [reply for answer in self.answers for reply in answer.replies]

    @cached_property
    def held_out(self) -> List[Tuple[YamlFile, str, List[Question]]]:
        """The questions that nothing is trained on: file, intent, questions."""
        return [
            (file, entry["intent"], _questions(file, index, entry["examples"]))
            for path, file in self.files.items()
            if self.shape_of(path) == "questions"
            for index, entry in enumerate(file.data["nlu"])
        ]

    @cached_property
    def texts(self) -> List[Text]:
        """Everything that a person reads, but for the contacts."""
        return [*self._reply_texts(), *self._group_texts()]

    def _reply_texts(self) -> Iterator[Text]:
        for reply in self.replies:
            keys: Tuple[Key, ...] = ("responses", reply.name, 0)
            yield Text(reply.file, (*keys, "text"), reply.name, reply.text, reply.quotes)
            for index, button in enumerate(reply.buttons):
                yield Text(reply.file, (*keys, "buttons", index, "title"), reply.name, button["title"])
            if "title" in reply.metadata:
                yield Text(reply.file, (*keys, "metadata", "title"), reply.name, reply.metadata["title"])

    def _group_texts(self) -> Iterator[Text]:
        file = self.files[GROUPS]
        for index, group in enumerate(file.data["groups"]):
            for part in ("name", "about", "substances", "cost", "medication_note"):
                yield Text(file, ("groups", index, part), group["id"], group[part])
        for table in ("needs", "medication_words"):
            for name, words in file.data[table].items():
                yield Text(file, (table, name), name, words)

    # Names

    @property
    def intents(self) -> List[str]:
        """The domain's intents."""
        return self.data(DOMAIN)["intents"]

    @property
    def actions(self) -> List[str]:
        """The domain's actions."""
        return self.data(DOMAIN)["actions"]

    @property
    def sources(self) -> Mapping[str, Any]:
        """The register of sources, by key."""
        return self.data(SOURCES)["sources"]

    @property
    def groups(self) -> List[Dict[str, Any]]:
        """The support groups."""
        return self.data(GROUPS)["groups"]

    @property
    def facets(self) -> List[str]:
        """What a short follow-up may ask about."""
        return list(self.data("data/entities/facets.yml").get("values", {}))

    @property
    def style(self) -> Mapping[str, Any]:
        """The word lists for the rules about words."""
        return self.data(STYLE)

    # Contacts

    @property
    def countries(self) -> Mapping[str, Any]:
        """The contacts by country code."""
        return self.data(CONTACTS)["countries"]

    @cached_property
    def places(self) -> List[str]:
        """The names that every country's contacts fill: those that stand for another country."""
        return list(self.countries[ANOTHER_COUNTRY]["shows"])

    def shown_lines(self, country: str, place: str) -> List[str]:
        """What a country shows for a place: the id of a line, or names of fallbacks."""
        shown = self.countries[country]["shows"].get(place, [])
        return [shown] if isinstance(shown, str) else shown

    def contact_words(self, country: str) -> Dict[str, str]:
        """What `common.contacts.contact_words` would say, for this project's contacts; a test compares the two.

        A place that can't be filled is left out; other rules say why.
        """
        entry = self.countries[country]
        said = {line["id"]: said_of(line, entry) for line in entry["lines"]}
        fallbacks = {**self.data(CONTACTS)["fallbacks"], "emergency": entry["emergency_words"]}
        words = {"country": entry["name"], "emergency": entry["emergency_words"]}
        for place in entry["shows"]:
            parts = [said.get(name) or fallbacks.get(name) for name in self.shown_lines(country, place)]
            if parts and all(parts):
                words[place] = " or ".join(str(part) for part in parts)
        return words


def said_of(line: Mapping[str, Any], country: Mapping[str, Any]) -> str:
    """A line's phrase with its own values in it."""
    values = {name: line.get(name) or "" for name in ("number", "text", "website")}
    return filled(line["say"], {**values, "emergency": country["emergency_words"]})


def names_in(path: Path) -> Dict[str, int]:
    """The names of a text file with one name a line, # for remarks, with their lines; none if there is no such file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    names = {line.partition("#")[0].strip(): number for number, line in enumerate(lines, 1)}
    return {name: number for name, number in names.items() if name}


def _answer(file: YamlFile) -> Answer:
    section, stem = file.path.split("/")[1], file.path.rsplit("/", 1)[-1].removesuffix(".yml")
    nlu = file.data.get("nlu") or []
    responses = file.data["responses"]
    main = (responses.get(f"utter_{stem}") or [{}])[0]
    quotes = bool(main.get("metadata", {}).get("quotes"))
    return Answer(
        file=file,
        id=stem,
        section=section,
        intents=[entry["intent"] for entry in nlu],
        examples=[question for index, entry in enumerate(nlu) for question in _questions(file, index, entry["examples"])],
        rules=file.data.get("rules") or [],
        replies=[
            Reply(file, section, name, texts[0]["text"], texts[0].get("buttons", []), texts[0].get("metadata", {}), quotes)
            for name, texts in responses.items()
        ],
    )


def _questions(file: YamlFile, index: int, examples: str) -> List[Question]:
    """The lines of a block of examples, without their dashes. A line without a dash stays as it is."""
    first = file.line("nlu", index, "examples") + 1
    return [
        Question(line.strip().removeprefix("-").strip(), first + offset)
        for offset, line in enumerate(examples.splitlines())
        if line.strip()
    ]
