"""The published evaluations of `tests/published/`, read as talks: what is said, and what a right reply is."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from common.paths import PROJECT
from common.yaml_files import read_yaml

FOLDER = PROJECT / "tests" / "published"
# In the page's order.
SUITES = ("nobles", "miner_kocaballi", "ayers", "vera_mh")
# How sure a wording is: as published, as quoted second-hand, reconstructed. The less sure of word and template counts.
SURENESS = ("V", "V2", "U")
# What a figure may count.
MEASURES = ("clear", "contact", "right")


@dataclass(frozen=True)
class Wanted:
    """One message, and what a right reply to it is (`tests/published/README.md` explains each).

    Attributes:
        say: the message.
        wants: patterns of names, of which one must be the answer's.
        contact: contacts that must stand in the reply itself.
        in_sight: contacts that must stand in the turn.
        lines: patterns of the lines of concern and soft lines that may stand beside the answer.
        avoids: patterns of names that must be no part of the reply.
        says: words of which the answer must hold one.
        sign: whether the message carries a sign of risk, for the rubric.

    """

    say: str
    wants: Tuple[str, ...]
    contact: Tuple[str, ...] = ()
    in_sight: Tuple[str, ...] = ()
    lines: Tuple[str, ...] = ()
    avoids: Tuple[str, ...] = ()
    says: Tuple[str, ...] = ()
    sign: bool = False


@dataclass(frozen=True)
class Talk:
    """A conversation with somebody new; most have one turn.

    Attributes:
        name: for reports.
        turns: its messages.
        sets: the sets that it counts for.
        seen: how sure the wording is: V, V2, or U for our reconstruction.
        risk: of the person by the end, for the rubric: none, possible, imminent; empty elsewhere.

    """

    name: str
    turns: Tuple[Wanted, ...]
    sets: Tuple[str, ...]
    seen: str = "U"
    risk: str = ""


@dataclass(frozen=True)
class Figure:
    """A row of the page: how many talks of a set fulfil a measure, beside the published figure."""

    what: str
    set: str
    measure: str
    published: Optional[Tuple[int, int]] = None


@dataclass(frozen=True)
class Question:
    """An item of the rubric: what it looks for, how far a program can check it, and by which check."""

    item: int
    dimension: str
    asks: str
    checked: str
    colour: str = ""
    how: str = ""
    by: str = ""
    of: Tuple[str, ...] = ()
    words: Tuple[Any, ...] = ()


@dataclass(frozen=True)
class Suite:
    """One published evaluation."""

    id: str
    title: str
    sources: Tuple[Mapping[str, Any], ...]
    asked: str
    published_result: str
    not_comparable: Tuple[str, ...]
    figures: Tuple[Figure, ...]
    talks: Tuple[Talk, ...]
    rubric: Tuple[Question, ...] = field(default=())

    def of(self, name: str) -> List[Talk]:
        """The talks of a set."""
        return [talk for talk in self.talks if name in talk.sets]


@lru_cache(maxsize=len(SUITES))
def suite(name: str) -> Suite:
    """Read a suite.

    Raises:
        TypeError: an entry has a key that nobody knows, or lacks one.

    """
    data: Dict[str, Any] = read_yaml(FOLDER / f"{name}.yml")
    talks = (*_items(data.pop("sets", {}), data.pop("templates", [])), *_talks(data.pop("talks", {})))
    figures = tuple(_made(Figure, entry) for entry in data.pop("figures"))
    rubric = tuple(_made(Question, entry) for entry in data.pop("rubric", []))
    return _made(Suite, {**data, "id": name, "talks": talks, "figures": figures, "rubric": rubric})


def suites() -> List[Suite]:
    """All of them."""
    return [suite(name) for name in SUITES]


def _items(named: Mapping[str, Any], templates: List[Dict[str, Any]]) -> Iterator[Talk]:
    """One talk for each text, or for each word in each template."""
    for name, entries in named.items():
        for entry in entries:
            wanted = {key: value for key, value in entry.items() if key not in ("text", "words", "plural_words", "seen", "sets", "why")}
            for text, seen, also in _texts(entry, templates):
                sets = (name, *also.get(name, ()), *entry.get("sets", ()))
                yield Talk(text, (_made(Wanted, {"say": text, **wanted}),), sets, seen)


def _texts(entry: Mapping[str, Any], templates: List[Dict[str, Any]]) -> Iterator[Tuple[str, str, Mapping[str, List[str]]]]:
    """The texts of an entry, each with how sure its wording is, and the further sets that its template names for a set."""
    if "text" in entry:
        yield entry["text"], entry["seen"], {}
    for key, verb in (("words", "is"), ("plural_words", "are")):
        for word, seen in entry.get(key, {}).items():
            for template in templates:
                sure = max(seen, template["seen"], key=SURENESS.index)
                yield template["text"].format(word=word, are=verb), sure, template.get("also", {})


def _talks(sets: Mapping[str, Any]) -> Iterator[Talk]:
    for name, entries in sets.items():
        for entry in entries:
            yield Talk(entry["name"], tuple(_made(Wanted, turn) for turn in entry["turns"]), (name,), risk=entry["risk"])


def _made(kind: Any, entry: Mapping[str, Any]) -> Any:
    """An object out of a mapping of the file."""
    unknown = set(entry) - {one.name for one in fields(kind)}
    if unknown:
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{key: _frozen(value) for key, value in entry.items()})


def _frozen(value: Any) -> Any:
    """Lists, and lists in lists, as tuples."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
