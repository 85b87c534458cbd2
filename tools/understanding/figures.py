"""Counts what came of the readings: shares with their uncertainty, confusions, suggestions."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Dict, List, Sequence, Tuple

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from scipy.stats import binomtest

from actions.say_topic import step_number
from actions.suggest_topics import SuggestTopics
from common.answer_set import answer_set
from components.fallback_gate import FALLBACK_INTENT
from tools.understanding.trained_nlu import Reading

OUT_OF_SCOPE = "out_of_scope"
# Either way the user is told that there is no checked answer.
REJECTED = (OUT_OF_SCOPE, FALLBACK_INTENT)


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 of nothing is 0."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> Tuple[float, float]:
        """The 95 % Wilson score interval."""
        if not self.whole:
            return 0.0, 1.0
        found = binomtest(self.part, self.whole).proportion_ci(confidence_level=0.95, method="wilson")
        return found.low, found.high

    def as_dict(self) -> Dict[str, Any]:
        """For JSON."""
        return {
            "part": self.part,
            "whole": self.whole,
            "value": round(self.value, 4),
            "wilson_95": [round(end, 4) for end in self.interval],
        }


def share(truths: Sequence[bool]) -> Share:
    """How many of them hold."""
    return Share(sum(truths), len(truths))


@dataclass(frozen=True)
class Confusion:
    """A topic whose questions were taken for something else."""

    topic: str
    intent: str
    count: int


@dataclass(frozen=True)
class Figures:
    """What one set of questions shows. Shares of topics are over the in-scope questions; those out of scope are counted apart."""

    accuracy: Share
    # Of the decision before the gate, which may turn a right one into "not sure".
    accuracy_before_gate: Share
    steps: Share
    in_scope_accepted: Share
    out_of_scope_rejected: Share
    # Of the in-scope questions that the gate turned away: the right topic is among the buttons.
    suggested: Share
    # The same, where a button can name the topic at all: boundaries, emergencies and small talk have none.
    suggested_curated: Share
    topics: Dict[str, Share]
    # Most frequent first.
    confusions: List[Confusion]


def figures_of(readings: Sequence[Reading]) -> Figures:
    """Count one set of readings."""
    in_scope = [reading for reading in readings if reading.question.topic != OUT_OF_SCOPE]
    out_of_scope = [reading for reading in readings if reading.question.topic == OUT_OF_SCOPE]
    unsure = [reading for reading in in_scope if reading.intent == FALLBACK_INTENT]
    by_topic: Dict[str, List[bool]] = defaultdict(list)
    for reading in in_scope:
        by_topic[reading.question.topic].append(reading.is_right)
    confused = Counter((reading.question.topic, reading.intent) for reading in in_scope if not reading.is_right)
    return Figures(
        accuracy=share([reading.is_right for reading in in_scope]),
        accuracy_before_gate=share([reading.decided == reading.question.topic for reading in in_scope]),
        steps=share([reading.is_right for reading in in_scope if step_number(reading.question.topic)]),
        in_scope_accepted=share([reading.intent not in REJECTED for reading in in_scope]),
        out_of_scope_rejected=share([reading.intent in REJECTED for reading in out_of_scope]),
        suggested=share([is_suggested(reading) for reading in unsure]),
        suggested_curated=share([is_suggested(reading) for reading in unsure if answer_set().is_curated(reading.question.topic)]),
        topics={topic: share(truths) for topic, truths in sorted(by_topic.items())},
        confusions=[Confusion(*pair, count) for pair, count in sorted(confused.items(), key=lambda item: (-item[1], item[0]))],
    )


def is_suggested(reading: Reading) -> bool:
    """Whether the action that the gate leads to offers a button with the right topic."""
    dispatcher = CollectingDispatcher()
    latest = {"text": reading.question.text, "intent": {"name": reading.intent}, "intent_ranking": reading.ranking, "entities": []}
    SuggestTopics().respond(dispatcher, Tracker("evaluate", {}, latest, [], False, None, {}, None))
    buttons = [button for message in dispatcher.messages for button in message.get("buttons") or []]
    return f"/{reading.question.topic}" in [button["payload"] for button in buttons]
