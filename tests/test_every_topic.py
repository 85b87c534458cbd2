"""Every topic answers, by its title and by its button, with the action server up and down."""

from __future__ import annotations

from typing import Dict, List

import pytest

from common.answer_set import answer_set
from common.paths import PROJECT
from common.yaml_files import read_yaml
from tests.replies import answer_name, faults, templates
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


def questions() -> Dict[str, str]:
    """For each topic its title, the question that its button shows."""
    return {topic: answer_set().answers[topic].title for topic in topics() if topic != NOT_ASKED_FOR}


def test_every_topic_has_an_answer_of_its_own() -> None:
    assert {f"utter_{topic}" for topic in topics()} <= set(templates())


@pytest.mark.parametrize("topic", topics())
def test_topic_answers_with_the_action_server_up(servers: Servers, topic: str) -> None:
    expected = WITH_NO_TOPIC_IN_HAND.get(topic, f"utter_{topic}")
    messages = [f"/{topic}", *([questions()[topic]] if topic in questions() else [])]
    for message in messages:
        reply = servers.say(message)
        assert not faults(reply), message
        assert answer_name(reply) == expected, message


def test_every_topic_answers_with_the_action_server_down(breakable: Servers) -> None:
    """Each answer is then the topic's own text: it needs no action."""
    breakable.kill_actions()
    wrong = []
    for topic in topics():
        for message in [f"/{topic}", *([questions()[topic]] if topic in questions() else [])]:
            reply = breakable.say(message)
            if faults(reply) or answer_name(reply) != f"utter_{topic}":
                wrong.append((message, answer_name(reply), faults(reply)))
    assert not wrong
