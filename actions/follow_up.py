"""Answers a short question about the topic in hand."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import CuratedAction, entity_of
from actions.say_topic import say_topic
from common.answer_set import answer_set


class FollowUp(CuratedAction):
    """Answers "how long does it take?" and the like."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_follow_up"

    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """Say the topic's own answer to the question, else the general one, else ask which topic is meant."""
        answers = answer_set()
        topic = tracker.get_slot("topic")
        # "And on Suboxone?" names a medicine and asks about medication.
        facet = entity_of(tracker, "facet") or ("medication" if entity_of(tracker, "medicine") else None)
        response = answers.facet_of(topic, facet) if topic and facet else None
        if topic and response:
            return say_topic(dispatcher, topic, response)
        general = answers.topic_of_facet(facet) if facet else None
        if general:
            return say_topic(dispatcher, general)
        dispatcher.utter_message(response="utter_follow_up_unclear")
        return []
