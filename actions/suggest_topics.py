"""Offers near topics where the message was not understood."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import CuratedAction, topic_button
from common.answer_set import answer_set

SUGGESTIONS = 3
# Below this the best topic is a guess out of the air. `make evaluate` prints how often the right topic is among the three.
LEAST_CONFIDENCE = 0.1


class SuggestTopics(CuratedAction):
    """Names the three nearest topics, or says honestly that there is no checked answer."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_suggest_topics"

    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """Say suggestions if the best of them is any good."""
        ranking = tracker.latest_message.get("intent_ranking") or []
        near = [entry for entry in ranking if answer_set().is_curated(entry["name"])]
        if near and near[0]["confidence"] >= LEAST_CONFIDENCE:
            buttons = [topic_button(entry["name"]) for entry in near[:SUGGESTIONS]]
            dispatcher.utter_message(response="utter_nlu_fallback_suggest", buttons=[*buttons, topic_button("menu")])
        else:
            dispatcher.utter_message(response="utter_nlu_fallback")
        return []
