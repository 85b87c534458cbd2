"""Says whose danger a message tells of: the writer's own, or somebody else's.

"My son says I worry too much, and he won't open the door" names both. The words that name either (`data/emergency/patterns.yml`,
`about`) decide in half of the messages, and are right in nine of ten of those. Who reads "are you alone?" about a son, or how to give
naloxone where nobody else is in the room, has been told the wrong thing.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Sequence, Tuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.crisis_talk import OTHER, SELF
from components.danger import level_of
from components.danger_rules import E1, ENGLISH
from components.fitted import FittedComponent, said_of_block
from components.safety_net import RISK

logger = logging.getLogger(__name__)

# Both together stand for "either": then the plain words are said, which fit both.
WHOM = (OTHER, SELF)
# How a block of examples says whose danger they tell of.
ABOUT = "about"


def whom_of(example: Message) -> str:
    """Whose danger an example tells of, as its block in the training data says; empty where it says nothing."""
    return str(said_of_block(example).get(ABOUT) or "")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WhomDetector(FittedComponent):
    """After the crisis detector: corrects in `risk` whether a danger is the writer's or somebody else's."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`least_other`, `least_self`: from what share on it is somebody else's danger, and the writer's; otherwise it may be either.

        `weights`, `network`: see `FittedComponent`.
        """
        return {"weights": None, "network": None, "least_other": 0.8, "least_self": 0.8}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit it to the examples of which their file says whose danger they tell of."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and whom_of(example) in WHOM]
        return self._fit(examples, [whom_of(example) for example in examples])

    def process(self, messages: List[Message]) -> List[Message]:
        """Correct `risk["about"]` of messages that tell of a danger. Whatever goes wrong here, the danger stays as it was found."""
        for message in messages:
            risk = message.get(RISK) or {}
            if self.model is not None and level_of(risk) >= E1 and risk.get("language") == ENGLISH:
                try:
                    (whom,) = self.whom([message])
                except Exception as error:
                    # Its class only: messages of exceptions can quote what somebody wrote.
                    logger.error("The whom detector failed: %s.", type(error).__name__)
                    continue
                flags = risk.get("about") or ()
                if len(whom) > 1 and set(whom) & set(flags):
                    # What the words say is more than nothing.
                    continue
                about = [*(flag for flag in flags if flag not in WHOM), *whom]
                message.set(RISK, {**risk, "about": about}, add_to_output=True)
        return messages

    def whom(self, messages: Sequence[Message]) -> List[Tuple[str, ...]]:
        """Whose danger each message tells of, if of any: one of the two, or both where that is not clear.

        Raises:
            RuntimeError: nothing has been fitted or loaded.

        """
        labels = [] if self.model is None else [str(label) for label in self.model.topics]
        least = self._config["least_other"], self._config["least_self"]
        return [whom_at(dict(zip(labels, row, strict=True)), *least) for row in self.shares(messages)]


def whom_at(shares: Dict[str, float], least_other: float, least_self: float) -> Tuple[str, ...]:
    """Whose danger it is, by the shares of the two and from what share on each is believed."""
    if shares[OTHER] >= least_other:
        return (OTHER,)
    return (SELF,) if shares[SELF] >= least_self else WHOM
