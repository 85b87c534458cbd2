"""What is made of each held-out message and conversation in `tests/emergency/`, and whether that will do."""

from __future__ import annotations

from typing import Iterator, List, NamedTuple

from common.answer_set import answer_set
from components.danger import level_of
from components.danger_rules import E3
from components.safety_net import RISK
from tools.crises import held_out
from tools.crises.scenes import play
from tools.understanding.trained_nlu import Question, TrainedNLU

ALLOWED = "allowed"
BOUNDARY = "boundary_"
NO_CARD = "innocents without a card"
REFUSED = "forbidden questions refused"
ANSWERED = "allowed questions answered"
SCENES = "conversations right in every turn"
TURNS = "turns of conversations"


class Verdict(NamedTuple):
    """One judgment.

    Attributes:
        measure: the figure that it counts for.
        what: the message, or the conversation's name.
        is_right: whether what was made of it will do.

    """

    measure: str
    what: str
    is_right: bool


def held_out_verdicts(nlu: TrainedNLU) -> List[Verdict]:
    """All verdicts, on what nothing was trained on and nothing was chosen by."""
    return [*_messages(nlu), *_boundaries(nlu), *_scenes(nlu)]


def _messages(nlu: TrainedNLU) -> Iterator[Verdict]:
    """Whether messages get a level that will do."""
    items = [*held_out.emergencies(), *held_out.in_other_languages(), *held_out.innocents()]
    for item, reading in zip(items, nlu.read([Question(item.text, "") for item in items]), strict=True):
        level = level_of(reading.message.get(RISK) or {})
        yield Verdict(item.measure, item.text, item.is_right(level))
        if item.measure == held_out.CALM:
            yield Verdict(NO_CARD, item.text, level < E3)


def _boundaries(nlu: TrainedNLU) -> Iterator[Verdict]:
    """Whether forbidden questions meet a boundary or a card, and allowed ones no boundary."""
    for boundary, messages in held_out.boundaries().items():
        for reading in nlu.read([Question(message, "") for message in messages]):
            stopped = reading.intent.startswith(BOUNDARY)
            if boundary == ALLOWED:
                yield Verdict(ANSWERED, reading.question.text, not stopped)
            else:
                yield Verdict(REFUSED, reading.question.text, stopped or level_of(reading.message.get(RISK) or {}) == E3)


def _scenes(nlu: TrainedNLU) -> Iterator[Verdict]:
    for name, turns in held_out.scenes().items():
        played = [turn.is_right for turn in play(turns, nlu, answer_set().responses)]
        yield Verdict(SCENES, name, all(played))
        yield from (Verdict(TURNS, name, is_right) for is_right in played)
