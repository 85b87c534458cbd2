"""Whose danger a message tells of, learned from a few examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Sequence

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.mpnet import MPNet
from components.safety_net import RISK
from components.whom_detector import OTHER, SELF, WHOM, WhomDetector, whom_at

EXAMPLES: Dict[str, List[str]] = {
    OTHER: ["my son won't wake up", "i found my friend blue on the floor", "she says she wants to die", "i think he took too much"],
    SELF: ["i want to die", "i took too much and my friend left", "i can't stay awake", "my mom says i should go, i want to end it"],
    "": ["somebody took something", "an overdose"],
}


@pytest.fixture(scope="module")
def encoder() -> MPNet:
    return MPNet()


@pytest.fixture(scope="module")
def detector(encoder: MPNet, tmp_path_factory: pytest.TempPathFactory) -> WhomDetector:
    examples = []
    for about, texts in EXAMPLES.items():
        for text in texts * 30:
            example = message(encoder, text)
            example.set(INTENT, "emergency_overdose")
            example.set(METADATA, {METADATA_INTENT: {"about": about}} if about else None)
            examples.append(example)
    storage, resource = LocalModelStorage(tmp_path_factory.mktemp("whom")), Resource("whom")
    config = WhomDetector.get_default_config()
    WhomDetector(config, storage, resource, None).train(TrainingData(examples))
    return WhomDetector.load(config, storage, resource, None)  # type: ignore[arg-type]


def message(encoder: MPNet, text: str, **risk: Any) -> Message:
    made = Message({TEXT: text, RISK: {"level": "E3", "language": "en", "about": ["mixed", *WHOM], **risk}})
    made.add_features(Features(encoder.describe([text]), "sentence", TEXT, "encoder"))
    return made


def about(detector: WhomDetector, asked: Message) -> Sequence[str]:
    return detector.process([asked])[0].get(RISK)["about"]


@pytest.mark.parametrize(
    ("text", "whom"), [("i found my son blue and he won't wake up", OTHER), ("i took too much and i want to die", SELF)]
)
def test_one_person_is_left_of_two(detector: WhomDetector, encoder: MPNet, text: str, whom: str) -> None:
    assert about(detector, message(encoder, text)) == ["mixed", whom]
    # What the rules took it for counts no more.
    assert about(detector, message(encoder, text, about=["child", *(set(WHOM) - {whom})])) == ["child", whom]


def test_without_danger_or_in_another_language_nothing_is_judged(detector: WhomDetector, encoder: MPNet) -> None:
    for risk in ({"level": "E0"}, {"language": "es"}):
        assert about(detector, message(encoder, "i want to die", **risk)) == ["mixed", *WHOM]
    button = Message({TEXT: "/affirm"})
    assert detector.process([button])[0].get(RISK) is None


def test_an_error_leaves_the_danger_as_it_was_found(
    detector: WhomDetector, encoder: MPNet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(messages: Sequence[Message]) -> None:
        raise ValueError("i want to die")

    asked = message(encoder, "i want to die")
    monkeypatch.setattr(detector, "shares", fail)
    assert about(detector, asked) == ["mixed", *WHOM]
    assert "ValueError" in caplog.text and "die" not in caplog.text


def test_a_model_that_was_never_trained_judges_nothing(encoder: MPNet, tmp_path: Path) -> None:
    detector = WhomDetector(WhomDetector.get_default_config(), LocalModelStorage(tmp_path), Resource("none"), None)
    assert about(detector, message(encoder, "i want to die")) == ["mixed", *WHOM]


def test_what_the_words_say_stays_where_nothing_else_is_clear(
    detector: WhomDetector, encoder: MPNet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector, "whom", lambda messages: [WHOM for _ in messages])
    for said in ([OTHER], [SELF], ["child", OTHER]):
        assert about(detector, message(encoder, "they are not well", about=said)) == said
    assert about(detector, message(encoder, "too much", about=["mixed"])) == ["mixed", *WHOM]


def test_what_is_not_clear_may_be_either() -> None:
    assert whom_at({OTHER: 0.7, SELF: 0.3}, 0.8, 0.8) == WHOM
    assert whom_at({OTHER: 0.8, SELF: 0.2}, 0.8, 0.8) == (OTHER,)
    assert whom_at({OTHER: 0.1, SELF: 0.9}, 0.8, 0.8) == (SELF,)
