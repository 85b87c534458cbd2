"""Recognises questions that must be declined, whatever they are dressed as.

The topic classifier knows the four boundaries as four of some hundred topics. That is enough for "how much methadone can I take",
and too little for the same question in a film script. Here the only question is whether a boundary is meant, and which.
"""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.danger import label_of
from components.danger_rules import E1
from components.fallback_gate import FALLBACK_INTENT
from components.fitted import FittedComponent, decide
from components.intent_classifier import BOUNDARY

NO_BOUNDARY = "none"
# From here on the topic classifier is taken to know what was asked.
SURE = 0.5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BoundaryDetector(FittedComponent):
    """Replaces the intent by a boundary's where a boundary is likelier than `boundary_threshold`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Say what can be set.

        `boundary_threshold`, `unsure_threshold`: the least share of all boundaries together, where a topic is understood and where none
        is. `plain_every`: of the rest every so manieth is learned. `weights`, `network`: see `FittedComponent`.
        """
        return {"boundary_threshold": 0.5, "unsure_threshold": 0.25, "plain_every": 1, "weights": None, "network": None}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the four boundaries against everything that is no boundary; dangers are another component's."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        asked = [example for example in examples if example.get(INTENT).startswith(BOUNDARY)]
        plain = [example for example in examples if is_plain(example.get(INTENT))]
        kept = [*asked, *plain[:: self._config["plain_every"]]]
        labels = [example.get(INTENT) if example.get(INTENT).startswith(BOUNDARY) else NO_BOUNDARY for example in kept]
        return self._fit(kept, labels)

    def process(self, messages: List[Message]) -> List[Message]:
        """Put the boundary first in the ranking where one is meant."""
        asking = [message for message in messages if any(character.isalnum() for character in message.get(TEXT) or "")]
        for message, shares in zip(asking, self.boundary_shares(asking), strict=True):
            topic = message.get(INTENT) or {}
            is_sure = topic.get(INTENT_NAME_KEY) != FALLBACK_INTENT and topic.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= SURE
            # Less will do where no topic speaks against it: a harmless question that is declined loses less than a dose that is not.
            if shares.sum() >= self._config["boundary_threshold" if is_sure else "unsure_threshold"]:
                decide(message, self.boundaries[shares.argmax()])
        return messages

    @property
    def boundaries(self) -> List[str]:
        """The boundaries that were learned."""
        return [str(name) for name in self.model.topics if name != NO_BOUNDARY] if self.model else []

    def boundary_shares(self, messages: Sequence[Message]) -> np.ndarray:
        """How likely each boundary is meant, shape (messages, boundaries)."""
        if self.model is None or not messages:
            return np.zeros((len(messages), 0))
        return self.shares(messages)[:, self.model.topics != NO_BOUNDARY]


def is_plain(intent: str) -> bool:
    """Whether an intent's examples ask for nothing that is forbidden: topics, harmless messages, and painful ones without danger.

    A message that tells of danger may ask for something forbidden as well, and teaches neither.
    """
    danger = label_of(intent)
    return danger[0] <= E1 if danger else not intent.startswith(BOUNDARY)
