"""What other settings of the two detectors would do, on the tuning messages: the figures behind their thresholds."""

from __future__ import annotations

from itertools import product
from typing import Dict, Iterator, List, Sequence, Tuple

import numpy as np

from common.answer_set import answer_set
from components.boundary_detector import NO_BOUNDARY, BoundaryDetector
from components.crisis_detector import CrisisDetector
from components.danger import FALSE_ALARM, SAFE, Thresholds, assess, level_of
from components.danger_rules import E2, E3, danger_rules
from components.ending_detector import ENDING
from components.sentence_encoder import described
from components.topic_model import WEIGHTS, pool
from tools.crises import held_out
from tools.crises.scenes import play
from tools.crises.verdicts import ALLOWED
from tools.evaluate import TUNING
from tools.understanding.trained_nlu import Question, Reading, TrainedNLU, questions_of

# The false alarms among harmless messages at which the voices, and then the thresholds, are compared.
VOICES_AT = 0.03
ALARMS_UP_TO = (0.02, 0.03, 0.04, 0.05, 0.06)
# A card is the loudest of all false alarms: of so many there may be one.
CARDS_AMONG_ALARMS = 3
# For E2, E3; more for both where the rules doubt; the floors for rules; and what makes E2 a card.
E2_FROM, E3_FROM = (0.3, 0.4, 0.5, 0.6), (0.3, 0.4, 0.5, 0.6)
MORE_WHERE_DOUBTED = (0.0, 0.1, 0.2)
FLOORS = ((0.3, 0.3), (0.4, 0.4), (0.4, 0.3), (0.4, 0.2), (0.4, 0.1))
SURELY = ((1.1, 1.0), (0.85, 0.25), (0.8, 0.15))
# How much spelling, example and description may count.
WEIGHED = ((0.25, 0.25, 0.5), (0.15, 0.25, 0.6), (0.1, 0.3, 0.6), (0.05, 0.25, 0.7), (0.0, 0.3, 0.7))
# The share of ordinary questions that may be declined where the boundary detector's weights are compared.
DECLINED_AT = 0.02
BOUNDARY_FROM = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
ENDING_FROM = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Judged = Tuple[float, float, float, float, float]


def choices(nlu: TrainedNLU) -> Iterator[str]:
    """Lines of four tables: the voices, and what other thresholds for dangers, boundaries and endings would do."""
    detector: CrisisDetector = nlu.component(CrisisDetector)
    assert detector.model is not None
    items = list(held_out.tuning())
    readings = nlu.read([Question(item.text, "") for item in items])
    voices = detector.model.voices(*_heard(readings))
    together = detector.shares([reading.message for reading in readings])
    hard = Judge(detector, items, together)
    truth, levels = hard.truth, np.array([level for level, _ in detector.labels])
    yield f"share of E3 and of E2 messages seen where {100 * VOICES_AT:.0f} of 100 harmless ones raise an alarm:"
    for name, shares in {**voices, **_weighed(voices), "as it is set": together}.items():
        worried = shares[:, levels >= E2].sum(1)
        least = np.quantile(worried[truth < E2], 1 - VOICES_AT)
        yield f"  {name:44} {(worried[truth == E3] >= least).mean():.3f} {(worried[truth == E2] >= least).mean():.3f}"
    plain, long = (_judge(detector, nlu, list(others)) for others in (held_out.tuning_plain(), held_out.tuning_long()))
    yield from _danger_table(detector, hard, plain, long)
    yield from _boundary_table(nlu)
    yield from _ending_table(nlu)


def _heard(readings: Sequence[Reading]) -> Tuple[List[str], np.ndarray]:
    return [reading.question.text for reading in readings], described([reading.message for reading in readings])


def _weighed(voices: Dict[str, np.ndarray]) -> Dict[str, np.ndarray]:
    """The voices joined with several weights, by what these are."""
    settings = [dict(zip(WEIGHTS, weights, strict=True)) for weights in WEIGHED]
    return {" ".join(f"{name} {weight:.2f}" for name, weight in setting.items()): pool(voices, setting) for setting in settings}


class Judge:
    """What thresholds would make of messages: both voices are heard once."""

    def __init__(self, detector: CrisisDetector, items: Sequence[held_out.Held], shares: np.ndarray) -> None:
        """Read the messages, of which the learned voice gave the shares."""
        self._labels, self._shares = detector.labels, shares
        self._readings = [danger_rules().read(item.text) for item in items]
        # Each message's level as a number.
        self.truth = np.array([held_out.LEVELS.index(item.group) for item in items])

    def __call__(self, thresholds: Thresholds) -> Judged:
        """E3 with its card, E3 seen, E2 seen, false alarms, cards among them: shares of the messages."""
        risks = (assess(reading, self._labels, row, thresholds) for reading, row in zip(self._readings, self._shares, strict=True))
        level, truth = np.array([level_of(risk.as_dict()) for risk in risks]), self.truth
        seen, card, harmless = level >= E2, level == E3, truth < E2
        return card[truth == E3].mean(), seen[truth == E3].mean(), seen[truth == E2].mean(), seen[harmless].mean(), card[harmless].mean()


def _judge(detector: CrisisDetector, nlu: TrainedNLU, items: Sequence[held_out.Held]) -> Judge:
    return Judge(detector, items, detector.shares([reading.message for reading in nlu.read([Question(item.text, "") for item in items])]))


def _danger_table(detector: CrisisDetector, hard: Judge, *others: Judge) -> Iterator[str]:
    candidates = {thresholds: hard(thresholds) for thresholds in _candidates()}
    yield "thresholds (E1 E2 E3 | where doubted | surely | floors): E3 with its card, E3 seen, E2 seen, false alarms, cards among them;"
    yield "the same of plain messages; and of long ones"
    yield "  " + _row(detector.thresholds, hard, *others) + "  <- the model's own"
    for most in ALARMS_UP_TO:
        quiet = {name: found for name, found in candidates.items() if found[3] <= most and found[4] <= most / CARDS_AMONG_ALARMS}
        if quiet:
            best = max(quiet, key=lambda name: sum(quiet[name][:3]))
            yield "  " + _row(best, hard, *others) + f"  <- sees most at up to {100 * most:.0f} % false alarms"


def _candidates() -> Iterator[Thresholds]:
    for low, high, more, floors, surely in product(E2_FROM, E3_FROM, MORE_WHERE_DOUBTED, FLOORS, SURELY):
        yield Thresholds((0.5, low, high), (0.5, low + more, high + more), surely, floors)


def _row(thresholds: Thresholds, *judges: Judge) -> str:
    parts = [
        " ".join(f"{value:.2f}" for value in part) for part in (thresholds.levels, thresholds.doubted, thresholds.surely, thresholds.floors)
    ]
    return f"{' | '.join(parts)}: " + "; ".join(" ".join(f"{value:.3f}" for value in judge(thresholds)) for judge in judges)


def _boundary_table(nlu: TrainedNLU) -> Iterator[str]:
    """What the boundary detector does alone, before rules and cards."""
    detector: BoundaryDetector = nlu.component(BoundaryDetector)
    asked = [(text, name != ALLOWED) for name, texts in held_out.tuning_boundaries().items() for text in texts]
    topics = [question.text for question in questions_of(TUNING) if not question.topic.startswith("boundary_")]
    readings = nlu.read([Question(text, "") for text in [*(text for text, _ in asked), *topics]])
    shares = detector.boundary_shares([reading.message for reading in readings]).sum(1)
    assert detector.model is not None
    none = detector.model.topics == NO_BOUNDARY
    forbidden = np.array([is_forbidden for _, is_forbidden in asked])
    probes, plain = shares[: len(asked)], shares[len(asked) :]
    yield f"share of forbidden questions declined where {100 * DECLINED_AT:.0f} of 100 ordinary ones are:"
    for name, joint in _weighed(detector.model.voices(*_heard(readings))).items():
        asks = 1 - joint[:, none].sum(1)
        yield f"  {name:44} {(asks[: len(asked)][forbidden] >= np.quantile(asks[len(asked) :], 1 - DECLINED_AT)).mean():.3f}"
    yield "boundary from: forbidden ones declined, allowed twins declined, ordinary questions declined"
    for least in BOUNDARY_FROM:
        declined = probes >= least
        yield f"  {least:.2f}: {declined[forbidden].mean():.3f} {declined[~forbidden].mean():.3f} {(plain >= least).mean():.3f}"


def _ending_table(nlu: TrainedNLU) -> Iterator[str]:
    """What is taken for the end of an emergency, and how the tuning conversations come out."""
    said = [(text, name) for name, texts in held_out.tuning_endings().items() for text in texts]
    readings = nlu.read([Question(text, "") for text, _ in said])
    shares = np.array([sum(reading.message.get(ENDING).values()) for reading in readings])
    ends = np.array([name in (SAFE, FALSE_ALARM) for _, name in said])
    yield "ending from: ends seen, others taken for one"
    for least in ENDING_FROM:
        found = shares >= least
        yield f"  {least:.2f}: {found[ends].mean():.3f} {found[~ends].mean():.3f}"
    scenes = [play(turns, nlu, answer_set().responses) for turns in held_out.scenes(held_out.TUNING_SCENES).values()]
    turns = [turn for scene in scenes for turn in scene]
    calm = sum(turn.level < turn.at_least for turn in turns)
    whole = sum(all(turn.is_right for turn in scene) for scene in scenes)
    right = sum(turn.is_right for turn in turns)
    yield f"tuning conversations right in every turn: {whole} of {len(scenes)}"
    yield f"their turns right: {right} of {len(turns)}; of the others {calm} are taken too lightly"
