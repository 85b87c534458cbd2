"""Splits messages into words with spaCy."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.nlp import rule_pipeline


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class BlankSpacyTokenizer(Tokenizer):
    """Gives each message the tokens of spaCy's blank English pipeline."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The keys that Rasa's tokenizer base class reads; intents are never split here."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> BlankSpacyTokenizer:
        """Create the component (see the parent class)."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples alone: nothing that is trained reads their words."""
        return training_data

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """The attribute's words with their places; none for an empty text."""
        document = rule_pipeline().make_doc(message.get(attribute) or "")
        return [Token(token.text, token.idx) for token in document if not token.is_space]
