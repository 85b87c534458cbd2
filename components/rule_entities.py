"""Finds step numbers, medicines, countries, fellowships and the like by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from common.paths import DATA
from common.yaml_files import read_yaml
from components.nlp import rule_pipeline

HERE, ELSEWHERE = "here", "elsewhere"


@dataclass(frozen=True)
class PlaceWords:
    """The words before a country's name that say that the writer is there, and not a brother or a book."""

    anywhere: tuple[str, ...]
    at_start: tuple[str, ...]

    @classmethod
    def read(cls) -> PlaceWords:
        """Read them from the word lists."""
        lists = read_yaml(DATA / "word_lists.yml")
        return cls(tuple(f" {words}" for words in lists["here"]), tuple(lists["here_at_start"]))

    def put_writer_there(self, before: str) -> bool:
        """Whether a text that ends right before a country's name says that the writer is there."""
        words = " ".join(before.lower().replace("\u2019", "'").split()).removesuffix(" the")
        return f" {words}".endswith(self.anywhere) or words in self.at_start


def find_entities(text: str, place_words: PlaceWords) -> list[dict[str, Any]]:
    """The rule entities of a text, in Rasa's form.

    Args:
        text: any text.
        place_words: the words that say that the writer is in the country named after them.

    Returns:
        one dict per entity with `entity`, `value`, `start`, `end`, and for a country a `role`: HERE if the writer says
        to be there, else ELSEWHERE. (A button's country has none: it was pressed.)

    """
    document = rule_pipeline()(text)
    found = []
    for span in document.ents:
        entity = {
            "entity": span.label_,
            "value": span.ent_id_,
            "start": span.start_char,
            "end": span.end_char,
            "confidence_entity": 1.0,
            "extractor": "RuleEntities",
        }
        if span.label_ == "country":
            entity["role"] = HERE if place_words.put_writer_there(text[: span.start_char]) else ELSEWHERE
        found.append(entity)
    return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RuleEntities(GraphComponent):
    """Adds the rule entities to each message."""

    def __init__(self) -> None:
        """Read the words that place a writer in a country, and build the rules now, not in somebody's first turn."""
        rule_pipeline()
        self._place_words = PlaceWords.read()

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> RuleEntities:
        """Create the component (see the parent class)."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Append the entities found to the messages' own."""
        for message in messages:
            found = find_entities(message.get(TEXT) or "", self._place_words)
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
