"""The detectors for boundaries and for the end of an emergency, fitted to a few examples."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional, Type

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, METADATA, METADATA_INTENT, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.boundary_detector import BoundaryDetector
from components.crisis_detector import CrisisDetector
from components.danger import Risk, Thresholds
from components.danger_rules import Reading
from components.ending_detector import ENDING, GOES_ON, EndingDetector
from components.fitted import FittedComponent
from components.mpnet import MPNet
from components.safety_net import RISK
from components.topic_model import WEIGHTS, pool

EXAMPLES: Dict[str, List[str]] = {
    "im_safe_now": ["the paramedics have him", "the ambulance took her", "a nurse is with him now", "i am safe at my sister's"],
    "false_alarm": ["false alarm he was asleep", "it was only a joke", "wrong chat sorry", "he was pretending"],
    "emergency_overdose": ["he is not breathing", "she is blue and limp", "he will not wake up", "no ambulance yet and he is grey"],
    "boundary_dosing": ["how many pills can i take", "what dose is safe", "how much methadone should i take", "can i take two more"],
    "sponsor": ["what is a sponsor", "how do i find a sponsor", "my sponsor moved away", "do i need a sponsor"],
}


@pytest.fixture(scope="module")
def encoder() -> MPNet:
    return MPNet()


def message(encoder: MPNet, text: str, intent: str = "", confidence: float = 0.9) -> Message:
    made = Message({TEXT: text, INTENT: intent})
    made.add_features(Features(encoder.describe([text]), "sentence", TEXT, "encoder"))
    if intent == "":
        made.set(INTENT, {INTENT_NAME_KEY: "sponsor", PREDICTED_CONFIDENCE_KEY: confidence})
    return made


def fitted(component: Type[FittedComponent], encoder: MPNet, folder: Path) -> FittedComponent:
    # A network needs some hundred examples to learn anything.
    examples = [message(encoder, text, intent) for intent, texts in EXAMPLES.items() for text in texts * 30]
    config = {**component.get_default_config(), "danger_every": 1, "other_every": 1, "plain_every": 1}
    storage, resource = LocalModelStorage(folder), Resource("fitted")
    component(config, storage, resource, None).train(TrainingData(examples))
    return component.load(config, storage, resource, None)  # type: ignore[arg-type]


def test_an_ending_is_told_from_what_goes_on(encoder: MPNet, tmp_path: Path) -> None:
    detector = fitted(EndingDetector, encoder, tmp_path)
    ends, joke, goes_on, button, empty = (
        message(encoder, text) for text in ("paramedics have her now", "it was a joke", "he is not breathing", "/im_safe_now", " ")
    )
    detector.process([ends, joke, goes_on, button, empty])
    assert ends.get(ENDING)["im_safe_now"] > 0.5 and joke.get(ENDING)["false_alarm"] > 0.5
    assert sum(goes_on.get(ENDING).values()) < 0.3
    assert button.get(ENDING) is None and empty.get(ENDING) is None
    assert ends.get(INTENT)[INTENT_NAME_KEY] == "sponsor", "it decides nothing"


def test_what_means_danger_only_after_a_card_is_no_danger_by_itself(encoder: MPNet, tmp_path: Path) -> None:
    """Only what decides about endings learns from it."""
    examples = [message(encoder, text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    after = message(encoder, "done that", "emergency_overdose")
    after.set(METADATA, {METADATA_INTENT: {"after": "card"}})
    learned: Dict[Type[FittedComponent], Dict[str, str]] = {}
    for component in (CrisisDetector, EndingDetector):
        detector = component(
            {**component.get_default_config(), "danger_every": 1000}, LocalModelStorage(tmp_path), Resource("fitted"), None
        )
        detector._fit = lambda kept, labels: dict(zip([example.get(TEXT) for example in kept], labels, strict=True))  # type: ignore
        learned[component] = detector.train(TrainingData([*examples, after]))  # type: ignore[assignment]
    assert "done that" not in learned[CrisisDetector]
    assert learned[CrisisDetector]["he is not breathing"] == "emergency_overdose"
    assert learned[EndingDetector]["done that"] == GOES_ON


def test_a_voice_counts_as_the_setting_says(encoder: MPNet, tmp_path: Path) -> None:
    detector = fitted(BoundaryDetector, encoder, tmp_path)
    assert detector.model is not None
    texts = ["how much may i take", "do sponsors take money"]
    asked = [message(encoder, text) for text in texts]
    voices = detector.model.voices(texts, encoder.describe(texts))
    detector._config["weights"] = {"spelling": 0.0, "example": 1.0, "description": 0.0}
    assert np.allclose(detector.shares(asked), voices["example"], atol=1e-5)
    detector._config["weights"] = None
    assert np.allclose(detector.shares(asked), pool(voices, WEIGHTS), atol=1e-5)
    assert not np.allclose(detector.shares(asked), voices["example"], atol=1e-4)


@pytest.mark.parametrize("network", [{"mebers": 2}, {"hidden": 0}, {"rounds": "many"}, [3], []])
def test_a_network_of_no_size_stops_the_program(network: object, tmp_path: Path) -> None:
    config = {**CrisisDetector.get_default_config(), "network": network}
    with pytest.raises(SystemExit, match=r"config.yml, CrisisDetector: network may have members, hidden, rounds, each a number above 0"):
        CrisisDetector.create(config, LocalModelStorage(tmp_path), Resource("detector"), None)


@pytest.mark.parametrize("weights", [{"speling": 1.0}, [0.1, 0.3, 0.6], {}])
def test_weights_of_other_voices_stop_the_program(weights: object, tmp_path: Path) -> None:
    config = {**CrisisDetector.get_default_config(), "weights": weights}
    with pytest.raises(SystemExit, match=r"config.yml, CrisisDetector: weights must name spelling, example, description"):
        CrisisDetector(config, LocalModelStorage(tmp_path), Resource("fitted"), None)


def test_a_boundary_takes_the_intent_from_a_topic_that_is_not_sure(encoder: MPNet, tmp_path: Path) -> None:
    detector = fitted(BoundaryDetector, encoder, tmp_path)
    forbidden, plain, empty = (message(encoder, text, confidence=0.1) for text in ("what dose can i take", "who is a sponsor", "…"))
    detector.process([forbidden, plain, empty])
    assert [made.get(INTENT)[INTENT_NAME_KEY] for made in (forbidden, plain, empty)] == ["boundary_dosing", "sponsor", "sponsor"]


@pytest.mark.parametrize("component", [BoundaryDetector, EndingDetector])
def test_without_a_model_nothing_is_said(component: Type[FittedComponent], encoder: MPNet, tmp_path: Path) -> None:
    detector = component(component.get_default_config(), LocalModelStorage(tmp_path), Resource("none"), None)
    asked = message(encoder, "what dose can i take")
    assert detector.process([asked])[0].get(INTENT)[INTENT_NAME_KEY] == "sponsor"
    assert asked.get(ENDING) is None


@pytest.mark.parametrize(("text", "ends"), [("they're on their way", 0.0), ("they took him away", 0.9), ("zqlypd mfmsx", 0.0)])
def test_help_that_is_on_its_way_ends_nothing(tmp_path: Path, text: str, ends: float) -> None:
    """To a learned voice it sounds like the end, and the hardest minutes are still to come. Nor does what nobody can read."""
    detector = CrisisDetector(CrisisDetector.get_default_config(), LocalModelStorage(tmp_path), Resource("crises"), None)
    said = Message({TEXT: text, ENDING: {"im_safe_now": 0.9, "false_alarm": 0.0}})
    assert detector.process([said])[0].get(RISK)["ending"]["im_safe_now"] == ends


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("No, do I need a sponsor", "E0"),
        ("nah. he will not wake up", "E3"),
        ("no he is not breathing", "E3"),
        ("no ambulance yet and he is grey", None),
        ("no", None),
        ("do i need a sponsor no", None),
    ],
)
def test_what_follows_a_no_is_judged_by_itself(encoder: MPNet, tmp_path: Path, text: str, after: Optional[str]) -> None:
    detector = fitted(CrisisDetector, encoder, tmp_path)
    detector.thresholds = Thresholds((0.1, 0.5, 0.5), (0.1, 0.5, 0.5))
    asked = message(encoder, text)
    # As if the whole had sounded like danger.
    asked_again = detector._after_no(asked, Reading(), Risk("E3", "overdose"))  # type: ignore[attr-defined]
    assert asked_again == after
    assert detector._after_no(asked, Reading(), Risk("E1", "overdose")) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("yes he's by himself", True),
        ("Yeah, in the bathroom", True),
        ("yep alone", True),
        ("yes", False),
        ("yesterday i went home", False),
        ("yes what is methadone", False),
        ("yeah i wonder, what is methadone?", False),
        ("he said yes i am", False),
    ],
)
def test_a_yes_that_goes_on_is_noticed(encoder: MPNet, tmp_path: Path, text: str, says: bool) -> None:
    asked = message(encoder, text)
    fitted(CrisisDetector, encoder, tmp_path).process([asked])
    assert asked.get(RISK)["says_yes"] is says


@pytest.mark.parametrize(
    ("text", "kind", "asked"),
    [
        ("i just want to sleep and never get up", "suicide", False),
        ("how many would it take to never get up", "suicide", True),
        ("two is what i take so three then", "using", True),
    ],
)
def test_who_tells_of_dying_and_asks_nothing_is_refused_nothing(tmp_path: Path, text: str, kind: str, asked: bool) -> None:
    detector = CrisisDetector(CrisisDetector.get_default_config(), LocalModelStorage(tmp_path), Resource("none"), None)
    forbidden = {INTENT_NAME_KEY: "boundary_dosing", PREDICTED_CONFIDENCE_KEY: 1.0}
    assert detector._is_asked(text, forbidden, kind) is asked


@pytest.mark.parametrize(
    ("text", "confidence", "intent"), [("xqzt", 0.3, "nlu_fallback"), ("xqzt", 0.5, "sponsor"), ("my sponsor", 0.3, "sponsor")]
)
def test_what_cannot_be_read_must_be_surer_of_its_topic(tmp_path: Path, text: str, confidence: float, intent: str) -> None:
    detector = CrisisDetector(CrisisDetector.get_default_config(), LocalModelStorage(tmp_path), Resource("none"), None)
    asked = Message({TEXT: text, INTENT: {INTENT_NAME_KEY: "sponsor", PREDICTED_CONFIDENCE_KEY: confidence}})
    detector.process([asked])
    assert asked.get(INTENT)[INTENT_NAME_KEY] == intent
