"""How often it is seen whose danger a message tells of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterator, List, Sequence

from components.whom_detector import OTHER, SELF, WHOM, WhomDetector, whom_at
from tools.crises.held_out import tuning_whose_dangers
from tools.understanding.trained_nlu import Question, TrainedNLU

LEAST_OTHER, LEAST_SELF = (0.5, 0.7, 0.8, 0.9), (0.5, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Whose:
    """Messages by what was made of them: the right person, the wrong one, or either.

    Attributes:
        right: shares, by whose danger it is.
        wrong: the same.

    """

    right: Dict[str, float]
    wrong: Dict[str, float]

    def __str__(self) -> str:
        """One line; what is missing to 1 may be either's."""
        return ", ".join(f"{name} right {self.right[name]:.3f} wrong {self.wrong[name]:.3f}" for name in (SELF, OTHER))


def whose(truth: Dict[str, str], found: Sequence[Sequence[str]]) -> Whose:
    """Compare what was found with whose danger it is.

    Args:
        truth: message to `SELF` or `OTHER`.
        found: one or both of them for each message, in the same order.

    """
    by_name = {name: [list(flags) for flags, its in zip(found, truth.values(), strict=True) if its == name] for name in WHOM}
    return Whose(
        {name: sum(flags == [name] for flags in all_) / len(all_) for name, all_ in by_name.items()},
        {name: sum(len(flags) == 1 and flags != [name] for flags in all_) / len(all_) for name, all_ in by_name.items()},
    )


def found_by(nlu: TrainedNLU, texts: Sequence[str]) -> List[List[str]]:
    """What the detector says of messages that tell of a danger, whether or not it is seen."""
    detector = nlu.component(WhomDetector)
    return [list(whom) for whom in detector.whom([reading.message for reading in nlu.read([Question(text, "") for text in texts])])]


def whose_choices(nlu: TrainedNLU) -> Iterator[str]:
    """A table: what other thresholds would do on the tuning messages."""
    detector, truth = nlu.component(WhomDetector), tuning_whose_dangers()
    shares = detector.shares([reading.message for reading in nlu.read([Question(text, "") for text in truth])])
    labels = [str(label) for label in detector.model.topics]
    yield "whose danger it is, from so large a share for other, and for self:"
    for other in LEAST_OTHER:
        for its in LEAST_SELF:
            found = [whom_at(dict(zip(labels, row, strict=True)), other, its) for row in shares]
            yield f"  {other:.1f} {its:.1f}  {whose(truth, found)}"
