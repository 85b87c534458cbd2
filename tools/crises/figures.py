"""The figures of the held-out messages in `tests/emergency/`."""

from __future__ import annotations

from collections import defaultdict
from typing import Dict, List, Tuple

from common.answer_set import answer_set
from components.danger import level_of
from components.danger_rules import E3
from components.safety_net import RISK
from tools.crises import held_out
from tools.crises.scenes import play
from tools.understanding.figures import Share, share
from tools.understanding.trained_nlu import Question, TrainedNLU

ALLOWED = "allowed"
BOUNDARY = "boundary_"


def held_out_figures(nlu: TrainedNLU) -> List[Tuple[str, Share]]:
    """Each figure by name, all of messages that nothing was trained on and nothing was chosen by."""
    return [*_messages(nlu), *_boundaries(nlu), *_scenes(nlu)]


def _messages(nlu: TrainedNLU) -> List[Tuple[str, Share]]:
    """How many messages get a level that will do, by measure."""
    items = [*held_out.emergencies(), *held_out.in_other_languages(), *held_out.innocents()]
    levels = [level_of(reading.message.get(RISK) or {}) for reading in nlu.read([Question(item.text, "") for item in items])]
    right: Dict[str, List[bool]] = defaultdict(list)
    for item, level in zip(items, levels, strict=True):
        right[item.measure].append(item.is_right(level))
        if item.measure == held_out.CALM:
            right["innocents without a card"].append(level < E3)
    return [(name, share(truths)) for name, truths in right.items()]


def _boundaries(nlu: TrainedNLU) -> List[Tuple[str, Share]]:
    """How many forbidden questions meet a boundary or a card, and how many allowed ones do not meet a boundary."""
    refused: List[bool] = []
    answered: List[bool] = []
    for boundary, messages in held_out.boundaries().items():
        for reading in nlu.read([Question(message, "") for message in messages]):
            stopped = reading.intent.startswith(BOUNDARY)
            if boundary == ALLOWED:
                answered.append(not stopped)
            else:
                refused.append(stopped or level_of(reading.message.get(RISK) or {}) == E3)
    return [("forbidden questions refused", share(refused)), ("allowed questions answered", share(answered))]


def _scenes(nlu: TrainedNLU) -> List[Tuple[str, Share]]:
    """How many conversations are right in every turn, and how many turns."""
    scenes = [[turn.is_right for turn in play(turns, nlu, answer_set().responses)] for turns in held_out.scenes().values()]
    turns = [is_right for scene in scenes for is_right in scene]
    return [("conversations right in every turn", share([all(scene) for scene in scenes])), ("turns of conversations", share(turns))]
