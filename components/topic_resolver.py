"""Lets a named step or a bare country's name decide where an embedding can't.

A sentence vector hardly tells "step 4" from "step 5", and "Ireland" alone is no sentence at all.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from common.paths import DATA
from common.yaml_files import read_yaml
from components.fitted import INTENT_RANKING, decide
from components.nlp import rule_pipeline
from components.rule_entities import HERE

# What the classifier is sure of and a named step does not change: a forbidden question, step 3 of a recipe.
_NOT_OVERRULED = ("boundary_", "out_of_scope")
_SURE = 0.4
# In ordinary talk "the first step" often means a beginning, and "second step" what comes after it.
_LOOSE_ORDINALS = {"first step", "frist step", "second step", "third step"}


def resolve(text: str, entities: List[Dict[str, Any]], ranking: List[Dict[str, Any]], alone_words: set[str]) -> Optional[str]:
    """The intent that the entities decide, or None to leave the classifier's.

    Args:
        text: the message.
        entities: its rule entities.
        ranking: the classifier's ranking, best first.
        alone_words: words that may stand beside a country's name in a message that only says where somebody is.

    """
    top = ranking[0][INTENT_NAME_KEY] if ranking else ""
    if top.startswith(_NOT_OVERRULED) and ranking[0][PREDICTED_CONFIDENCE_KEY] >= _SURE:
        return None
    steps = [entity for entity in entities if entity["entity"] == "step"]
    if steps:
        spelled = text[steps[0]["start"] : steps[0]["end"]].lower()
        ranked = [entry[INTENT_NAME_KEY] for entry in ranking[:3]]
        meant = any(name.startswith("step_") or name == "twelve_steps_overview" for name in ranked)
        if spelled not in _LOOSE_ORDINALS or meant:
            return f"step_{steps[0]['value']}"
    countries = [entity for entity in entities if entity["entity"] == "country"]
    if countries:
        rest = text
        for entity in reversed(countries):
            rest = rest[: entity["start"]] + " " + rest[entity["end"] :]
        words = {token.lower_ for token in rule_pipeline().make_doc(rest) if not (token.is_punct or token.is_space)}
        if words <= alone_words:
            return "set_country"
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class TopicResolver(GraphComponent):
    """Replaces the intent where `resolve` knows better."""

    def __init__(self) -> None:
        """Read the words that may stand beside a country's name."""
        self._alone_words = set(read_yaml(DATA / "word_lists.yml")["alone"])

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TopicResolver:
        """Create the component (see the parent class)."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Put the resolved intent first in the ranking, fully sure; a country that stands alone is where the writer is."""
        for message in messages:
            ranking = message.get(INTENT_RANKING) or []
            intent = resolve(message.get(TEXT) or "", message.get(ENTITIES) or [], ranking, self._alone_words)
            if intent == "set_country":
                for entity in message.get(ENTITIES):
                    if entity["entity"] == "country":
                        entity["role"] = HERE
            if intent:
                decide(message, intent)
        return messages
