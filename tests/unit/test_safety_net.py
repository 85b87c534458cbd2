"""What the safety net does after each kind of turn."""

from __future__ import annotations

import pytest
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered

from components.safety_net import DANGER, GREETING, GUIDANCE, INTRODUCTION, NO_ANSWER, next_action

RESPONSES = {GUIDANCE: [], INTRODUCTION: [], GREETING: [], NO_ANSWER: [], "utter_sponsor": [], "utter_emergency_overdose": []}


def user(intent: str) -> UserUttered:
    return UserUttered("words", {"name": intent, "confidence": 1.0})


def action(name: str, said: bool = True) -> list:
    return [ActionExecuted(name), *([BotUttered("words")] if said else [])]


START = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
EARLIER = [user("greet"), *action(GREETING), *action(GUIDANCE), ActionExecuted("action_listen")]


def test_the_rule_speaks_first():
    assert next_action([*START, user("sponsor")], RESPONSES) is None
    assert next_action(START, RESPONSES) is None


def test_an_answer_is_followed_by_guidance_then_listening():
    turn = [*START, *EARLIER, user("sponsor"), *action("action_answer")]
    assert next_action(turn, RESPONSES) == GUIDANCE
    assert next_action([*turn, *action(GUIDANCE)], RESPONSES) == "action_listen"


def test_a_silent_action_is_replaced_by_the_topics_own_text():
    turn = [*START, *EARLIER, user("sponsor"), *action("action_answer", said=False)]
    assert next_action(turn, RESPONSES) == "utter_sponsor"
    assert next_action([*turn, *action("utter_sponsor")], RESPONSES) == GUIDANCE


def test_a_topic_without_text_gets_the_honest_no():
    turn = [*START, *EARLIER, user("unheard_of"), *action("action_answer", said=False)]
    assert next_action(turn, RESPONSES) == NO_ANSWER


def test_nothing_is_tried_twice_even_if_all_stay_silent():
    turn = [*START, *EARLIER, user("sponsor"), *action("action_answer", said=False)]
    seen = []
    for _ in range(8):
        name = next_action(turn, RESPONSES)
        seen.append(name)
        if name == "action_listen":
            break
        turn += action(name, said=False)
    assert seen == ["utter_sponsor", NO_ANSWER, GUIDANCE, "action_listen"]


def test_the_first_answer_is_followed_by_the_introduction_once():
    turn = [*START, user("sponsor"), *action("action_answer")]
    assert next_action(turn, RESPONSES) == INTRODUCTION
    turn += action(INTRODUCTION)
    assert next_action(turn, RESPONSES) == GUIDANCE
    turn += [*action(GUIDANCE), ActionExecuted("action_listen"), user("sponsor"), *action("action_answer")]
    assert next_action(turn, RESPONSES) == GUIDANCE


def test_a_greeting_introduces_itself():
    assert next_action([*START, user("greet"), *action(GREETING)], RESPONSES) == GUIDANCE


@pytest.mark.parametrize("intent", ["emergency_overdose", "im_safe_now"])
def test_nobody_is_introduced_in_an_emergency(intent):
    turn = [*START, user(intent), *action("utter_emergency_overdose")]
    assert next_action(turn, RESPONSES) == GUIDANCE
    turn += [*action(GUIDANCE), ActionExecuted("action_listen"), user("sponsor"), *action("action_answer")]
    assert next_action(turn, RESPONSES) == INTRODUCTION


def test_a_country_named_in_an_emergency_brings_no_introduction():
    turn = [*START, user("emergency_overdose"), SlotSet(DANGER, {"level": 3, "kind": "overdose"}), *action("utter_emergency_overdose")]
    turn += [*action(GUIDANCE), ActionExecuted("action_listen"), user("set_country"), *action("action_country")]
    assert next_action(turn, RESPONSES) == "utter_emergency_overdose"
    turn += action("utter_emergency_overdose")
    assert next_action(turn, RESPONSES) == GUIDANCE


def test_a_new_session_introduces_again():
    turn = [*START, user("sponsor"), *action("action_answer"), *action(INTRODUCTION), *action(GUIDANCE), ActionExecuted("action_listen")]
    assert next_action([*turn, *START, user("sponsor"), *action("action_answer")], RESPONSES) == INTRODUCTION
