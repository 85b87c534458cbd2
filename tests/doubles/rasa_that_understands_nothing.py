"""Rasa with a sentence encoder that raises at every message, and quotes it, as libraries' exceptions do."""

from __future__ import annotations

from typing import List

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.sentence_encoder import SentenceEncoder
from tools.rasa_quietly import main


def _raise(self: SentenceEncoder, messages: List[Message]) -> List[Message]:
    raise RuntimeError(f"can't read {messages[0].get(TEXT)}")


if __name__ == "__main__":
    SentenceEncoder.process = _raise  # type: ignore[method-assign]
    main()
