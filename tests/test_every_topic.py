"""Every topic answers, by its title and by its button, with the action server up and down."""

from __future__ import annotations

from typing import Dict, List

import pytest

from common.answer_set import answer_set
from common.paths import PROJECT
from common.yaml_files import read_yaml
from components.danger import label_of
from tests.replies import answer_name, faults, is_response, templates
from tests.servers import Servers

# What these say depends on the topic in hand, and somebody new has none.
WITH_NO_TOPIC_IN_HAND = {
    "next_step": "utter_step_1",
    "previous_step": "utter_previous_step_start",
    "tell_me_more": "utter_tell_me_more_nothing",
    "show_sources": "utter_show_sources_nothing",
    "follow_up": "utter_follow_up_unclear",
    "set_country": "utter_set_country_ask",
}
# Reached by not being understood, so there is no way to ask for it.
NOT_ASKED_FOR = "nlu_fallback"


def topics() -> List[str]:
    """Every intent of the domain."""
    return read_yaml(PROJECT / "domain.yml")["intents"]


# Said in the middle of an emergency, or about one: what such words are taken for hangs on the talk.
IN_AN_EMERGENCY = ("im_safe_now", "breathing", "not_breathing", "overdose_aftercare")


def questions() -> Dict[str, str]:
    """For each topic its title, the question that its button shows. Dangers are pressed; typed, they are judged as messages."""
    asked = [topic for topic in topics() if topic != NOT_ASKED_FOR and not label_of(topic) and topic not in IN_AN_EMERGENCY]
    return {topic: answer_set().answers[topic].title for topic in asked}


def test_every_topic_has_an_answer_of_its_own() -> None:
    assert {f"utter_{topic}" for topic in topics()} <= set(templates())


@pytest.mark.parametrize("topic", topics())
def test_topic_answers_with_the_action_server_up(servers: Servers, topic: str) -> None:
    expected = WITH_NO_TOPIC_IN_HAND.get(topic, f"utter_{topic}")
    messages = [f"/{topic}", *([questions()[topic]] if topic in questions() else [])]
    for message in messages:
        reply = servers.say(message)
        assert not faults(reply), message
        # A line of concern may stand before it.
        assert any(is_response(text, expected) for text in reply.texts), (message, answer_name(reply))


def test_every_topic_answers_with_the_action_server_down(breakable: Servers) -> None:
    """Each answer is then the topic's own text: it needs no action."""
    breakable.kill_actions()
    wrong = []
    for topic in topics():
        for message in [f"/{topic}", *([questions()[topic]] if topic in questions() else [])]:
            reply = breakable.say(message)
            if faults(reply) or not any(is_response(text, f"utter_{topic}") for text in reply.texts):
                wrong.append((message, answer_name(reply), faults(reply)))
    assert not wrong
