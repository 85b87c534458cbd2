"""The turn guard around an agent that fails in every way."""

from __future__ import annotations

import asyncio
import inspect
import json

import pytest
import rasa.core.actions.action
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from common.contacts import contact_words, fill
from components import action_calls, turn_guard
from components.turn_guard import GUIDANCE, MAX_CHARACTERS, TURN_FAILED, rescue_response, tidy

DOMAIN = Domain.from_dict({"intents": ["greet", "step_4", "set_country"]})
INTENTS = turn_guard.offered_intents(DOMAIN)


class StubAgent:
    """An agent with no model, no domain and no readable conversations."""

    domain = None

    class tracker_store:  # noqa: D106
        @staticmethod
        async def retrieve(sender_id):  # noqa: D102
            raise ConnectionError


async def turn(handle, text="hello", channel=None):
    message = UserMessage(text, channel or CollectingOutputChannel(), "someone")
    output = message.output_channel
    await turn_guard._guarded(handle)(StubAgent(), message)
    return [said["text"] for said in getattr(output, "messages", [])]


def words(name: str) -> str:
    return fill(turn_guard.fixed_responses()[name]["text"], contact_words(turn_guard._settings["country"]))


async def raises(agent, message):
    raise ValueError(message.text)


async def silent(agent, message):
    return None


async def hangs(agent, message):
    await asyncio.sleep(60)


@pytest.mark.parametrize("handle", [raises, silent, hangs])
async def test_a_lost_turn_gets_an_answer_and_guidance(handle, monkeypatch):
    monkeypatch.setattr(turn_guard, "TURN_SECONDS", 0.05)
    assert await turn(handle) == [words(TURN_FAILED), words(GUIDANCE)]


async def test_a_plea_in_a_lost_turn_gets_its_card():
    said = await turn(raises, "help he overdosed in the bathroom")
    assert said == [words("utter_emergency_overdose"), words(GUIDANCE)]


async def test_an_answer_without_guidance_gets_guidance_only():
    async def half(agent, message):
        await message.output_channel.send_response("someone", {"text": "an answer", "utter_action": "utter_sponsor"})
        raise ValueError

    assert await turn(half) == ["an answer", words(GUIDANCE)]


async def test_pointing_somebody_to_help_is_counted_also_in_a_lost_turn(tmp_path):
    file = tmp_path / "referrals.csv"
    turn_guard.referrals.write_to(str(file))
    try:
        await turn(raises, "help he overdosed in the bathroom")
        await turn(silent, "what is a sponsor")
    finally:
        turn_guard.referrals.write_to("")
    assert [line.partition(",")[2] for line in file.read_text().splitlines()] == ["E3,overdose"]


async def test_a_whole_turn_is_left_alone():
    async def whole(agent, message):
        for name in ("utter_sponsor", GUIDANCE):
            await message.output_channel.send_response("someone", {"text": name, "utter_action": name})

    assert await turn(whole) == ["utter_sponsor", GUIDANCE]


async def test_a_channel_that_cannot_send_raises_nothing(caplog):
    class Broken(CollectingOutputChannel):
        async def send_response(self, recipient_id, message):
            raise ConnectionResetError

    await turn(silent, "my secret words", Broken())
    assert "ConnectionResetError" in caplog.text
    assert "secret" not in caplog.text


async def test_logs_hold_no_words(caplog):
    await turn(raises, "my secret words")
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("/greet", "/greet"),
        ('/set_country{"country": "CA"}', '/set_country{"country": "CA"}'),
        ('/greet{"country":"CA"} i want to die', 'greet{"country":"CA"} i want to die'),
        ('/greet{"x":"i want to die"}', 'greet{"x":"i want to die"}'),
        ("/restart", "restart"),
        ("/session_start", "session_start"),
        ("/back", "back"),
        ("//greet", "greet"),
        ("/ i took too many", "i took too many"),
        ("I can\u2019t wake him", "I can't wake him"),
        (None, ""),
        ("  ", ""),
    ],
)
def test_only_a_buttons_payload_passes_as_a_command(text, seen):
    assert tidy(text, INTENTS) == seen


def test_a_long_message_keeps_its_beginning_and_its_end():
    text = tidy("start " + "x" * 100_000 + " he wont wake up", INTENTS)
    assert len(text) <= MAX_CHARACTERS + 1
    assert text.startswith("start")
    assert text.endswith("he wont wake up")


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("HE'S NOT BREATHING!!", "utter_emergency_overdose"),
        ("i'm going to kill myself", "utter_emergency_suicide"),
        ("im suicidal", "utter_concern_suicide"),
        ("mi hijo no respira", "utter_emergency_overdose_es"),
        ("what is a sponsor", TURN_FAILED),
        ("my method", TURN_FAILED),
        ("", TURN_FAILED),
    ],
)
def test_a_danger_is_seen_where_the_pipeline_failed(text, response):
    assert rescue_response(text, turn_guard.fixed_responses()).removesuffix("_other").removesuffix("_self") == response


def test_an_error_of_the_rules_is_taken_for_a_danger(monkeypatch):
    monkeypatch.setattr(turn_guard, "danger_rules", lambda: None)
    assert rescue_response("what is a sponsor", turn_guard.fixed_responses()) == "utter_concern_unclear"
    assert "utter_concern_unclear" in turn_guard.fixed_responses()


@pytest.mark.parametrize(("sent", "read"), [(5, "5"), (["help"], "['help']"), (True, "True"), (None, None), (" help ", "help")])
def test_whatever_a_program_sends_is_read(sent, read, monkeypatch):
    monkeypatch.setattr(UserMessage, "__init__", turn_guard._reading_anything(UserMessage.__init__))
    assert UserMessage(sent, CollectingOutputChannel(), "someone").text == read


def test_rasas_seams_are_where_the_guard_expects_them():
    assert list(inspect.signature(Agent.handle_message).parameters) == ["self", "message"]
    assert hasattr(rasa.core.actions.action, "DEFAULT_REQUEST_TIMEOUT")
    assert "timeout=DEFAULT_REQUEST_TIMEOUT" in inspect.getsource(RemoteAction.run)
    assert "self._validate_action_result(response)" in inspect.getsource(RemoteAction.run)
    assert "self._action_call_format(tracker, domain)" in inspect.getsource(RemoteAction.run)
    assert "async with self.session() as session" in inspect.getsource(EndpointConfig.request)


@pytest.fixture
def repaired(monkeypatch):
    """Rasa with the repairs, and as it was afterwards."""
    monkeypatch.setattr(rasa.core.actions.action, "DEFAULT_REQUEST_TIMEOUT", 300)
    for owner, name in ((RemoteAction, "_validate_action_result"), (RemoteAction, "_action_call_format"), (EndpointConfig, "session")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    action_calls.repair()


def test_a_call_carries_the_last_message_and_the_slots_but_not_the_talk(repaired):
    tracker = DialogueStateTracker.from_events(
        "someone", [UserUttered("earlier words", {"name": "greet"}), UserUttered("last words", {"name": "greet"})]
    )
    call = RemoteAction("action_answer", None)._action_call_format(tracker, None)
    assert set(call) == {"next_action", "sender_id", "tracker", "version"}
    assert call["tracker"]["latest_message"]["text"] == "last words"
    assert "slots" in call["tracker"]
    assert "earlier words" not in json.dumps(call)


async def test_calls_share_one_connection(repaired):
    endpoint = EndpointConfig("http://127.0.0.1:1/webhook")
    async with endpoint.session() as first:
        pass
    async with endpoint.session() as second:
        assert first is second
        assert not second.closed
    await first.close()


def test_the_repaired_check_accepts_and_refuses_as_rasas_own(repaired):
    assert rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT == action_calls.ACTION_SECONDS
    action = RemoteAction("action_answer", None)
    assert action._validate_action_result({"events": [{"event": "slot", "name": "topic", "value": "detox"}], "responses": [{}]})
    for wrong in ({"events": "none"}, {"responses": ["text"]}, {"events": [{"event": 5}]}):
        with pytest.raises(ValidationError):
            action._validate_action_result(wrong)
