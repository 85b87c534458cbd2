"""Gives each message one vector that stands for its meaning."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.cannot_start import cannot_start
from components.mpnet import KEPT, MPNet, WeightsError
from components.training_descriptions import TrainingDescriptions

# Under this key a message remembers which weights describe it; None for the installed package's.
MODEL_FOLDER = "sentence_encoder_folder"


@lru_cache(maxsize=2)
def _encoder(folder: Optional[str]) -> MPNet:
    return MPNet(Path(folder) if folder else None)


@lru_cache(maxsize=2)
def _training_descriptions(folder: Optional[str]) -> TrainingDescriptions:
    return TrainingDescriptions(_encoder(folder))


def described(messages: Sequence[Message]) -> np.ndarray:
    """The messages' descriptions, shape (messages, depth): from their features, or where a training has given them none, by its encoder."""
    sentences = [message.get_dense_features(TEXT)[1] for message in messages]
    if sentences and all(sentences):
        return np.concatenate([sentence.features for sentence in sentences])
    folder = next((message.get(MODEL_FOLDER) for message in messages if message.get(MODEL_FOLDER)), None)
    texts = [message.get(TEXT) or "" for message in messages]
    return _training_descriptions(folder).of(texts) if len(texts) > KEPT else _encoder(folder).describe(texts)


def encoded(text: str, like: Message) -> Message:
    """Another text with its features, by the encoder that gave a message its own."""
    folder = like.get(MODEL_FOLDER)
    other = Message({TEXT: text, MODEL_FOLDER: folder})
    other.add_features(Features(_encoder(folder).describe([text]), FEATURE_TYPE_SENTENCE, TEXT, SentenceEncoder.__name__))
    return other


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds to each message what all-mpnet-base-v2 says of it (`MPNet.describe`), as a feature of the sentence."""

    @classmethod
    def required_components(cls) -> List:
        """Rasa's featurizer base class asks for a tokenizer before it."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`model_folder`: a folder with the published model files; None takes the installed package's."""
        return {**DenseFeaturizer.get_default_config(), "model_folder": None}

    def __init__(self, config: Dict[str, Any], execution_context: ExecutionContext) -> None:
        """Load the weights; stop the program with one line if they are missing or not the published ones."""
        super().__init__(execution_context.node_name, config)
        self._folder = config["model_folder"]
        try:
            self._mpnet = _encoder(self._folder)
        except WeightsError as error:
            # Rasa logs any exception here and then runs on without a model. Nobody would notice until a person asks.
            cannot_start(str(error))
        # The first sentence builds the network's graph, a second's work that no person should wait for.
        self._mpnet.encode([""])

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SentenceEncoder:
        """Create the component (see the parent class)."""
        return cls(config, execution_context)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Any configuration of the known keys is valid."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Add a feature of shape (1, DEPTH) to each message; an empty text has one too."""
        descriptions = self._mpnet.describe([message.get(TEXT) or "" for message in messages])
        for message, description in zip(messages, descriptions, strict=True):
            message.set(MODEL_FOLDER, self._folder)
            message.add_features(Features(description[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Read the examples, all at once. They get no features: Rasa would copy and store half a gigabyte of them several times."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        for example in examples:
            example.set(MODEL_FOLDER, self._folder)
        if len(examples) > KEPT:
            _training_descriptions(self._folder).prepare([example.get(TEXT) for example in examples])
        return training_data
