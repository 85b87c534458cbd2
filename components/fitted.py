"""What the three components that hold a fitted `TopicModel` share: how they are made, saved and loaded, and how they decide."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Type, TypeVar

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, METADATA, METADATA_INTENT, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.cannot_start import cannot_start
from components.description_network import USUAL, Size
from components.sentence_encoder import described
from components.topic_model import WEIGHTS, TopicModel, fit

INTENT_RANKING = "intent_ranking"
MODEL_FILE = "topic_model.npz"

Self = TypeVar("Self", bound="FittedComponent")


class FittedComponent(GraphComponent):
    """A component with one `TopicModel`, kept as plain arrays.

    Settings that all of them may have: `weights`, how much each voice of the model counts (`topic_model.WEIGHTS` unless set), and
    `network`, how large the one is that reads the description (`description_network.Size`).
    """

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Optional[TopicModel]) -> None:
        """Hold the fitted model; None before training. Stop the program with one line if a setting names what is not there."""
        weights = config.get("weights")
        if weights is not None and (not isinstance(weights, dict) or set(weights) != set(WEIGHTS)):
            # Rasa would log it and run on, and every message would be taken for a danger.
            cannot_start(f"config.yml, {type(self).__name__}: weights must name {', '.join(WEIGHTS)} and nothing else")
        self._size = _size(config.get("network"), type(self).__name__)
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self.model = model

    @classmethod
    def create(
        cls: Type[Self], config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Self:
        """Create an untrained component (see the parent class)."""
        return cls(config, model_storage, resource, None)

    @classmethod
    def load(
        cls: Type[Self],
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Load what `_fit` saved."""
        with model_storage.read_from(resource) as folder, np.load(folder / MODEL_FILE) as saved:
            return cls(config, model_storage, resource, TopicModel(**saved))

    def _fit(self, examples: List[Message], labels: List[str]) -> Resource:
        """Fit a model to examples, one label each, and save it."""
        texts = [example.get(TEXT) for example in examples]
        self.model = fit(texts, described(examples), labels, self._size)
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / MODEL_FILE, **self.model.arrays())
        return self._resource

    def shares(self, messages: Sequence[Message]) -> np.ndarray:
        """What the fitted model gives each of its labels, shape (messages, labels), rows adding up to one.

        The voices count as the component's setting `weights` says, if it has one.

        Raises:
            RuntimeError: nothing has been fitted or loaded.

        """
        if self.model is None:
            raise RuntimeError(f"{type(self).__name__} is not trained")
        texts = [message.get(TEXT) or "" for message in messages]
        return self.model.probabilities(texts, described(messages), self._config.get("weights"))


def _size(settings: Any, component: str) -> Size:
    if settings is None:
        return USUAL
    if (
        not isinstance(settings, dict)
        or not set(settings) <= set(Size._fields)
        or not all(isinstance(number, int) and number > 0 for number in settings.values())
    ):
        cannot_start(f"config.yml, {component}: network may have {', '.join(Size._fields)}, each a number above 0, and nothing else")
    return Size(**settings)


def said_of_block(example: Message) -> Mapping[str, Any]:
    """The `metadata` of an example's block in the training data; empty where it has none."""
    return (example.get(METADATA) or {}).get(METADATA_INTENT) or {}


def decide(message: Message, intent: str, confidence: float = 1.0) -> None:
    """Make an intent a message's own, and put it first in the ranking; the rest of the ranking stays."""
    decided = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence}
    others = [entry for entry in message.get(INTENT_RANKING) or [] if entry[INTENT_NAME_KEY] != intent]
    message.set(INTENT, decided, add_to_output=True)
    message.set(INTENT_RANKING, [decided, *others], add_to_output=True)
