"""Says of every message how dangerous what it tells is, and lets a danger decide what the turn is about."""

from __future__ import annotations

import logging
import re
from typing import Any, Dict, List, Optional, Tuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from common.paths import DATA
from common.yaml_files import read_yaml
from components.crisis_talk import SAID_IN_EMERGENCY
from components.danger import (
    NO_DANGER,
    UNCLEAR,
    Risk,
    Thresholds,
    assess,
    intent_of,
    is_by_rule,
    label_of,
    level_of,
    named_rule,
)
from components.danger_rules import AWAITED, E0, E1, E2, E3, ENGLISH, LEVELS, OVER, QUITTING, DangerRules, Reading, danger_rules
from components.ending_detector import ENDING, is_after_card
from components.fallback_gate import FALLBACK_INTENT
from components.fitted import INTENT_RANKING, FittedComponent, decide
from components.safety_net import RISK
from components.sentence_encoder import encoded
from components.topic_model import TopicModel

logger = logging.getLogger(__name__)

# In words.
SHORT = 3
# Kinds that come with a question more often than with a cry: the question is answered after the kind line.
_ANSWERED = ("using", "withdrawal")
SUICIDE = "suicide"
# So sure is the topic of a message that names it, such as a step by its number.
NAMED = 0.9
# So sure must a topic be where most words are in no language known here: "xqzt" is drugs' supply by chance, "nuh" is no (0.63). Of 301
# strings of consonants 6 have a topic so sure, 14 at 0.35 (measured once).
UNREADABLE = 0.45


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CrisisDetector(FittedComponent):
    """Last in the pipeline: adds `risk` to every message, and replaces the intent where a danger comes first."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Say what can be set.

        `thresholds`, `doubted_thresholds`, `surely`, `rule_floors`: see `Thresholds`. `uneasy_topics`: topics whose examples hold
        dangers, too, and so teach nothing about calm messages. `calm_every`: of the other topics' examples every so manieth is
        learned as calm. `asked_confidence`, `understood_confidence`: how sure the topic of a question, and of anything else, must
        be to be answered after E2. `weights`, `network`: see `FittedComponent`.
        """
        return {
            "weights": None,
            "network": None,
            "thresholds": [0.5, 0.5, 0.5],
            "doubted_thresholds": [0.5, 0.7, 0.7],
            "surely": [1.1, 1.0],
            "rule_floors": [0.15, 0.15],
            "uneasy_topics": [],
            "calm_every": 1,
            "asked_confidence": 0.4,
            "understood_confidence": 0.7,
        }

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Optional[TopicModel]) -> None:
        """Hold the fitted model, None before training, and compile the rules now, not in somebody's first turn."""
        super().__init__(config, model_storage, resource, model)
        self.labels = [_label(name) for name in model.topics] if model else []
        self.thresholds = Thresholds(
            tuple(config["thresholds"]), tuple(config["doubted_thresholds"]), tuple(config["surely"]), tuple(config["rule_floors"])
        )
        lists = read_yaml(DATA / "word_lists.yml")
        self._asking = [words.split() for words in lists["asking"]]
        self._no, self._yes = (_answer_and_more(lists[name], lists["after_answer"]) for name in ("saying_no", "saying_yes"))
        self._rules: DangerRules = danger_rules()

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the learned voice: danger intents are its labels, examples of ordinary topics are calm."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        dangers = [example for example in examples if label_of(example.get(INTENT)) and not is_after_card(example)]
        calm = [
            example
            for example in examples
            if not label_of(example.get(INTENT)) and example.get(INTENT) not in self._config["uneasy_topics"]
        ]
        # All of the shortest: "tell me more" has nothing in it that a model could tell from "no more".
        every = self._config["calm_every"]
        kept = [
            *dangers,
            *(example for number, example in enumerate(calm) if number % every == 0 or len(example.get(TEXT).split()) <= SHORT),
        ]
        labels = [example.get(INTENT) if label_of(example.get(INTENT)) else NO_DANGER for example in kept]
        return self._fit(kept, labels)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `risk`; replace the intent by the danger's or the boundary's where that comes first.

        `risk["ending"]` is how likely the message ends an emergency: "the ambulance is here" sounds like danger, and may.
        `risk["after_no"]` is the level of what follows where a message begins with no, and None for any other: by itself "no, he's at
        work" sounds like danger, and after "is he there with you?" it is none. `risk["says_yes"]` is whether it begins with yes and tells
        more: "yes, he's at home by himself" sounds harmless, and after "is he alone?" it is a danger.
        """
        for message in messages:
            reading, risk = self._risk_of(message)
            ending = message.get(ENDING)
            if (AWAITED in reading.flags and OVER not in reading.flags) or not reading.readable:
                # "They're on their way" sounds like the end to a learned voice, and the hardest minutes are still to come. And of a message
                # in no language that it knows it says anything.
                ending = dict.fromkeys(ending or (), 0.0)
            no, yes = self._after_no(message, reading, risk), self._says_yes(message.get(TEXT) or "")
            message.set(RISK, {**risk.as_dict(), "ending": ending, "after_no": no, "says_yes": yes}, add_to_output=True)
            intent = self._intent(message, reading, risk)
            if intent:
                decide(message, intent)
        return messages

    def _risk_of(self, message: Message) -> Tuple[Reading, Risk]:
        text = message.get(TEXT) or ""
        if text.startswith("/") or not text.strip():
            # A button; the turn guard lets no other text through with a slash.
            return Reading(), Risk()
        try:
            reading = self._rules.read(text)
            if self.model is None:
                return reading, Risk(LEVELS[reading.level], reading.kind, named_rule(reading), reading.about, reading.language)
            shares = self.shares([message])[0]
            return reading, assess(reading, self.labels, shares, self.thresholds)
        except Exception as error:
            # Somebody may be in danger, and nobody can say. Its class only: messages of exceptions can quote what somebody wrote.
            logger.error("The crisis detector failed: %s.", type(error).__name__)
            return Reading(), Risk(LEVELS[E2], UNCLEAR, f"error {type(error).__name__}")

    def _after_no(self, message: Message, reading: Reading, risk: Risk) -> Optional[str]:
        answer = self._no.fullmatch(message.get(TEXT) or "")
        if not answer or self.model is None or level_of(risk.as_dict()) < E2 or reading.language != ENGLISH:
            return None
        try:
            rest = encoded(answer["rest"], message)
        except Exception as error:
            # Then it is not known to be a no.
            logger.error("The crisis detector failed: %s.", type(error).__name__)
            return None
        return self._risk_of(rest)[1].level

    def _says_yes(self, text: str) -> bool:
        # Somebody who asks something wants to know that, whatever the yes was for.
        return bool(self._yes.fullmatch(text)) and "?" not in text

    def _intent(self, message: Message, reading: Reading, risk: Risk) -> Optional[str]:
        """The intent that the danger or the boundary decides; None where the topic stays."""
        level, topic = level_of(risk.as_dict()), message.get(INTENT) or {}
        name = topic.get(INTENT_NAME_KEY) or FALLBACK_INTENT
        if level == E3:
            # What answers or ends a card keeps its name, unless a rule hears a danger in it: whether there is a card to answer, only the
            # conversation knows (`crisis_talk`).
            is_heard = is_by_rule(risk.as_dict())
            return None if name in SAID_IN_EMERGENCY and not is_heard else intent_of(E3, risk.kind)
        if level == E0 and not reading.readable and topic.get(PREDICTED_CONFIDENCE_KEY, 0.0) < UNREADABLE:
            return FALLBACK_INTENT
        if level == E0 and QUITTING in reading.flags:
            ranked = [entry[INTENT_NAME_KEY] for entry in message.get(INTENT_RANKING) or []]
            fitting = self._rules.quitting_topics
            return next((topic for topic in ranked if topic in fitting), fitting[0])
        if reading.boundary and not name.startswith("boundary_"):
            return reading.boundary
        if level == E2 and risk.kind == UNCLEAR:
            return None
        if level == E2 and not self._is_asked(message.get(TEXT) or "", topic, risk.kind):
            return intent_of(E2, risk.kind)
        if level == E1 and name == FALLBACK_INTENT:
            return intent_of(E1, risk.kind)
        return None

    def _is_asked(self, text: str, topic: Dict[str, Any], kind: str) -> bool:
        """Whether a message at E2 also asks something that has an answer of its own."""
        name = topic.get(INTENT_NAME_KEY) or FALLBACK_INTENT
        if name in (FALLBACK_INTENT, "out_of_scope", "affirm", "deny", "greet", "goodbye", "thanks", "im_safe_now", "false_alarm"):
            return False
        words = text.lower().split()
        asks = "?" in text or any(words[: len(start)] == start for start in self._asking)
        if name.startswith("boundary_"):
            # "I just want to sleep and never get up" asks for no dose, whatever it sounds like.
            return asks or kind != SUICIDE
        if kind in _ANSWERED:
            return True
        # A topic that is understood beyond doubt is answered, too. A talk about dying is crowded out by a topic that was named only.
        least = self._config["asked_confidence"] if asks else self._config["understood_confidence"] if kind != SUICIDE else NAMED
        return topic.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= least


def _answer_and_more(answers: List[str], after: List[str]) -> re.Pattern[str]:
    """Matches a message that begins with one of some answers and goes on, with a sign or one of some words; the group `rest` is how."""
    first, then = ("|".join(re.escape(word) for word in words) for words in (answers, after))
    return re.compile(rf"\W*(?:{first})\b(?:\s*[,.;:!-]\W*|\s+(?=(?:{then})\b))(?P<rest>\w.*)", re.IGNORECASE | re.DOTALL)


def _label(name: str) -> Tuple[int, str]:
    return label_of(name) or (E0, "")
