"""Whole conversations with the real servers. They are data: `tests/conversations/README.md` says how one is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import pytest

from common.answer_set import answer_set
from common.contacts import contact_words, contacts, country_codes
from common.yaml_files import read_yaml
from tests.replies import GREETING, INTRODUCTION, US, answer_name, faults, is_response, templates
from tests.servers import Reply, Servers, new_person

FOLDER = Path(__file__).parent / "conversations"
SUGGEST = "utter_nlu_fallback_suggest"
KEYS = {"say", "press", "answer", "shows", "hides", "lists", "buttons", "offers", "country"}
# Emergencies are not the moment to introduce oneself.
URGENT = re.compile(r"utter_(emergency_.*|im_safe_now)")


def _conversations() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yml")):
        for name, turns in read_yaml(path).items():
            yield pytest.param(turns, id=f"{path.stem}: {name}")


@pytest.mark.parametrize("turns", _conversations())
def test_conversation(servers: Servers, turns: List[Dict[str, Any]]) -> None:
    person = new_person()
    country = US
    introduced = False
    reply: Optional[Reply] = None
    for number, turn in enumerate(turns, 1):
        assert set(turn) <= KEYS, f"turn {number} has unknown keys: {set(turn) - KEYS}"
        said = payload(reply, turn["press"]) if "press" in turn else turn["say"]
        country = turn.get("country", country)
        assert country in country_codes()
        reply = servers.say(said, person)
        where = f"turn {number}, {said!r}: "
        assert not faults(reply, country), where + "; ".join(faults(reply, country))
        answer = answer_name(reply, country)
        assert answer == f"utter_{turn['answer']}", where + f"answered with {answer}"
        # The greeting introduces in its own words.
        introduced |= answer == GREETING
        due = not introduced and not URGENT.fullmatch(answer)
        introduces = any(is_response(text, INTRODUCTION, country) for text in reply.texts)
        assert introduces == due, where + ("no introduction" if due else "introduced again, or in an emergency")
        introduced |= due
        _check_contents(turn, reply, where)


def _check_contents(turn: Dict[str, Any], reply: Reply, where: str) -> None:
    text = reply.texts[0]
    for words in _listed(turn.get("shows")):
        assert words in text, where + f"{words!r} is missing in {text!r}"
    for words in _listed(turn.get("hides")):
        assert words not in text, where + f"{words!r} stands in {text!r}"
    listed = [line[2:].split(":")[0] for line in text.splitlines() if line.startswith("• ")]
    if "lists" in turn:
        assert listed == turn["lists"], where
    if turn["answer"] == "choose_group_found":
        assert listed == sorted(listed), where + "groups are never ranked"
    titles = [button["title"] for button in reply.messages[0].get("buttons", [])]
    if "buttons" in turn:
        assert titles == turn["buttons"], where
    for title in _listed(turn.get("offers")):
        assert title in titles, where + f"no button {title!r} among {titles}"


def _listed(value: Any) -> List[str]:
    return value if isinstance(value, list) else [value] if value else []


def payload(reply: Optional[Reply], title: str) -> str:
    """What the button with a title sends.

    Raises:
        LookupError: the reply has no such button.

    """
    buttons = {button["title"]: button["payload"] for message in reply.messages for button in message.get("buttons", [])} if reply else {}
    if title not in buttons:
        raise LookupError(f"no button {title!r} among {sorted(buttons)}")
    return buttons[title]


def test_every_reply_of_small_talk_is_reached() -> None:
    """No response that only an action chooses is left without a conversation."""
    said = {f"utter_{turn['answer']}" for path in FOLDER.glob("*.yml") for turns in read_yaml(path).values() for turn in turns}
    chosen = re.compile(r"utter_((next_step|previous_step|tell_me_more|show_sources|set_country|choose_group)_\w+|follow_up_unclear)")
    missing = {name for name in templates() if chosen.fullmatch(name)} - said
    assert not missing


# How sure the classifier is of such messages changes with every training, so not each of them has to be a near miss.
VAGUE = [
    "medicine meetings money",
    "my brother court pills work",
    "help my job pills",
    "the thing with the stuff",
    "pills and family and faith",
    "worried about meetings and money",
    "doctor group steps",
    "is it any use with kids and a job",
]


def test_a_near_miss_offers_three_topics_to_press(servers: Servers) -> None:
    replies = [servers.say(text) for text in VAGUE]
    near = [reply for reply in replies if answer_name(reply) == SUGGEST]
    assert near, [answer_name(reply) for reply in replies]
    curated = {answer.title: topic for topic, answer in answer_set().answers.items() if answer_set().is_curated(topic)}
    for reply in near:
        *offered, menu = [button["title"] for button in reply.messages[0]["buttons"]]
        assert menu == answer_set().answers["menu"].title
        assert len(offered) == len(set(offered)) == 3
        assert set(offered) <= set(curated), "only checked answers may be offered"
    person = new_person()
    pressed = near[0].messages[0]["buttons"][0]
    assert answer_name(servers.say(pressed["payload"], person)) in (f"utter_{curated[pressed['title']]}", "utter_choose_group")


GIBBERISH = [
    "asdf qwer zxcv",
    "blorp snarf glibbet",
    "xqzt",
    "flurb wug dax",
    "hjkl;;; 993 zz",
    "???",
    "🙃🙃🙃",
    "...",
    "qwertyuiop asdfghjkl",
]
HONEST = {"utter_nlu_fallback", "utter_out_of_scope", SUGGEST}


@pytest.mark.parametrize("text", GIBBERISH)
def test_gibberish_gets_an_honest_answer(servers: Servers, text: str) -> None:
    reply = servers.say(text)
    assert not faults(reply)
    assert answer_name(reply) in HONEST


@pytest.mark.parametrize("code", country_codes())
def test_a_country_can_be_said_and_pressed(servers: Servers, code: str) -> None:
    """From then on every number is that country's, in the confirmation, the guidance and an emergency's card."""
    name = contacts()["countries"][code]["name"]
    elsewhere = "NZ" if code != "NZ" else "AU"
    spoken, pressed = new_person(), new_person()
    _check_country(servers, servers.say(f"I am in {name}" if code != "XX" else "I'm in another country", spoken), spoken, code)
    servers.say(f'/set_country{{"country": "{elsewhere}"}}', pressed)
    asked = servers.say("change country", pressed)
    assert answer_name(asked, elsewhere) == "utter_set_country_ask"
    assert [button["title"] for button in asked.messages[0]["buttons"]] == [entry["name"] for entry in contacts()["countries"].values()]
    _check_country(servers, servers.say(payload(asked, name), pressed), pressed, code)


def _check_country(servers: Servers, confirmation: Reply, person: str, code: str) -> None:
    assert not faults(confirmation, code)
    assert answer_name(confirmation, code) == "utter_set_country_done"
    words = contact_words(code)
    for text, name in (("what is naloxone", "utter_naloxone"), ("my friend is overdosing", "utter_emergency_overdose")):
        reply = servers.say(text, person)
        assert not faults(reply, code)
        assert answer_name(reply, code) == name
        guidance = reply.texts[-1]
        assert f"call {words['emergency']} " in guidance
        assert words["crisis_line"] in guidance
        assert words["drug_line"] in guidance


def test_a_country_that_was_not_said_to_be_here_changes_nothing(servers: Servers) -> None:
    person = new_person()
    for text in (
        "is naloxone sold in canada too",
        "my cousin went to rehab in mexico",
        "i am not in ireland",
        "not canada",
        "my brother lives in germany and uses heroin",
        "i'm flying to france tomorrow, what is methadone",
    ):
        assert not faults(servers.say(text, person)), text


@pytest.mark.parametrize("text", ["im not in america", "not in the US"])
def test_somebody_who_is_not_there_is_asked_where_they_are(servers: Servers, text: str) -> None:
    assert answer_name(servers.say(text)) == "utter_set_country_ask"
