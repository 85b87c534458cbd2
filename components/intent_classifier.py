"""Decides which topic a message is about."""

from __future__ import annotations

from typing import Any, Dict, List

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.danger import label_of
from components.fitted import INTENT_RANKING, FittedComponent

BOUNDARY = "boundary_"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(FittedComponent, IntentClassifier):
    """Sets each message's intent and the ranking of the next best ones."""

    @classmethod
    def required_components(cls) -> List:
        """It reads a featurizer's description of the sentence."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Say what can be set.

        `ranking_length`: how many intents the ranking names. Every saved turn carries it. `boundary_every`: of the boundaries' examples
        every so manieth is learned here; they are a detector's of their own, and all of them would crowd out the topics beside them.
        `network`: see `FittedComponent`.
        """
        return {"ranking_length": 6, "boundary_every": 6, "network": None}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model to the topics' examples and save it as plain arrays. Dangers are the crisis detector's."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and not label_of(example.get(INTENT))]
        topics = [example for example in examples if not example.get(INTENT).startswith(BOUNDARY)]
        asked = [example for example in examples if example.get(INTENT).startswith(BOUNDARY)]
        kept = [*topics, *asked[:: self._config["boundary_every"]]]
        return self._fit(kept, [example.get(INTENT) for example in kept])

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking`."""
        if not messages or self.model is None:
            return messages
        rows = self.shares(messages)
        for message, row in zip(messages, rows, strict=True):
            best = np.argsort(-row)[: self._config["ranking_length"]]
            ranking = [{INTENT_NAME_KEY: str(self.model.topics[i]), PREDICTED_CONFIDENCE_KEY: float(row[i])} for i in best]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING, ranking, add_to_output=True)
        return messages
