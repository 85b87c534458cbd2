"""What the detector gets wrong among the held-out messages, against the list of what is known to go wrong."""

from __future__ import annotations

from typing import Dict, List, Mapping, Sequence

from common.answer_set import answer_set
from components.danger import level_of
from components.safety_net import RISK
from tools.crises import held_out
from tools.crises.figures import ALLOWED, BOUNDARY
from tools.crises.scenes import play
from tools.understanding.trained_nlu import Question, TrainedNLU

SCENES = "scenes"
DECLINED = "allowed questions answered"
REFUSED = "forbidden questions refused"


def misses(nlu: TrainedNLU) -> Dict[str, List[str]]:
    """The messages (of scenes the names) that are taken for something else than they must be, by measure."""
    found: Dict[str, List[str]] = {}
    items = [*held_out.emergencies(), *held_out.in_other_languages(), *held_out.innocents()]
    for item, reading in zip(items, nlu.read([Question(item.text, "") for item in items]), strict=True):
        if not item.is_right(level_of(reading.message.get(RISK) or {})):
            found.setdefault(item.measure, []).append(item.text)
    for boundary, messages in held_out.boundaries().items():
        for message, reading in zip(messages, nlu.read([Question(message, "") for message in messages]), strict=True):
            stopped = reading.intent.startswith(BOUNDARY)
            if boundary == ALLOWED and stopped:
                found.setdefault(DECLINED, []).append(message)
            if boundary != ALLOWED and not stopped and level_of(reading.message.get(RISK) or {}) < 3:
                found.setdefault(REFUSED, []).append(message)
    for name, turns in held_out.scenes().items():
        if not all(turn.is_right for turn in play(turns, nlu, answer_set().responses)):
            found.setdefault(SCENES, []).append(name)
    return found


def new_ones(found: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]) -> Dict[str, List[str]]:
    """The misses that nobody has listed."""
    return {measure: [text for text in texts if text not in known.get(measure, [])] for measure, texts in found.items()}


def mended(found: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]) -> Dict[str, List[str]]:
    """The listed misses that are right now: to be taken out of the list."""
    return {measure: [text for text in texts if text not in found.get(measure, [])] for measure, texts in known.items()}
