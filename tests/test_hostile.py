"""Random and hostile messages: each turn is a good one, and nothing that was said is written down."""

from __future__ import annotations

import time
import urllib.error

import pytest

from common.contacts import country_codes
from tests.hostile_messages import COUNT, MARK, complaints, hostile_messages
from tests.replies import answer_name, country_of_guidance, faults
from tests.servers import Servers, new_person


def test_two_hundred_hostile_messages(servers: Servers) -> None:
    """Half from new persons, half within one conversation."""
    messages = list(hostile_messages())
    assert len(messages) == COUNT
    somebody = new_person()
    wrong = [
        f"message {number}, {complaint}"
        for number, message in enumerate(messages)
        for complaint in complaints(servers, message, somebody if number % 2 else new_person())
    ]
    assert not wrong, "\n".join(wrong)
    # "died meeting step or again died naloxone help" is told to nobody, and may rightly be taken for an emergency.
    servers.say("/im_safe_now", somebody)
    reply = servers.say("what is step 4", somebody)
    assert reply.texts[0].startswith("Step 4 of 12\n"), "the conversation is whole after all that"


def test_a_message_of_megabytes_is_refused_at_once(servers: Servers) -> None:
    """Reading 3 MB kept Rasa's own server busy for 8 seconds, and everybody waited."""
    begun = time.monotonic()
    with pytest.raises(urllib.error.HTTPError, match="413"):
        servers.say("a" * 3_000_000)
    assert time.monotonic() - begun < 1


def test_an_unknown_country_code_shows_no_countrys_numbers(servers: Servers) -> None:
    person = new_person()
    servers.say('/set_country{"country": "ZZ"}', person)
    reply = servers.say("what is naloxone", person)
    assert country_of_guidance(reply.texts[-1]) == ["XX"]
    assert "ZZ" not in country_codes()


def test_a_typed_command_gets_nobody_past_an_emergency(servers: Servers) -> None:
    for text in ("/greet i want to kill myself", '/greet{"x":1} i want to kill myself', "/thanks@bot he overdosed and is not breathing"):
        assert answer_name(servers.say(text)).startswith("utter_emergency_"), text


@pytest.mark.parametrize("command", ["/restart", "/session_start", "/back"])
def test_rasas_own_commands_forget_no_country(servers: Servers, command: str) -> None:
    person = new_person()
    servers.say("i am in ireland", person)
    for text in (command, "what is naloxone"):
        assert not faults(servers.say(text, person), "IE")


def test_nothing_that_people_say_is_logged(servers: Servers) -> None:
    """Every test before this one has spoken to the same servers."""
    mark = f"{MARK}lastwords"
    for text in (f"my name is {mark}", f"{mark} \ud800", f"/greet{{{mark}"):
        servers.say(text)
    assert mark not in servers.log
    assert not [line for line in servers.log.splitlines() if MARK in line]
    marks = [word for message in hostile_messages() for word in message.marks]
    assert len(marks) > COUNT / 3
