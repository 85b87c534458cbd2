"""The curated answers' titles, sources and follow-ups, as the actions and the tools need them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Set

from common.paths import DATA
from common.yaml_files import read_yaml

ANSWER_FOLDERS = ("answers", "boundaries", "conversation", "emergency")


@dataclass(frozen=True)
class Answer:
    """What is known of one topic besides its text."""

    id: str
    title: str
    section: str
    sources: List[str] = field(default_factory=list)
    reviewed: str = ""
    related: List[str] = field(default_factory=list)
    facet: Optional[str] = None


@dataclass(frozen=True)
class AnswerSet:
    """All topics by id, and the names of all responses."""

    answers: Dict[str, Answer]
    responses: Set[str]

    def more_of(self, topic: str) -> Optional[str]:
        """The name of the response with the longer answer, if there is one."""
        return self._existing(f"utter_{topic}_more")

    def facet_of(self, topic: str, facet: str) -> Optional[str]:
        """The name of the response to a short follow-up about a topic, if there is one."""
        return self._existing(f"utter_{topic}_{facet}")

    def topic_of_facet(self, facet: str) -> Optional[str]:
        """The topic that answers a facet's question in general ("what does it cost")."""
        return next((answer.id for answer in self.answers.values() if answer.facet == facet), None)

    def is_curated(self, topic: str) -> bool:
        """Whether a topic is an answer that can be offered, as opposed to small talk, a boundary or an emergency."""
        return topic in self.answers and self.answers[topic].section not in ("conversation", "boundaries", "emergency")

    def _existing(self, response: str) -> Optional[str]:
        return response if response in self.responses else None


def answer_files() -> Iterator[Path]:
    """Every file under `data/` that holds answers, in a fixed order."""
    for folder in ANSWER_FOLDERS:
        yield from sorted((DATA / folder).rglob("*.yml"))


@lru_cache(maxsize=1)
def answer_set() -> AnswerSet:
    """Read the answer files; read once in a process."""
    answers: Dict[str, Answer] = {}
    responses: Set[str] = set()
    for path in answer_files():
        texts = read_yaml(path).get("responses") or {}
        responses.update(texts)
        main = texts.get(f"utter_{path.stem}")
        if main:
            answers[path.stem] = _answer(path, main[0].get("metadata") or {})
    return AnswerSet(answers, responses)


def _answer(path: Path, metadata: Dict[str, Any]) -> Answer:
    known = {name: metadata[name] for name in ("sources", "reviewed", "related", "facet") if name in metadata}
    return Answer(id=path.stem, title=metadata.get("title", path.stem), section=path.parent.name, **known)


@lru_cache(maxsize=1)
def source_register() -> Dict[str, Dict[str, Any]]:
    """The sources by key: organisation, title, url, year."""
    return read_yaml(DATA / "sources.yml")["sources"]
