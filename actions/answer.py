"""Answers a topic."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import CuratedAction, intent_of
from actions.say_topic import say_topic
from common.answer_set import answer_set
from common.paths import DATA
from common.yaml_files import read_yaml

# A longer message brings its own subject.
LONGEST_FOLLOW_UP_WORDS = 8
# Entities that are a subject of their own.
SUBJECTS = ("step", "fellowship", "medicine")


class AnswerTopic(CuratedAction):
    """Says the curated answer of the message's topic."""

    def __init__(self) -> None:
        """Read the words that point back at the topic in hand."""
        self._pointing = set(read_yaml(DATA / "word_lists.yml")["pointing"])

    def name(self) -> str:
        """The name in the domain."""
        return "action_answer"

    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """Say the answer; "is that one religious?" gets the answer for the topic in hand."""
        intent = intent_of(tracker)
        before = tracker.get_slot("topic")
        response = self._about_topic_in_hand(intent, before, tracker.latest_message)
        if response:
            return say_topic(dispatcher, before, response)
        return say_topic(dispatcher, intent)

    def _about_topic_in_hand(self, intent: str, topic: Optional[str], message: Dict[str, Any]) -> Optional[str]:
        facet = answer_set().answers[intent].facet
        if not (facet and topic) or topic == intent:
            return None
        words = (message.get("text") or "").lower().replace("?", " ").split()
        points_back = len(words) <= LONGEST_FOLLOW_UP_WORDS and bool(set(words) & self._pointing)
        has_subject = any(entity["entity"] in SUBJECTS for entity in message.get("entities", []))
        return answer_set().facet_of(topic, facet) if points_back and not has_subject else None
