"""How a curated answer is said: its text, and buttons for what may be asked next."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import Button, topic_button
from common.answer_set import answer_set

# More than this many buttons is a list to read, not a choice.
MAX_BUTTONS = 4
STEP_PREFIX = "step_"
STEPS = 12


def say_topic(dispatcher: CollectingDispatcher, topic: str, response: Optional[str] = None) -> List[Dict[str, Any]]:
    """Say a topic's answer, or another of its responses, and remember the topic.

    Args:
        dispatcher: where to say it.
        topic: the topic's id.
        response: the response to say; the topic's main answer by default.

    Returns:
        the event that remembers the topic.

    """
    response = response or f"utter_{topic}"
    extra: Dict[str, str] = {}
    number = step_number(topic)
    if number and response == f"utter_{topic}":
        # The generator puts this line before the text.
        extra = {"lead": "utter_step_progress", "number": str(number)}
    dispatcher.utter_message(response=response, buttons=buttons_after(topic, response), **extra)
    return [SlotSet("topic", topic)]


def buttons_after(topic: str, response: str) -> List[Button]:
    """What may be asked after a response: more, its sources, the next step, related topics."""
    answers = answer_set()
    answer = answers.answers[topic]
    wanted = []
    number = step_number(topic)
    if number and number < STEPS:
        wanted.append("next_step")
    if answers.more_of(topic) and response != answers.more_of(topic):
        wanted.append("tell_me_more")
    if answer.sources:
        wanted.append("show_sources")
    wanted += [other for other in answer.related if other in answers.answers]
    return [topic_button(other, answers) for other in wanted[:MAX_BUTTONS]]


def step_number(topic: Optional[str]) -> Optional[int]:
    """The number in `step_4`; None for any other topic."""
    tail = (topic or "").removeprefix(STEP_PREFIX)
    return int(tail) if topic and topic.startswith(STEP_PREFIX) and tail.isdigit() else None
