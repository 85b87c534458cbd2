"""The choices that were made on the tuning questions, measured again: the gate's threshold and the three voices."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from actions import suggest_topics
from components import topic_model, topic_resolver
from components.fallback_gate import FallbackGate
from components.intent_classifier import TopicClassifier
from components.sentence_encoder import described
from tools.understanding.figures import OUT_OF_SCOPE, REJECTED, Share, share
from tools.understanding.trained_nlu import Reading, TrainedNLU, intent_behind, will_do

THRESHOLDS = tuple(round(0.1 + 0.05 * step, 2) for step in range(11))
# The share of in-scope questions that must get through when out-of-scope rejection is compared.
LEAST_ACCEPTED = 0.95


@dataclass(frozen=True)
class ThresholdRow:
    """What the gate does at one threshold."""

    threshold: float
    in_scope_accepted: Share
    # Of all in-scope questions: accepted, and under the right topic.
    right: Share
    out_of_scope_rejected: Share


@dataclass(frozen=True)
class VoicesRow:
    """How well some of the classifier's voices do, before any rule or gate."""

    voices: Tuple[str, ...]
    right: Share
    # At the highest threshold that accepts `LEAST_ACCEPTED` of the in-scope questions.
    out_of_scope_rejected: Share


def threshold_table(nlu: TrainedNLU, readings: Sequence[Reading]) -> List[ThresholdRow]:
    """One row for each threshold, the configured one among them."""
    configured = nlu.config_of(FallbackGate)["threshold"]
    return [_threshold_row(nlu.gate(threshold), threshold, readings) for threshold in sorted({*THRESHOLDS, configured})]


def _threshold_row(gate: FallbackGate, threshold: float, readings: Sequence[Reading]) -> ThresholdRow:
    intents = [(reading.question.topic, intent_behind(gate, reading)) for reading in readings]
    in_scope = [(topic, intent) for topic, intent in intents if topic != OUT_OF_SCOPE]
    return ThresholdRow(
        threshold=threshold,
        in_scope_accepted=share([intent not in REJECTED for _, intent in in_scope]),
        right=share([will_do(intent, topic) for topic, intent in in_scope]),
        out_of_scope_rejected=share([intent in REJECTED for topic, intent in intents if topic == OUT_OF_SCOPE]),
    )


def voices_table(nlu: TrainedNLU, readings: Sequence[Reading]) -> List[VoicesRow]:
    """Each voice alone, each pair, and all together, weighted as the model weights them."""
    model = nlu.topic_model
    voices = model.voices([reading.question.text for reading in readings], described([reading.message for reading in readings]))
    topics = np.array([reading.question.topic for reading in readings])
    rows = []
    for size in range(1, len(voices) + 1):
        for names in combinations(voices, size):
            total = sum(topic_model.WEIGHTS[name] for name in names)
            weights = {name: topic_model.WEIGHTS[name] / total for name in names}
            rows.append(_voices_row(names, topic_model.pool(voices, weights), model.topics, topics))
    return rows


def _voices_row(names: Tuple[str, ...], probabilities: np.ndarray, known: np.ndarray, topics: np.ndarray) -> VoicesRow:
    best, confidence = known[probabilities.argmax(1)], probabilities.max(1)
    in_scope = topics != OUT_OF_SCOPE
    # What is taken for out of scope is turned away at any threshold.
    confidence = np.where(best == OUT_OF_SCOPE, 0.0, confidence)
    turned_away = int((1 - LEAST_ACCEPTED) * in_scope.sum())
    threshold = np.sort(confidence[in_scope])[turned_away]
    return VoicesRow(names, share((best[in_scope] == topics[in_scope]).tolist()), share((confidence[~in_scope] < threshold).tolist()))


def constants(nlu: TrainedNLU) -> Dict[str, Any]:
    """Every number that a decision hangs on, by the name of where it stands."""
    found: Dict[str, Any] = {}
    for component in (FallbackGate, TopicClassifier):
        found.update({f"{component.__name__}.{name}": value for name, value in nlu.config_of(component).items()})
    for module in (topic_model, topic_resolver, suggest_topics):
        place = module.__name__.rsplit(".", maxsplit=1)[-1]
        found.update({f"{place}.{name.lstrip('_')}": value for name, value in vars(module).items() if name.isupper() and _is_number(value)})
    return found


def _is_number(value: Any) -> bool:
    """Whether it is a number, or made of nothing else."""
    if isinstance(value, (tuple, dict)):
        return all(_is_number(part) for part in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, (int, float))
