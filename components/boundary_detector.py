"""Recognises questions that must be declined, whatever they are dressed as.

The topic classifier knows the four boundaries as four of some hundred topics. That is enough for "how much methadone can I take",
and too little for the same question in a film script. Here the only question is whether a boundary is meant, and which.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.danger import NO_DANGER, label_of
from components.intent_classifier import INTENT_RANKING, sentence_vector
from components.sentence_encoder import described
from components.topic_model import TopicModel, fit

BOUNDARY = "boundary_"
NO_BOUNDARY = "none"
MODEL_FILE = "boundary_model.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BoundaryDetector(GraphComponent):
    """Replaces the intent by a boundary's where a boundary is likelier than `boundary_threshold`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`boundary_threshold`: the least share of all boundaries together; `plain_every`: of the rest every so manieth is learned."""
        return {"boundary_threshold": 0.5, "plain_every": 2}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Optional[TopicModel]) -> None:
        """Hold the fitted model; None before training."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> BoundaryDetector:
        """Create an untrained component (see the parent class)."""
        return cls(config, model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the four boundaries against everything that is no boundary; dangers are another component's."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        asked = [example for example in examples if example.get(INTENT).startswith(BOUNDARY)]
        plain = [example for example in examples if is_plain(example.get(INTENT))]
        kept = [*asked, *plain[:: self._config["plain_every"]]]
        labels = [example.get(INTENT) if example.get(INTENT).startswith(BOUNDARY) else NO_BOUNDARY for example in kept]
        vectors = np.stack([sentence_vector(example) for example in kept])
        self._model = fit([example.get(TEXT) for example in kept], vectors, labels, described(kept))
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / MODEL_FILE, **self._model.arrays())
        return self._resource

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> BoundaryDetector:
        """Load what `train` saved."""
        with model_storage.read_from(resource) as folder, np.load(folder / MODEL_FILE) as saved:
            return cls(config, model_storage, resource, TopicModel(**saved))

    def process(self, messages: List[Message]) -> List[Message]:
        """Put the boundary first in the ranking where one is meant."""
        for message in messages:
            text = message.get(TEXT) or ""
            if self._model is None or not any(character.isalnum() for character in text):
                continue
            shares = self._model.probabilities([text], sentence_vector(message)[None, :], described([message]))[0]
            found = {str(name): float(share) for name, share in zip(self._model.topics, shares, strict=True) if name != NO_BOUNDARY}
            if sum(found.values()) >= self._config["boundary_threshold"]:
                name = max(found, key=lambda boundary: found[boundary])
                decided = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: sum(found.values())}
                others = [entry for entry in message.get(INTENT_RANKING) or [] if entry[INTENT_NAME_KEY] != name]
                message.set(INTENT, decided, add_to_output=True)
                message.set(INTENT_RANKING, [decided, *others], add_to_output=True)
        return messages


def is_plain(intent: str) -> bool:
    """Whether an intent's examples ask for nothing that is forbidden: topics, and the harmless messages."""
    return intent == NO_DANGER or not (intent.startswith(BOUNDARY) or label_of(intent))
