"""Walks through the twelve steps, forward and back."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import CuratedAction, intent_of
from actions.say_topic import STEPS, say_topic, step_number


class WalkSteps(CuratedAction):
    """Says the step after or before the one in hand."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_walk_steps"

    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """Without a step in hand, "next" begins at the first; past either end, say so."""
        here = step_number(tracker.get_slot("topic"))
        back = intent_of(tracker) == "previous_step"
        there = (here - 1 if back else here + 1) if here else (0 if back else 1)
        if there < 1:
            dispatcher.utter_message(response="utter_previous_step_start")
            return []
        if there > STEPS:
            dispatcher.utter_message(response="utter_next_step_end")
            return []
        return say_topic(dispatcher, f"step_{there}")
