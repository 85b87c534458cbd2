"""The action server dies or hangs, or the pipeline itself fails: everybody still gets an answer and the guidance."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator, List

import pytest
import yaml

from common.paths import PROJECT
from common.yaml_files import read_yaml
from tests.replies import answer_name, country_of_guidance, faults
from tests.servers import HOST, LONGEST_TURN, Servers, new_person
from tools.rasa_quietly import quiet_environment

TURN_FAILED = "utter_turn_failed"


def test_the_action_server_is_killed_in_mid_conversation(breakable: Servers) -> None:
    person = new_person()
    assert answer_name(breakable.say("what is step 4", person)) == "utter_step_4"
    breakable.kill_actions()
    country = "US"
    for text, answer in (
        ("next step", "utter_next_step"),
        ("what is methadone", "utter_methadone"),
        ("tell me more", "utter_tell_me_more"),
        ("i am in ireland", "utter_set_country"),
        ("is medication better than detox?", "utter_mat_vs_detox"),
        ("asdf qwer zxcv", None),
        ("my friend is overdosing", "utter_emergency_overdose"),
        ('/set_country{"country": "GB"}', "utter_set_country"),
        ("/im_safe_now", "utter_im_safe_now"),
        ("/choose_group", "utter_choose_group"),
    ):
        # The numbers change inside the Rasa server, so they change without any action.
        country = {"i am in ireland": "IE", '/set_country{"country": "GB"}': "GB"}.get(text, country)
        reply = breakable.say(text, person)
        assert not faults(reply, country), text
        assert answer is None or answer_name(reply, country) == answer, text
        assert reply.seconds < LONGEST_TURN
    breakable.restart_actions()
    assert answer_name(breakable.say("what is step 7", person), "GB") == "utter_step_7"
    reply = breakable.say("next step", person)
    assert answer_name(reply, "GB") == "utter_step_8"
    assert reply.texts[0].startswith("Step 8 of 12\n")
    # Rasa's errors about a failed action quote the whole conversation.
    assert_not_logged(breakable, "medication better", "overdosing", "ireland", "asdf")


def test_the_action_server_hangs(breakable: Servers) -> None:
    person = new_person()
    breakable.say("what is step 4", person)
    breakable.freeze_actions()
    country = "US"
    for text, answer in (
        ("what is methadone", "utter_methadone"),
        ("i am in canada", "utter_set_country"),
        ("next step", "utter_next_step"),
        ("my friend is overdosing", "utter_emergency_overdose"),
    ):
        country = "CA" if text == "i am in canada" else country
        reply = breakable.say(text, person)
        assert not faults(reply, country), text
        assert answer_name(reply, country) == answer, text
        assert reply.seconds < LONGEST_TURN, text
    assert reply.seconds < 1, "a card waits for no action server"
    breakable.thaw_actions()
    breakable.say("/im_safe_now", person)
    reply = breakable.say("what is step 4", person)
    assert reply.texts[0].startswith("Step 4 of 12\n")
    assert answer_name(breakable.say("next step", person), "CA") == "utter_step_5"


def test_a_hanging_action_server_makes_nobody_wait_for_somebody_else(breakable: Servers) -> None:
    breakable.freeze_actions()
    with ThreadPoolExecutor(8) as people:
        replies = list(people.map(breakable.say, ["what is a sponsor", "my friend is overdosing", "what is detox", "hello"] * 2))
    assert all(not faults(reply) for reply in replies)
    assert max(reply.seconds for reply in replies) < LONGEST_TURN


def test_an_impatient_person_who_writes_again_is_answered_each_time(breakable: Servers) -> None:
    """Rasa lets a message wait for the one before it, for as long as a minute."""
    person = new_person()
    breakable.freeze_actions()
    texts = ["what is methadone", "what is detox", "what is a sponsor", "he is not breathing"]
    with ThreadPoolExecutor(len(texts)) as hands:
        replies = list(hands.map(lambda text: breakable.say(text, person), texts))
    for reply in replies:
        assert country_of_guidance(reply.texts[-1]) == ["US"]
        assert len(reply.texts) >= 2
        assert reply.seconds < LONGEST_TURN
    assert answer_name(replies[-1]) == "utter_emergency_overdose"


@pytest.fixture(scope="module")
def speechless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Rasa alone, with a pipeline that raises at every message, for an operator in Ireland."""
    folder = tmp_path_factory.mktemp("speechless")
    settings = read_yaml(PROJECT / "endpoints.yml")
    settings["nlg"]["default_country"] = "IE"
    endpoints = folder / "endpoints.yml"
    endpoints.write_text(yaml.safe_dump(settings))

    def program(port: int, action_port: int) -> List[str]:
        command = [sys.executable, "-W", "ignore", "-m", "tests.doubles.rasa_that_understands_nothing", "run", "--interface", HOST]
        return [*command, "--port", str(port), "--endpoints", str(endpoints), "--credentials", str(PROJECT / "credentials.yml")]

    with Servers(folder, program=program, environment=quiet_environment()) as running:
        yield running


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what is step 4", TURN_FAILED),
        ("", TURN_FAILED),
        ("i think my friend has OVERDOSED!!", "utter_emergency_overdose"),
        ("She's not breathing", "utter_emergency_overdose"),
        ("I can’t wake him", "utter_emergency_overdose"),
        ("i want to die", "utter_concern_suicide"),
        ("/greet i want to die", "utter_concern_suicide"),
        ("my baby swallowed a pill", "utter_emergency_poisoning_child"),
    ],
)
def test_a_pipeline_that_raises_costs_nobody_the_guidance(speechless: Servers, text: str, answer: str) -> None:
    reply = speechless.say(text)
    assert not faults(reply, "IE")
    assert answer_name(reply, "IE") == answer


def test_a_pipeline_that_raises_tells_the_log_nothing_that_was_said(speechless: Servers) -> None:
    speechless.say("my name is Aoife and i use tramadol")
    assert_not_logged(speechless, "Aoife", "tramadol")
    assert "A turn failed" in speechless.log, "an operator must see that something fails"


def assert_not_logged(servers: Servers, *words: str) -> None:
    """What people say belongs in no log."""
    found = [word for word in words if re.search(word, servers.log, re.IGNORECASE)]
    assert not found, servers.log
