"""What every action here shares."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from common.answer_set import AnswerSet, answer_set

logger = logging.getLogger(__name__)

Button = Dict[str, str]


class CuratedAction(Action, ABC):
    """An action that never fails loudly.

    The SDK answers an exception with the request's body, and Rasa then writes the whole conversation into its log. So an
    error is logged by its class alone, and nothing is said: the safety net then says the topic's own text.
    """

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Run `respond`; an error gives no events."""
        try:
            return self.respond(dispatcher, tracker)
        except Exception as error:
            logger.error("%s failed: %s.", self.name(), type(error).__name__)
            return []

    @abstractmethod
    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """Say one thing, and return the events."""


def intent_of(tracker: Tracker) -> str:
    """The topic of the user's last message."""
    return tracker.latest_message["intent"]["name"]


def entity_of(tracker: Tracker, kind: str) -> Optional[str]:
    """The first value of an entity in the user's last message."""
    return next((e["value"] for e in tracker.latest_message.get("entities", []) if e["entity"] == kind), None)


def topic_button(topic: str, answers: Optional[AnswerSet] = None) -> Button:
    """A button that asks for a topic."""
    return {"title": (answers or answer_set()).answers[topic].title, "payload": f"/{topic}"}
