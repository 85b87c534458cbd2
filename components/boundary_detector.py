"""Recognises questions that must be declined, whatever they are dressed as.

The topic classifier knows the four boundaries as four of some hundred topics. That is enough for "how much methadone can I take",
and too little for the same question in a film script. Here the only question is whether a boundary is meant, and which.
"""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.danger import label_of
from components.danger_rules import E1
from components.fallback_gate import FALLBACK_INTENT
from components.fitted import FittedComponent, decide, sentence_vector
from components.intent_classifier import BOUNDARY
from components.sentence_encoder import described

NO_BOUNDARY = "none"
# From here on the topic classifier is taken to know what was asked.
SURE = 0.5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BoundaryDetector(FittedComponent):
    """Replaces the intent by a boundary's where a boundary is likelier than `boundary_threshold`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`boundary_threshold`: the least share of all boundaries together; `plain_every`: of the rest every so manieth is learned."""
        return {"boundary_threshold": 0.5, "plain_every": 1}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the four boundaries against everything that is no boundary; dangers are another component's."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        asked = [example for example in examples if example.get(INTENT).startswith(BOUNDARY)]
        plain = [example for example in examples if is_plain(example.get(INTENT))]
        kept = [*asked, *plain[:: self._config["plain_every"]]]
        labels = [example.get(INTENT) if example.get(INTENT).startswith(BOUNDARY) else NO_BOUNDARY for example in kept]
        return self._fit(kept, labels, with_descriptions=True)

    def process(self, messages: List[Message]) -> List[Message]:
        """Put the boundary first in the ranking where one is meant."""
        for message in messages:
            text = message.get(TEXT) or ""
            if self.model is None or not any(character.isalnum() for character in text):
                continue
            shares = self.model.probabilities([text], sentence_vector(message)[None, :], described([message]))[0]
            found = {str(name): float(share) for name, share in zip(self.model.topics, shares, strict=True) if name != NO_BOUNDARY}
            topic = message.get(INTENT) or {}
            is_sure = topic.get(INTENT_NAME_KEY) != FALLBACK_INTENT and topic.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= SURE
            # Half will do where no topic speaks against it: a harmless question that is declined loses less than a dose that is not.
            if sum(found.values()) >= self._config["boundary_threshold"] * (1.0 if is_sure else 0.5):
                name = max(found, key=lambda boundary: found[boundary])
                decide(message, name, sum(found.values()))
        return messages


def is_plain(intent: str) -> bool:
    """Whether an intent's examples ask for nothing that is forbidden: topics, harmless messages, and painful ones without danger.

    A message that tells of danger may ask for something forbidden as well, and teaches neither.
    """
    danger = label_of(intent)
    return danger[0] <= E1 if danger else not intent.startswith(BOUNDARY)
