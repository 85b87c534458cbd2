"""The web channel's parts, without a server: replay, limits, sessions, settings, requests, replies, numbers, headers."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, List

import pytest
from sanic.response import HTTPResponse

from channels.web import files, headers
from channels.web.help_lines import help_of, lines_of
from channels.web.limits import BURST, Allowance, Turnstile
from channels.web.refusals import STATUS, refused
from channels.web.replay import MemoryReplayBuffer
from channels.web.replies import DELETE_NOW, level_and_kind, replies_of
from channels.web.requests import MAX_BYTES, Message, Refusal, check_origin, read_message
from channels.web.sessions import MOST_OFFERED, Session, Sessions
from channels.web.settings import Settings, read_settings
from channels.web.turns import said
from channels.web.words import LANGUAGES, country_names, own_reply
from common.answer_set import answer_files
from common.contacts import contact_words, contacts, country_codes
from common.yaml_files import read_yaml
from components.crisis_talk import Danger
from components.danger import danger_of_response
from components.danger_rules import E3
from components.turn_guard import PAYLOAD, fixed_responses, tidy

ID = "0123456789abcdef" * 2
OTHER = "fedcba9876543210" * 2
INTENTS = {"greet", "thanks", "not_breathing"}


# Replay


async def test_a_message_is_worked_on_once_however_often_it_comes() -> None:
    buffer, begun, gate = MemoryReplayBuffer(60), [], asyncio.Event()

    async def work() -> Dict[str, Any]:
        begun.append(1)
        await gate.wait()
        return {"replies": [1]}

    waiting = [asyncio.create_task(buffer.answer_once(ID, OTHER, work)) for _ in range(5)]
    await asyncio.sleep(0)
    gate.set()
    answers = await asyncio.gather(*waiting)
    answers.append(await buffer.answer_once(ID, OTHER, work))
    assert begun == [1]
    assert all(answer is answers[0] for answer in answers)


async def test_work_goes_on_when_the_caller_has_gone() -> None:
    buffer, gate = MemoryReplayBuffer(60), asyncio.Event()

    async def work() -> Dict[str, Any]:
        await gate.wait()
        return {"id": "whole"}

    first = asyncio.create_task(buffer.answer_once(ID, OTHER, work))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    gate.set()

    async def again() -> Dict[str, Any]:
        raise AssertionError("the message was worked on twice")

    assert await buffer.answer_once(ID, OTHER, again) == {"id": "whole"}


async def test_what_was_refused_may_come_again() -> None:
    buffer = MemoryReplayBuffer(60)

    async def refuse() -> Dict[str, Any]:
        raise Refusal("too_many")

    async def work() -> Dict[str, Any]:
        return {"id": "answered"}

    with pytest.raises(Refusal):
        await buffer.answer_once(ID, OTHER, refuse)
    assert await buffer.answer_once(ID, OTHER, work) == {"id": "answered"}


async def test_answers_are_forgotten_by_age_by_number_and_on_request() -> None:
    async def work() -> Dict[str, Any]:
        return {}

    short = MemoryReplayBuffer(seconds=0.05)
    await short.answer_once(ID, "1", work)
    await asyncio.sleep(0.06)
    await short.answer_once(ID, "2", work)
    assert len(short) == 1

    await asyncio.sleep(0.06)
    short.forget_old()
    assert len(short) == 0

    small = MemoryReplayBuffer(60, most=10)
    for number in range(50):
        await small.answer_once(ID, str(number), work)
    assert len(small) == 10

    await small.answer_once(OTHER, "1", work)
    await small.forget(ID)
    assert len(small) == 1


# Limits and sessions


def test_an_allowance_fills_up_again() -> None:
    now = [0.0]
    allowance = Allowance(per_minute=30, burst=3, clock=lambda: now[0])
    assert [allowance.take() for _ in range(4)] == [0, 0, 0, 2]
    now[0] += 2
    assert [allowance.take(), allowance.take()] == [0, 2]
    now[0] += 3600
    assert [allowance.take() for _ in range(4)] == [0, 0, 0, 2], "it holds no more than its burst"


async def test_the_turnstile_bounds_who_works_and_who_waits() -> None:
    turnstile, inside, most = Turnstile(at_once=2, most_waiting=3), [0], [0]

    async def turn() -> None:
        turnstile.announce()
        try:
            async with turnstile:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                await asyncio.sleep(0.01)
                inside[0] -= 1
        finally:
            turnstile.leave()

    turns = [asyncio.create_task(turn()) for _ in range(5)]
    await asyncio.sleep(0)
    assert turnstile.is_full
    await asyncio.gather(*turns)
    assert most == [2]
    assert not turnstile.is_full


def test_sessions_are_bounded() -> None:
    sessions = Sessions(lambda: Allowance(30), most=10)
    for number in range(40):
        sessions.of(str(number))
    assert len(sessions) == 10
    sessions.keep_for(-1)
    sessions.of("new")
    assert len(sessions) == 1
    session = sessions.of("new")
    session.offer(f"/step_{number}" for number in range(3 * MOST_OFFERED))
    assert not session.was_offered("/step_0")
    assert session.was_offered(f"/step_{3 * MOST_OFFERED - 1}")
    session.forget()
    assert not session.was_offered(f"/step_{3 * MOST_OFFERED - 1}")


# What the assistant sees of a message


def message(text: str, is_button: bool = False) -> Message:
    return Message(ID, OTHER, text, is_button, "en", None)


@pytest.mark.parametrize("text", ["/greet", "  /greet", "/\n/greet", "\t/ /greet", "//greet", "/\x1c/greet", "/ \u2003/greet", "\n/greet"])
def test_a_typed_command_is_plain_words(text: str) -> None:
    session = Session(Allowance(30))
    session.offer(["/greet"])
    seen = said(message(text), session)
    assert seen == "greet"
    assert not PAYLOAD.fullmatch(tidy(seen, INTENTS))


def test_only_an_offered_payload_is_a_button() -> None:
    session = Session(Allowance(30))
    assert said(message("/not_breathing", True), session) == "not breathing"
    assert said(message('/set_country{"country": "IE"}', True), session) == "set country"
    assert said(message("", True), session) == ""
    session.offer(["/not_breathing"])
    assert said(message("/not_breathing", True), session) == "/not_breathing"
    assert said(message("/thanks", True), session) == "thanks"


# Requests


def request(body: Any, **more: Any) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return SimpleNamespace(body=content, headers={"content-type": "application/json", "host": "here.example:5005", **more})


GOOD = {"session": ID, "id": OTHER, "text": "hello"}


def test_a_message_is_read() -> None:
    found = read_message(request({**GOOD, "country": "IE", "language": "es"}), 100)
    assert (found.text, found.country, found.language, found.is_button) == ("hello", "IE", "es", False)
    assert read_message(request({**GOOD, "country": "Narnia", "language": ["x"]}), 100).country is None
    assert read_message(request({"session": ID, "id": OTHER, "payload": "/greet"}), 100).is_button


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_request"),
        ([], "bad_request"),
        (b"{", "bad_request"),
        (b"\xff\xfe", "bad_request"),
        (b"[" * 20_000, "bad_request"),
        ({**GOOD, "session": ID[:-1]}, "bad_request"),
        ({**GOOD, "session": ID.upper().replace("0", "G")}, "bad_request"),
        ({**GOOD, "session": None}, "bad_request"),
        ({**GOOD, "id": "x"}, "bad_request"),
        ({**GOOD, "payload": "/greet"}, "bad_request"),
        ({"session": ID, "id": OTHER}, "bad_request"),
        ({**GOOD, "text": 5}, "bad_request"),
        ({"session": ID, "id": OTHER, "payload": "/" + "a" * 500}, "bad_request"),
        ({**GOOD, "text": "a" * 1001}, "too_long"),
        ({**GOOD, "more": "a" * MAX_BYTES}, "too_long"),
    ],
)
def test_what_is_no_message_is_refused(body: Any, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_message(request(body), 1000)
    assert refusal.value.code == code


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_read_so_that_other_sites_must_ask_first(kind: str) -> None:
    with pytest.raises(Refusal, match="not_json"):
        read_message(request(GOOD, **{"content-type": kind}), 1000)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "https://here.example:5005.evil.example", "https://xhere.example:5005"]
)
def test_another_sites_page_is_refused(origin: str) -> None:
    with pytest.raises(Refusal, match="origin"):
        check_origin(request(GOOD, origin=origin), ("https://clinic.example",))


@pytest.mark.parametrize("origin", ["https://clinic.example", "https://here.example:5005", "http://here.example:5005", None])
def test_own_and_allowed_pages_are_let_through(origin: Any) -> None:
    check_origin(request(GOOD, **({"origin": origin} if origin else {})), ("https://clinic.example",))


# Refusals


@pytest.mark.parametrize("code", STATUS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_kind_and_ends_with_the_numbers(code: str, language: str) -> None:
    found = refused(Refusal(code, Message(ID, OTHER, "hello", False, language, "IE")))
    assert found["error"] == code
    assert found["id"] == OTHER
    assert [reply["type"] for reply in found["replies"]] == ["notice", "guidance"]
    assert "116 123" in found["replies"][0]["text"]
    assert "112" in found["replies"][-1]["text"]
    assert all(reply["lang"] == language for reply in found["replies"])


def test_a_limit_does_not_stand_between_somebody_and_the_card() -> None:
    told = Message(ID, OTHER, "my brother overdosed and is not breathing " + "please " * 1000, False, "en", "IE")
    card, *rest = refused(Refusal("too_many", told, 7))["replies"]
    assert card["type"] == "card"
    assert card["text"].startswith("Call 112 now")
    assert [reply["type"] for reply in rest] == ["notice", "guidance"]
    assert refused(Refusal("too_many", told, 7))["retry_after"] == 7


def test_a_refusal_holds_no_words_in_what_a_log_would_show() -> None:
    assert "brother" not in str(Refusal("busy", message("my brother"))) + repr(Refusal("busy", message("my brother")))


# Replies


def response(name: str, **more: Any) -> Dict[str, Any]:
    return {"text": f"Words of {name}.", "utter_action": name, **more}


@pytest.mark.parametrize(
    ("names", "danger", "risk", "expected"),
    [
        (["utter_sponsor"], None, {}, ("E0", "")),
        (["utter_emergency_overdose_self"], None, {"level": "E3", "kind": "overdose"}, ("E3", "overdose")),
        (["utter_emergency_still_es"], {"level": 3, "kind": "suicide"}, {}, ("E3", "suicide")),
        (["utter_concern_suicide", "utter_cost"], None, {"level": "E2", "kind": "suicide"}, ("E2", "suicide")),
        (["utter_cost", "utter_soft_using"], None, {"level": "E1", "kind": "using"}, ("E1", "using")),
        (["utter_im_safe_now"], {"level": 1, "kind": "overdose"}, {"level": "E3", "kind": "overdose"}, ("E1", "overdose")),
        (["utter_turn_failed"], None, {}, ("E0", "")),
    ],
)
def test_the_level_is_that_of_what_was_said(names: List[str], danger: Any, risk: Dict[str, Any], expected: tuple) -> None:
    slot = Danger(**danger).as_slot() if danger else None
    assert level_and_kind([response(name) for name in [*names, "utter_emergency_guidance"]], slot, risk) == expected


def test_what_to_do_next_in_an_emergency_stays_a_card() -> None:
    slot = Danger(E3, "overdose").as_slot()
    assert level_and_kind([response("utter_not_breathing")], slot, {}) == ("E3", "overdose")
    assert [reply["type"] for reply in replies_of([response("utter_not_breathing")], "US", "en", True)] == ["card"]
    assert [reply["type"] for reply in replies_of([response("utter_not_breathing")], "US", "en", False)] == ["answer"]


def test_every_danger_response_has_a_type_and_a_known_kind() -> None:
    """The names in data/ are what `danger_of_response` reads: a new kind must not fall through."""
    names = [
        name for name in fixed_responses() if name.startswith(("utter_emergency_", "utter_concern_", "utter_soft_", "utter_sensitive_"))
    ]
    assert len(names) > 100
    for name in names:
        found = danger_of_response(name)
        if name.startswith("utter_emergency_guidance"):
            assert found is None
        else:
            assert found, name
            assert found[1] or name.rpartition("_")[2] in {"es", "fr", "pt", "ru", "ar", "zh", "hi"}, name


def test_a_reply_has_its_parts() -> None:
    buttons = [{"title": "More", "payload": "/tell_me_more", "type": "postback"}]
    step = {
        "text": "Step 4 of 12\nAn inventory.",
        "utter_action": "utter_step_4",
        "buttons": buttons,
        "metadata": {"sources": ["cdc_overdose_response"]},
    }
    reply, guidance = replies_of([step, response("utter_emergency_guidance")], "IE", "es", False)
    assert reply["text"] == "An inventory."
    assert reply["progress"] == {"step": 4, "of": 12}
    assert reply["buttons"] == [{"title": "More", "payload": "/tell_me_more"}]
    assert reply["sources"][0]["url"].startswith("https://www.cdc.gov/")
    assert reply["lang"] == "en"
    assert (guidance["type"], guidance["lang"]) == ("guidance", "es")
    assert "112" in guidance["text"]


def test_whoever_writes_french_gets_the_guidance_in_french() -> None:
    (reply,) = replies_of([response("utter_emergency_guidance_fr")], "FR", "es", False)
    assert reply["lang"] == "fr"


def test_asking_for_deletion_offers_a_button_that_does_it() -> None:
    (reply,) = replies_of(
        [response("utter_delete_my_data", buttons=[{"title": "What is kept?", "payload": "/privacy"}])], "US", "en", False
    )
    assert reply["text"] == own_reply("delete_offer", "US", "en")
    assert [button["payload"] for button in reply["buttons"]] == [DELETE_NOW, "/privacy"]
    assert not any("delete_this_chat_now" in path.read_text(encoding="utf-8") for path in answer_files()), "no other channel offers it"


# Numbers


@pytest.mark.parametrize("country", country_codes())
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_country_has_its_numbers_and_none_that_is_unchecked(country: str, language: str) -> None:
    found = help_of(country, language)
    entry, words = contacts()["countries"][country], contact_words(country, language)
    emergency, crisis = found["lines"][:2]
    assert (emergency["role"], emergency["say"]) == ("emergency", words["emergency"])
    assert (crisis["role"], crisis["say"]) == ("crisis", words["crisis_line"])
    assert crisis["tel"] or crisis["url"], "somebody in despair must have something to press"
    known = {re.sub(r"\D", "", part): line for line in entry["lines"] if line["number"] for part in line["number"].split(" or ")}
    for line in found["lines"]:
        for number in [line["tel"], (line["sms"] or {}).get("number")]:
            assert number is None or number in known, line
        if line["tel"] and line["role"] not in ("violence", "drug_alone"):
            assert known[line["tel"]]["show_in_emergency"], line
    assert words["emergency"] in found["overdose_steps"][0]
    assert len(found["overdose_steps"]) == 7
    assert not any(re.match(r"\d+\. ", step) or "{" in step for step in found["overdose_steps"])
    assert words["emergency"] in found["guidance"]


def test_links_for_the_us() -> None:
    lines = {(line["role"], line["label"]): line for line in lines_of("US", "en")}
    assert lines["emergency", "Emergency: 911"]["tel"] == "911"
    crisis = lines["crisis", "988 Suicide & Crisis Lifeline"]
    assert (crisis["tel"], crisis["sms"]) == ("988", {"number": "988", "body": ""})
    text = lines["text", "Crisis Text Line"]
    assert (text["tel"], text["sms"]) == (None, {"number": "741741", "body": "HOME"})


def test_a_number_takes_texts_only_where_its_words_say_so() -> None:
    for entry in contacts()["countries"].values():
        for line in entry["lines"]:
            if line.get("takes_texts"):
                assert "text" in line["say"]


def test_every_country_has_a_name_in_every_language() -> None:
    for language in LANGUAGES:
        assert list(country_names(language)) == country_codes()


# Files and headers


def test_only_files_directly_in_the_folder_are_served(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    for name in ("a.js", "b.css", "c.py", ".env", "src/d.js", "e.html"):
        (tmp_path / name).write_text(name)
    (tmp_path / "folder.js").mkdir()
    assert set(files.servable(tmp_path)) == {"a.js", "b.css"}
    ask = SimpleNamespace(headers={})
    for name in ("../a.js", "src/d.js", "c.py", ".env", "", "..", "a.js/"):
        assert files.serve(ask, tmp_path, name) is None  # type: ignore[arg-type]
    answer = files.serve(ask, tmp_path, "a.js")  # type: ignore[arg-type]
    assert answer is not None
    again = files.serve(SimpleNamespace(headers={"if-none-match": answer.headers["ETag"]}), tmp_path, "a.js")  # type: ignore[arg-type]
    assert again is not None
    assert again.status == 304


@pytest.mark.parametrize("path", ["/", "/privacy", "/webhooks/web/messages", "/webhooks/web/frame", "/webhooks/web/widget/x.js"])
def test_headers(path: str) -> None:
    ask: Any = SimpleNamespace(path=path, method="GET")
    found = headers.secured(ask, HTTPResponse(), ("https://clinic.example",)).headers
    policy = dict(part.split(" ", 1) for part in found["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in found["Content-Security-Policy"]
    assert policy["frame-ancestors"] == ("'self' https://clinic.example" if path.endswith("frame") else "'none'")
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in found


def test_foreign_paths_are_left_alone() -> None:
    assert not headers.is_ours("/webhooks/rest/webhook")
    assert not headers.is_ours("/webhooks/website")
    assert headers.is_ours("/webhooks/web/anything")


# Settings


def test_what_is_shipped_is_the_default() -> None:
    shipped = read_yaml(files.PROJECT / "credentials.yml")["channels.web.channel.WebChannel"]
    assert read_settings(shipped) == Settings()
    assert read_settings(None) == Settings()
    assert set(shipped) == set(Settings.__dataclass_fields__), "each setting stands in the file, where an operator looks"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("alowed_origins", []),
        ("allowed_origins", "https://clinic.example"),
        ("allowed_origins", ["https://clinic.example/"]),
        ("allowed_origins", ["*"]),
        ("allowed_origins", ["https://clinic.example; script-src *"]),
        ("frame_ancestors", ["https://Clinic.example"]),
        ("frame_ancestors", [None]),
        ("characters", 5000),
        ("characters", "many"),
        ("characters", True),
        ("messages_per_minute", 0),
        ("replay_minutes", 0.5),
        ("run_by", 5),
        ("run_by", "x" * 500),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(key: str, value: Any) -> None:
    with pytest.raises(SystemExit) as end:
        read_settings({key: value})
    line = str(end.value)
    assert line.startswith("Cannot start: credentials.yml, channels.web.channel.WebChannel, ")
    assert key in line
    assert "\n" not in line


def test_a_dozen_messages_at_once_are_fine() -> None:
    allowance = Allowance(Settings().messages_per_minute)
    assert [allowance.take() for _ in range(BURST)] == [0] * BURST
