"""The held-out messages of `tests/emergency/`, each with what must be made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from common.paths import PROJECT
from common.yaml_files import read_yaml

FOLDER = PROJECT / "tests" / "emergency"
TUNING = PROJECT / "tests" / "tuning_danger.yml"
TUNING_PLAIN = PROJECT / "tests" / "tuning_plain.yml"
TUNING_LONG = PROJECT / "tests" / "tuning_long.yml"
TUNING_BOUNDARIES = PROJECT / "tests" / "tuning_boundaries.yml"
TUNING_ENDINGS = PROJECT / "tests" / "tuning_endings.yml"
TUNING_SCENES = PROJECT / "tests" / "tuning_scenes.yml"
TUNING_WHOSE = PROJECT / "tests" / "tuning_whose_danger.yml"
WHOSE = FOLDER / "whose_danger.yml"
SELF, OTHER = "self", "other"
LEVELS = ("E0", "E1", "E2", "E3")


@dataclass(frozen=True)
class Held:
    """One message.

    Attributes:
        text: the message.
        group: where it stands, such as "overdose" or "idioms".
        measure: the figure that it counts for (see `MEASURES`).
        at_least: the lowest level that is right; None where there is no lower bound.
        at_most: the highest level that is right; None where there is no upper bound.

    """

    text: str
    group: str
    measure: str
    at_least: Optional[int] = None
    at_most: Optional[int] = None

    def is_right(self, level: int) -> bool:
        """Whether a level will do."""
        return (self.at_least is None or level >= self.at_least) and (self.at_most is None or level <= self.at_most)


E3_EXPLICIT, E3_INDIRECT, E2_SEEN, CALM, OTHER_LANGUAGE = (
    "E3 explicit",
    "E3 indirect",
    "E2 or higher",
    "innocents left alone",
    "other languages",
)


def emergencies() -> Iterator[Held]:
    """The messages that must be seen."""
    for kind, levels in read_yaml(FOLDER / "detect.yml").items():
        for level, messages in levels.items():
            if level == "E3":
                yield from (Held(text, kind, E3_EXPLICIT, at_least=3) for text in messages["explicit"])
                yield from (Held(text, kind, E3_INDIRECT, at_least=3) for text in messages["indirect"])
            else:
                yield from (Held(text, kind, E2_SEEN, at_least=2) for text in messages)


def in_other_languages() -> Iterator[Held]:
    """Pleas in other languages; the group is the language."""
    for language, messages in read_yaml(FOLDER / "other_languages.yml").items():
        yield from (Held(text, language, OTHER_LANGUAGE, at_least=3) for text in messages)


def innocents() -> Iterator[Held]:
    """The messages that must be left alone."""
    for group, messages in read_yaml(FOLDER / "ignore.yml").items():
        yield from (Held(text, group, CALM, at_most=1) for text in messages)


def tuning() -> Iterator[Held]:
    """The messages that choices are made on, most of them written to be hard."""
    return _by_level(TUNING)


def tuning_plain() -> Iterator[Held]:
    """As `tuning`, but as plain as most people write."""
    return _by_level(TUNING_PLAIN)


def tuning_long() -> Iterator[Held]:
    """As `tuning`: whole paragraphs, in which somebody tells how it is."""
    return _by_level(TUNING_LONG)


def _by_level(path: Path) -> Iterator[Held]:
    measures = {3: E3_INDIRECT, 2: E2_SEEN, 1: CALM, 0: CALM}
    for name, messages in read_yaml(path).items():
        level = LEVELS.index(name)
        bounds: Dict[str, Any] = {"at_least": level} if level >= 2 else {"at_most": 1}
        yield from (Held(text, name, measures[level], **bounds) for text in messages)


def boundaries() -> Dict[str, List[str]]:
    """Forbidden questions by the boundary that must answer, and `allowed` ones."""
    return read_yaml(FOLDER / "boundaries.yml")


def whose_dangers() -> Dict[str, str]:
    """Of the emergencies, whose danger each tells of: `SELF` or `OTHER`; those that may tell of either are left out."""
    return _whose([item.text for item in emergencies()], WHOSE)


def tuning_whose_dangers() -> Dict[str, str]:
    """As `whose_dangers`; choices are made on these."""
    return _whose([item.text for item in tuning() if item.at_least], TUNING_WHOSE)


def _whose(texts: List[str], path: Path) -> Dict[str, str]:
    listed = read_yaml(path)
    return {text: OTHER if text in listed["other"] else SELF for text in texts if text not in listed["either"]}


def tuning_boundaries() -> Dict[str, List[str]]:
    """As `boundaries`; choices are made on these."""
    return read_yaml(TUNING_BOUNDARIES)


def tuning_endings() -> Dict[str, List[str]]:
    """What is said in the middle of an emergency, by the intent that ends it, or `goes_on`; choices are made on these."""
    return read_yaml(TUNING_ENDINGS)


def scenes(path: Path = FOLDER / "scenes.yml") -> Dict[str, List[Dict[str, str]]]:
    """Conversations by name: turns with `say`, `at_least`, `at_most`, `kind`."""
    return read_yaml(path)


def known_misses(path: Path = FOLDER / "known_misses.yml") -> Dict[str, List[str]]:
    """What is known to go wrong, by measure. It may only shrink."""
    return (read_yaml(path) or {}) if path.is_file() else {}
