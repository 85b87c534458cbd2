"""Decides which topic a message is about."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.danger import label_of
from components.topic_model import TopicModel, fit

INTENT_RANKING = "intent_ranking"
MODEL_FILE = "topic_model.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Sets each message's intent and the ranking of the next best ones."""

    @classmethod
    def required_components(cls) -> List:
        """It reads a featurizer's sentence vector."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`ranking_length`: how many intents the ranking names. Every saved turn carries it."""
        return {"ranking_length": 6}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Optional[TopicModel]) -> None:
        """Hold the fitted model; None before training."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TopicClassifier:
        """Create an untrained component (see the parent class)."""
        return cls(config, model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model to the topics' examples and save it as plain arrays. Dangers are the crisis detector's."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and not label_of(example.get(INTENT))]
        self._model = fit(
            [e.get(TEXT) for e in examples], np.stack([sentence_vector(e) for e in examples]), [e.get(INTENT) for e in examples]
        )
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / MODEL_FILE, **self._model.arrays())
        return self._resource

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> TopicClassifier:
        """Load what `train` saved."""
        with model_storage.read_from(resource) as folder, np.load(folder / MODEL_FILE) as saved:
            return cls(config, model_storage, resource, TopicModel(**saved))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking`."""
        if not messages or self._model is None:
            return messages
        rows = self._model.probabilities([m.get(TEXT) or "" for m in messages], np.stack([sentence_vector(m) for m in messages]))
        for message, row in zip(messages, rows, strict=True):
            best = np.argsort(-row)[: self._config["ranking_length"]]
            ranking = [{INTENT_NAME_KEY: str(self._model.topics[i]), PREDICTED_CONFIDENCE_KEY: float(row[i])} for i in best]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING, ranking, add_to_output=True)
        return messages


def sentence_vector(message: Message) -> np.ndarray:
    """A message's sentence vector, shape (width,)."""
    _, sentence = message.get_dense_features(TEXT)
    return sentence.features[0]
