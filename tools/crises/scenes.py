"""Plays the held-out scenes through the trained model and the plan of each turn, as the server does, without a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Dict, List, Optional, Tuple

from components.crisis_talk import STEPS, Danger, Plan, Turn, plan
from components.danger_rules import E3
from components.safety_net import RISK
from tools.crises.held_out import LEVELS
from tools.understanding.trained_nlu import Question, TrainedNLU


@dataclass(frozen=True)
class Played:
    """One turn of a scene: what was said, what must be made of it, and what was."""

    said: str
    at_least: int
    at_most: int
    level: int
    plan: Plan

    @property
    def is_right(self) -> bool:
        """Whether the turn was taken for what it must be taken for."""
        return self.at_least <= self.level <= self.at_most


def play(turns: List[Dict[str, str]], nlu: TrainedNLU, responses: Collection[str]) -> List[Played]:
    """Play a scene.

    Args:
        turns: as in `tests/emergency/scenes.yml`.
        nlu: the trained model.
        responses: the names of all responses.

    """
    readings = nlu.read([Question(turn["say"], "") for turn in turns])
    state: Optional[Danger] = None
    played = []
    for turn, reading in zip(turns, readings, strict=True):
        understood = Turn.of(reading.intent, reading.message.get(RISK) or {})
        due = plan(state, understood, responses, is_curated=f"utter_{reading.intent}_more" in responses)
        at_least, at_most = (LEVELS.index(turn.get(bound, default)) for bound, default in (("at_least", "E0"), ("at_most", "E3")))
        played.append(Played(turn["say"], at_least, at_most, level_of_plan(due), due))
        state = due.state
    return played


def level_of_plan(due: Plan) -> int:
    """What a turn's replies show that it was taken for: a card is E3, a line of concern E2, a soft line E1.

    A step such as how to give breaths is E3 where the emergency goes on, and by itself an ordinary answer.
    """
    in_emergency = due.state is not None and due.state.level == E3
    levels = [E3 if name.startswith(_STEPS) and in_emergency else level_of_response(name) for name in (*due.before, *due.after)]
    return max([0, *levels])


_STEPS: Tuple[str, ...] = tuple(f"utter_{step}" for step in STEPS)


def level_of_response(name: str) -> int:
    """The level that a reply stands for."""
    if name.startswith("utter_emergency_") and "guidance" not in name:
        return 3
    if name.startswith("utter_concern_"):
        # "No" to the plain question is thanked for, with a line in sight: nothing more than a soft line.
        return 1 if "_no" in name else 2
    return 1 if name.startswith(("utter_soft_", "utter_sensitive_", "utter_im_safe_now")) else 0
