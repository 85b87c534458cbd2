"""Reads many questions at once with the trained model, through the same graph that the server runs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Sequence

from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.graph import ExecutionContext, GraphComponent, SchemaNode
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message

from components.fallback_gate import FALLBACK_INTENT, FallbackGate
from components.fitted import INTENT_RANKING
from components.intent_classifier import TopicClassifier
from components.topic_model import TopicModel


@dataclass(frozen=True)
class Question:
    """A question and the topic that somebody says it is about."""

    text: str
    topic: str


@dataclass(frozen=True)
class Reading:
    """What the model made of a question."""

    question: Question
    # After all components: what the dialogue acts on.
    intent: str
    # Best first, without the gate's "not sure"; the first entry is what the gate was asked about.
    ranking: List[Dict[str, Any]]
    message: Message

    @property
    def decided(self) -> str:
        """The topic before the gate."""
        return self.ranking[0][INTENT_NAME_KEY]

    @property
    def is_right(self) -> bool:
        """Whether the final intent will do."""
        return will_do(self.intent, self.question.topic)


def will_do(intent: str, topic: str) -> bool:
    """Whether an intent is right for a question of a topic.

    "He isn't breathing" is an answer to a card's question and, said alone, an emergency: its card is right.
    """
    return intent == topic or (topic == "not_breathing" and intent == "emergency_overdose")


def questions_of(path: Path) -> List[Question]:
    """The labelled questions of a Rasa NLU file, or of all such files in a folder.

    Raises:
        ValueError: there are none.

    """
    questions = [Question(example.get(TEXT), example.get(INTENT)) for example in load_data(str(path)).nlu_examples]
    if not questions:
        raise ValueError(f"{path} holds no labelled questions")
    return questions


class TrainedNLU:
    """The NLU part of a trained model."""

    def __init__(self, model: Path) -> None:
        """Load a model archive.

        Raises:
            FileNotFoundError: there is no such archive.

        """
        if not model.is_file():
            raise FileNotFoundError(f"there is no trained model {model.name}: run 'make train'")
        self._model = model
        self._folder = tempfile.TemporaryDirectory()
        self._metadata, self._runner = load_predict_graph_runner(self._new_folder(), model, LocalModelStorage, DaskGraphRunner)
        self.trained_at = self._metadata.trained_at
        self.topic_model: TopicModel = self.component(TopicClassifier).model

    def read(self, questions: Sequence[Question]) -> List[Reading]:
        """Read questions, all in one run of the graph."""
        target = self._metadata.nlu_target
        inputs = {
            PLACEHOLDER_MESSAGE: [UserMessage(question.text) for question in questions],
            PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("evaluate", []),
        }
        messages = self._runner.run(inputs=inputs, targets=[target])[target]
        return [_reading(question, message) for question, message in zip(questions, messages, strict=True)]

    def config_of(self, component: type[GraphComponent]) -> Dict[str, Any]:
        """The settings that a component of the pipeline was trained with, its defaults among them."""
        return {**component.get_default_config(), **self._node(component).config}

    def component(self, component: type[Any]) -> Any:
        """A trained component of its own, loaded from the model."""
        node = self._node(component)
        assert node.resource is not None
        storage, _ = LocalModelStorage.from_model_archive(self._new_folder(), self._model)
        return component.load(self.config_of(component), storage, node.resource, ExecutionContext(self._metadata.predict_schema))

    def _new_folder(self) -> Path:
        """A folder to unpack the model in. It must exist: otherwise Rasa's first component becomes the folder, and is lost."""
        return Path(tempfile.mkdtemp(dir=self._folder.name))

    def gate(self, threshold: float) -> FallbackGate:
        """The model's own gate with another threshold."""
        return FallbackGate({**self.config_of(FallbackGate), "threshold": threshold})

    def _node(self, component: type[GraphComponent]) -> SchemaNode:
        return next(node for node in self._metadata.predict_schema.nodes.values() if node.uses is component)


def intent_behind(gate: FallbackGate, reading: Reading) -> str:
    """The final intent, had the gate been this one."""
    if reading.intent not in (reading.decided, FALLBACK_INTENT):
        # A component behind the gate overruled it.
        return reading.intent
    message = Message({TEXT: reading.question.text, INTENT: dict(reading.ranking[0])})
    return gate.process([message])[0].get(INTENT)[INTENT_NAME_KEY]


def _reading(question: Question, message: Message) -> Reading:
    ranking = [entry for entry in message.get(INTENT_RANKING) if entry[INTENT_NAME_KEY] != FALLBACK_INTENT]
    return Reading(question, message.get(INTENT)[INTENT_NAME_KEY], ranking, message)
