"""What the three components that hold a fitted `TopicModel` share: how they are made, saved and loaded, and how they decide."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Type, TypeVar

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.sentence_encoder import described
from components.topic_model import TopicModel, fit

INTENT_RANKING = "intent_ranking"
MODEL_FILE = "topic_model.npz"

Self = TypeVar("Self", bound="FittedComponent")


class FittedComponent(GraphComponent):
    """A component with one `TopicModel`, kept as plain arrays."""

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Optional[TopicModel]) -> None:
        """Hold the fitted model; None before training."""
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
        vectors = np.stack([sentence_vector(example) for example in examples])
        texts = [example.get(TEXT) for example in examples]
        self.model = fit(texts, vectors, labels, described(examples), self._config.get("members", 1))
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / MODEL_FILE, **self.model.arrays())
        return self._resource


def sentence_vector(message: Message) -> np.ndarray:
    """A message's sentence vector, shape (width,)."""
    _, sentence = message.get_dense_features(TEXT)
    return sentence.features[0]


def shares_of(model: TopicModel, messages: Sequence[Message]) -> np.ndarray:
    """What a fitted model gives each label, shape (messages, labels), rows adding up to one."""
    texts = [message.get(TEXT) or "" for message in messages]
    return model.probabilities(texts, np.stack([sentence_vector(message) for message in messages]), described(messages))


def decide(message: Message, intent: str, confidence: float = 1.0) -> None:
    """Make an intent a message's own, and put it first in the ranking; the rest of the ranking stays."""
    decided = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence}
    others = [entry for entry in message.get(INTENT_RANKING) or [] if entry[INTENT_NAME_KEY] != intent]
    message.set(INTENT, decided, add_to_output=True)
    message.set(INTENT_RANKING, [decided, *others], add_to_output=True)
