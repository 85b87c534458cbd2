"""Recognises messages by which an emergency ends: help is there, or there was none.

"The green coats wheeled him out, cussing" sounds like danger to the crisis detector, and to the topic classifier like nothing at all.
Whoever is in the middle of an emergency is held by its card until such a message, so it has a judgment of its own: against everything
that is said while the danger goes on. What is made of it is the conversation's business (`crisis_talk`).
"""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.danger import FALSE_ALARM, SAFE, label_of
from components.danger_rules import E2
from components.fitted import FittedComponent, said_of_block

GOES_ON = "goes_on"
# What else is said in an emergency: answers to a card's questions.
ANSWERS = ("breathing", "not_breathing", "afraid_to_call", "affirm", "deny", "thanks", "set_country", "tell_me_more")
# Under this key a message carries the two shares; buttons and empty messages carry none.
ENDING = "ending"
# How a block of examples says that they mean a danger only where its card has been shown: `metadata: {after: card}`.
AFTER, CARD = "after", "card"


def is_after_card(example: Message) -> bool:
    """Whether an example means what its intent says only after a card: "ok going in" and "its ringing" are nothing by themselves."""
    return said_of_block(example).get(AFTER) == CARD


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class EndingDetector(FittedComponent):
    """Adds how likely a message ends an emergency; decides nothing."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`danger_every`, `other_every`: of the dangers, and of topics that answer no card, every so manieth is learned as no ending.

        There are few endings. Against all of the rest, none would ever be likely. `weights`, `network`: see `FittedComponent`.
        """
        return {"danger_every": 2, "other_every": 20, "weights": None, "network": None}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the two kinds of endings against dangers, answers to cards, and other topics."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        said = [example for example in examples if _is_said_to_a_card(example)]
        rest = [example for example in examples if not _is_said_to_a_card(example)]
        dangers = [example for example in rest if _is_danger(example.get(INTENT))]
        others = [example for example in rest if not _is_danger(example.get(INTENT))]
        kept = [*said, *dangers[:: self._config["danger_every"]], *others[:: self._config["other_every"]]]
        return self._fit(kept, [example.get(INTENT) if example.get(INTENT) in (SAFE, FALSE_ALARM) else GOES_ON for example in kept])

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the two shares."""
        typed = [message for message in messages if (message.get(TEXT) or "").strip() and not message.get(TEXT).startswith("/")]
        if self.model is None or not typed:
            return messages
        labels = [str(label) for label in self.model.topics]
        for message, shares in zip(typed, self.shares(typed), strict=True):
            message.set(ENDING, {name: float(shares[labels.index(name)]) for name in (SAFE, FALSE_ALARM)}, add_to_output=True)
        return messages


def _is_said_to_a_card(example: Message) -> bool:
    return example.get(INTENT) in (SAFE, FALSE_ALARM, *ANSWERS) or is_after_card(example)


def _is_danger(intent: str) -> bool:
    danger = label_of(intent)
    return bool(danger and danger[0] >= E2)
