"""Says more about the topic in hand."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import CuratedAction
from actions.say_topic import say_topic
from common.answer_set import answer_set


class TellMeMore(CuratedAction):
    """Says the longer part of the last answer."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_tell_me_more"

    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """Say the longer part, or that there is none."""
        topic = tracker.get_slot("topic")
        more = answer_set().more_of(topic) if topic else None
        if topic and more:
            return say_topic(dispatcher, topic, more)
        dispatcher.utter_message(response="utter_tell_me_more_nothing")
        return []
