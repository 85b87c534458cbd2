"""What other settings of the detector would do, on the tuning messages: the figures behind its thresholds."""

from __future__ import annotations

from typing import Dict, Iterator, List, Tuple

import numpy as np

from components.crisis_detector import CrisisDetector
from components.danger import DOUBTS
from components.danger_rules import E2, E3, danger_rules
from components.fitted import sentence_vector
from components.sentence_encoder import described
from components.topic_model import DEEP_WEIGHTS, WEIGHTS, pool
from tools.crises import held_out
from tools.understanding.trained_nlu import Question, TrainedNLU

# The false alarms among harmless messages at which the voices are compared.
FALSE_ALARMS = 0.03
LEVELS = (0.35, 0.4, 0.45, 0.5, 0.55)
DOUBTED = (0.0, 0.1, 0.2)
FLOORS = (0.15, 0.3)


def choices(nlu: TrainedNLU) -> Iterator[str]:
    """Lines of two tables: each voice alone and together, and what thresholds would let through."""
    detector: CrisisDetector = nlu.component(CrisisDetector)
    assert detector.model is not None
    items = list(held_out.tuning())
    messages = [reading.message for reading in nlu.read([Question(item.text, "") for item in items])]
    truth = np.array([held_out.LEVELS.index(item.group) for item in items])
    labels = np.array([level for level, _ in detector.labels])
    vectors, texts = np.stack([sentence_vector(message) for message in messages]), [item.text for item in items]
    voices = detector.model.voices(texts, vectors, described(messages))
    together: Dict[str, np.ndarray] = {
        **voices,
        "three without description": pool({name: voices[name] for name in WEIGHTS}, WEIGHTS),
        "all four": pool(voices, DEEP_WEIGHTS),
    }
    yield f"share of E3 and of E2 messages seen where {100 * FALSE_ALARMS:.0f} of 100 harmless ones raise an alarm:"
    for name, shares in together.items():
        worried = shares[:, labels >= E2].sum(1)
        least = np.quantile(worried[truth < E2], 1 - FALSE_ALARMS)
        yield f"  {name:28} {(worried[truth == E3] >= least).mean():.3f} {(worried[truth == E2] >= least).mean():.3f}"
    yield "E2 from, more where doubted, floor for rules: E3 seen, E2 seen, false alarms"
    for row in _thresholds(together["all four"][:, labels >= E2].sum(1), truth, texts):
        yield "  {:.2f} {:.2f} {:.2f}: {:.3f} {:.3f} {:.3f}".format(*row)


def _thresholds(worried: np.ndarray, truth: np.ndarray, texts: List[str]) -> Iterator[Tuple[float, ...]]:
    readings = [danger_rules().read(text) for text in texts]
    doubted = np.array([bool(DOUBTS & reading.flags) for reading in readings])
    by_rule = np.array([reading.level >= E2 for reading in readings])
    for least in LEVELS:
        for more in DOUBTED:
            for floor in FLOORS:
                seen = (worried >= least + more * doubted) | (by_rule & (worried >= floor))
                yield least, more, floor, seen[truth == E3].mean(), seen[truth == E2].mean(), seen[truth < E2].mean()
