"""Reads every file that the rules look at, once, and hands out their parts under the names that people use."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from common.contacts import ANOTHER_COUNTRY, ENGLISH
from common.yaml_files import read_yaml
from tools.check.answers import Answer, Question, Reply, answer_of, examples_in, questions_in
from tools.check.danger_entries import Entry, entries_of
from tools.check.messages import messages_in
from tools.check.wording import filled
from tools.check.yaml_file import Key, Unreadable, YamlFile, parse

SHAPES = Path(__file__).parent / "shapes"
# Everything that is read: what people write and read, and the questions and messages that are held out.
READ = ("domain.yml", "data/**/*", "tests/nlu/*.yml", "tests/tuning*.yml", "tests/emergency/*.yml")
CONTACTS = "data/emergency/contacts.yml"
GROUPS = "data/groups.yml"
SOURCES = "data/sources.yml"
STYLE = "data/style.yml"
PATTERNS = "data/emergency/patterns.yml"
LANGUAGES = "data/emergency/languages"
DOMAIN = "domain.yml"
WEB = "data/web/"
# Keys of the website whose values nobody reads as words.
NO_WORDS = ("exit_url", "save_name")
# Which shape belongs to which files, in the order in which to look.
KINDS: List[Dict[str, Any]] = read_yaml(SHAPES / "kinds.yml")


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
        for path in self._paths(*READ):
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

    def paths_with_a_place(self) -> List[str]:
        """Every file under `data/`, whatever it is, and the held-out messages: each must be one that something reads."""
        return self._paths("data/**/*", "tests/emergency/*.yml")

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
        return [answer_of(file) for path, file in self.files.items() if self.shape_of(path) in ("answer", "translation")]

    @cached_property
    def topics(self) -> List[Answer]:
        """The ones that a person can ask for."""
        return [answer for answer in self.answers if answer.is_topic]

    @cached_property
    def examples(self) -> List[Tuple[YamlFile, List[Question]]]:
        """What is learned from: every file with example questions, and its examples."""
        others = [(file, examples_in(file)) for path, file in self.files.items() if self.shape_of(path) == "examples"]
        return [*((answer.file, answer.examples) for answer in self.answers), *others]

    @cached_property
    def replies(self) -> List[Reply]:
        """All replies of all files."""
        return [reply for answer in self.answers for reply in answer.replies]

    @cached_property
    def held_out(self) -> List[Tuple[YamlFile, str, List[Question]]]:
        """The questions that nothing is trained on: file, intent, questions."""
        return [
            (file, entry["intent"], questions_in(file, index, entry["examples"]))
            for path, file in self.files.items()
            if self.shape_of(path) == "questions"
            for index, entry in enumerate(file.data["nlu"])
        ]

    @cached_property
    def messages(self) -> List[Tuple[YamlFile, List[Question]]]:
        """The messages that dangers are measured on, and nothing is trained on: file, messages."""
        shapes = [(file, self.shape_of(path) or "") for path, file in self.files.items() if path.startswith("tests/")]
        return [(file, list(messages_in(file, shape))) for file, shape in shapes]

    @cached_property
    def texts(self) -> List[Text]:
        """Everything that a person reads, but for the contacts."""
        return [*self._reply_texts(), *self._group_texts(), *self.web_texts, *self.telegram_texts]

    @cached_property
    def web_texts(self) -> List[Text]:
        """The website's words, in all its languages, but for addresses and file names."""
        files = [file for path, file in self.files.items() if path.startswith(WEB)]
        return [
            Text(file, keys, f"{file.path} {'.'.join(str(key) for key in keys)}", text)
            for file in files
            for keys, text in texts_in(file.data)
            if keys[-1] not in NO_WORDS
        ]

    def _reply_texts(self) -> Iterator[Text]:
        for reply in self.replies:
            keys: Tuple[Key, ...] = ("responses", reply.name, 0)
            yield Text(reply.file, (*keys, "text"), reply.name, reply.text, reply.quotes)
            for index, button in enumerate(reply.buttons):
                yield Text(reply.file, (*keys, "buttons", index, "title"), reply.name, button["title"])
            if "title" in reply.metadata:
                yield Text(reply.file, (*keys, "metadata", "title"), reply.name, reply.metadata["title"])

    @cached_property
    def telegram_texts(self) -> List[Text]:
        """What the Telegram channel says by itself, in every language."""
        found = []
        for language, file in self.telegram.items():
            for part in ("profile", "texts"):
                found += [Text(file, (part, name, "text"), f"telegram {language} {name}", text) for name, text in file.data[part].items()]
            for name, entry in file.data["commands"].items():
                found.append(Text(file, ("commands", name, "about"), f"telegram {language} {name}", entry["about"]))
            for name, buttons in file.data.get("buttons", {}).items():
                for index, button in enumerate(buttons):
                    found.append(Text(file, ("buttons", name, index, "title"), f"telegram {language} {name}", button["title"]))
        return found

    @cached_property
    def telegram(self) -> Dict[str, YamlFile]:
        """The Telegram channel's words, by language."""
        return {_stem(path): file for path, file in self.files.items() if self.shape_of(path) == "telegram"}

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

    # Dangers and languages

    @cached_property
    def pattern_files(self) -> Dict[str, YamlFile]:
        """The files with danger rules, by language, English first."""
        others = {_stem(path): file for path, file in self.files.items() if path.startswith(f"{LANGUAGES}/")}
        return {ENGLISH: self.files[PATTERNS], **others}

    @cached_property
    def danger_entries(self) -> List[Entry]:
        """The entries of all files with danger rules."""
        return [entry for file in self.pattern_files.values() for entry in entries_of(file)]

    @property
    def about(self) -> List[str]:
        """Whom or what a message may be about: the endings of a card's or a line's variants."""
        return list(self.data(PATTERNS)["about"])

    @cached_property
    def languages(self) -> Dict[str, YamlFile]:
        """The languages that cards and lines are translated into, with their files."""
        return {answer.id: answer.file for answer in self.answers if answer.is_translation}

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

    def contact_words(self, country: str, language: str = ENGLISH) -> Dict[str, str]:
        """What `common.contacts.contact_words` would say, for this project's contacts; a test compares the two.

        A place that can't be filled is left out; other rules say why.
        """
        entry = self.countries[country]
        said = {line["id"]: said_of(line, entry, language) for line in entry["lines"]}
        emergency = emergency_words(entry, language)
        fallbacks = {**self.data(CONTACTS)["fallbacks"], "emergency": emergency}
        words = {"country": entry["name"], "emergency": emergency}
        for place in entry["shows"]:
            parts = [said.get(name) or fallbacks.get(name) for name in self.shown_lines(country, place)]
            if parts and all(parts):
                words[place] = " or ".join(str(part) for part in parts)
        return words


def said_of(line: Mapping[str, Any], country: Mapping[str, Any], language: str = ENGLISH) -> str:
    """A line's phrase with its own values in it; the English one where nobody has translated it."""
    values = {name: line.get(name) or "" for name in ("number", "text", "website")}
    say = line.get("say_in", {}).get(language, line["say"])
    return filled(say, {**values, "emergency": emergency_words(country, language)})


def emergency_words(country: Mapping[str, Any], language: str = ENGLISH) -> str:
    """A country's words for its emergency number."""
    return str(country.get("emergency_words_in", {}).get(language, country["emergency_words"]))


def names_in(path: Path) -> Dict[str, int]:
    """The names of a text file with one name a line, # for remarks, with their lines; none if there is no such file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    names = {line.partition("#")[0].strip(): number for number, line in enumerate(lines, 1)}
    return {name: number for name, number in names.items() if name}


def texts_in(data: Any, above: Tuple[Key, ...] = ()) -> Iterator[Tuple[Tuple[Key, ...], str]]:
    """Every text in nested mappings and lists, with the way to it."""
    if isinstance(data, str):
        yield above, data
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield from texts_in(value, (*above, key))


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".yml")
