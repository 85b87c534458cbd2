"""Says "not sure" where the classifier is not sure enough."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

FALLBACK_INTENT = "nlu_fallback"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FallbackGate(GraphComponent):
    """Replaces an intent below the threshold by `nlu_fallback`; the ranking stays, for suggestions."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`threshold`: the least confidence."""
        return {"threshold": 0.3}

    def __init__(self, config: Dict[str, Any]) -> None:
        """Hold the threshold."""
        self._threshold = config["threshold"]

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> FallbackGate:
        """Create the component (see the parent class)."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Let sure intents pass; an empty message is never sure."""
        for message in messages:
            intent = message.get(INTENT) or {}
            empty = not any(character.isalnum() for character in message.get(TEXT) or "")
            if empty or intent.get(PREDICTED_CONFIDENCE_KEY, 0.0) < self._threshold:
                message.set(
                    INTENT,
                    {INTENT_NAME_KEY: FALLBACK_INTENT, PREDICTED_CONFIDENCE_KEY: 1.0 - intent.get(PREDICTED_CONFIDENCE_KEY, 0.0)},
                    add_to_output=True,
                )
        return messages
