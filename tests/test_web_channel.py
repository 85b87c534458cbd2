"""The website over HTTP, against the servers as `make serve` runs them."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Dict

import pytest
import yaml

from channels.web.limits import BURST, TURNS_AT_ONCE, WAITING_SECONDS
from channels.web.replies import DELETE_NOW
from common.contacts import country_codes
from common.paths import PROJECT
from common.yaml_files import read_yaml
from components.action_calls import ACTION_SECONDS
from tests.replies import is_response
from tests.servers import HOST, LONGEST_TURN, Servers, free_ports
from tests.web_client import PREFIX, Answer, Browser, ask, new_id

US_EMERGENCY = "911"
# What gets nobody past the assistant by being typed.
TYPED = ["/im_safe_now", " /im_safe_now", "/\n/im_safe_now", "/restart", "/session_start", '/set_country{"country": "GB"}']


@pytest.fixture
def browser(servers: Servers) -> Browser:
    return Browser(servers.port)


def good(answer: Answer) -> Answer:
    """The answer itself, if it is a whole one that ends with the guidance."""
    assert answer.status == 200, answer.content
    assert answer.types[-1] == "guidance"
    assert answer.types.count("guidance") == 1
    assert len(answer.types) > 1
    return answer


# Answers


def test_a_question_is_answered_with_sources_and_buttons(browser: Browser) -> None:
    seconds = []
    for _ in range(3):
        begun = time.monotonic()
        answer = good(browser.say("is this religious?"))
        seconds.append(time.monotonic() - begun)
    assert min(seconds) < 1, "the best of three: the machine may be busy with other things"
    first = answer.body["replies"][0]
    assert is_response(first["text"], "utter_is_it_religious")
    assert (answer.body["level"], answer.body["kind"], answer.body["country"]) == ("E0", "", "US")
    assert first["sources"]
    assert all(source["url"].startswith("https://") and source["title"] for source in first["sources"])
    assert answer.buttons["Tell me more"] == "/tell_me_more"


def test_a_step_says_how_far_it_is(browser: Browser) -> None:
    first = good(browser.say("what is step 4")).body["replies"][0]
    assert first["progress"] == {"step": 4, "of": 12}
    assert not first["text"].startswith("Step 4 of 12")


def test_an_emergency_is_a_card_with_the_number_of_the_country(browser: Browser) -> None:
    answer = good(browser.say("my brother wont wake up", country="IE"))
    assert (answer.body["level"], answer.body["kind"], answer.body["country"]) == ("E3", "overdose", "IE")
    assert answer.types == ["card", "guidance"]
    assert all("112" in text and US_EMERGENCY not in text for text in answer.texts)
    pressed = good(browser.press(answer.buttons["Not breathing"]))
    assert (pressed.body["level"], pressed.types[0]) == ("E3", "card")
    assert is_response(pressed.texts[0], "utter_not_breathing", "IE")
    over = good(browser.press(answer.buttons["I'm safe now"]))
    assert over.body["level"] in ("E0", "E1")
    assert over.types[0] == "answer"


def test_a_serious_word_is_a_line_of_concern(browser: Browser) -> None:
    answer = good(browser.say("i dont want to be here anymore"))
    assert (answer.body["level"], answer.body["kind"]) == ("E2", "suicide")
    assert answer.types[0] == "concern"


def test_spanish_emergencies_and_a_spanish_page(browser: Browser) -> None:
    answer = good(browser.say("mi hijo no respira", language="es"))
    assert (answer.body["level"], answer.body["replies"][0]["lang"], answer.body["language"]) == ("E3", "es", "es")
    other = Browser(browser.port)
    guidance = good(other.say("what is naloxone", language="es")).body["replies"][-1]
    assert guidance["lang"] == "es"
    assert "Emergencia" in guidance["text"]


def test_the_country_picked_on_the_page_stays_until_another_is_said(browser: Browser) -> None:
    assert good(browser.say("what is naloxone", country="GB")).body["country"] == "GB"
    answer = good(browser.say("what is step 4"))
    assert answer.body["country"] == "GB"
    assert "999" in answer.texts[-1]
    assert good(browser.say("im in ireland")).body["country"] == "IE"


def test_what_the_action_server_would_say_is_said_without_it(breakable: Servers) -> None:
    breakable.kill_actions()
    browser = Browser(breakable.port)
    begun = time.monotonic()
    assert is_response(good(browser.say("what is a sponsor")).texts[0], "utter_sponsor")
    assert good(browser.say("he overdosed and is not breathing")).types == ["card", "guidance"]
    assert time.monotonic() - begun < 2 * LONGEST_TURN


def test_a_hanging_action_server_is_not_waited_for(breakable: Servers) -> None:
    breakable.freeze_actions()
    with ThreadPoolExecutor(2 * TURNS_AT_ONCE + 1) as pool:
        begun = time.monotonic()
        asking = [pool.submit(Browser(breakable.port).say, "what is a sponsor") for _ in range(2 * TURNS_AT_ONCE)]
        time.sleep(0.3)
        urgent = Browser(breakable.port).say("he overdosed and is not breathing")
        took = time.monotonic() - begun
        answers = [one.result() for one in asking]
    assert good(urgent).types[0] == "card"
    assert took < ACTION_SECONDS, "an emergency does not wait behind those who wait for the action server"
    assert time.monotonic() - begun < 2 * LONGEST_TURN
    assert all(is_response(good(answer).texts[0], "utter_sponsor") for answer in answers)


def test_whoever_would_wait_too_long_is_asked_to_come_again(breakable: Servers) -> None:
    """With a hanging action server each turn takes 2.5 seconds, so the line moves slowly."""
    breakable.freeze_actions()
    crowd = [(Browser(breakable.port), new_id()) for _ in range(8 * TURNS_AT_ONCE)]
    with ThreadPoolExecutor(len(crowd)) as pool:
        begun = time.monotonic()
        answers = list(pool.map(lambda one: one[0].say("what is a sponsor", one[1]), crowd))
    assert time.monotonic() - begun < WAITING_SECONDS + 2 * LONGEST_TURN
    turned_away = [one for one, answer in zip(crowd, answers, strict=True) if answer.status == 503]
    assert turned_away
    for answer in answers:
        if answer.status == 503:
            assert refused(answer, 503, "busy").headers["retry-after"] == "1"
        else:
            good(answer)
    breakable.thaw_actions()
    for browser, identifier in turned_away[:3]:
        assert is_response(good(browser.say("what is a sponsor", identifier)).texts[0], "utter_sponsor")


# Once and only once


def test_a_repeated_message_gets_the_same_replies_and_is_seen_once(browser: Browser) -> None:
    identifier = new_id()
    good(browser.say("what is step 1"))
    first = good(browser.say("next step", identifier))
    assert first.body["replies"][0]["progress"]["step"] == 2
    assert browser.say("next step", identifier).content == first.content
    assert good(browser.say("next step")).body["replies"][0]["progress"]["step"] == 3


def test_repeats_that_come_while_the_first_is_worked_on_wait_for_it(servers: Servers) -> None:
    browser, identifier = Browser(servers.port), new_id()
    good(browser.say("what is step 1"))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: browser.say("next step", identifier), range(6)))
    assert len({answer.content for answer in answers}) == 1
    assert good(answers[0]).body["replies"][0]["progress"]["step"] == 2


def test_a_message_whose_connection_broke_is_answered_all_the_same(browser: Browser) -> None:
    identifier = new_id()
    good(browser.say("what is step 1"))
    browser.send_and_hang_up("next step", identifier)
    time.sleep(0.5)
    assert good(browser.say("next step", identifier)).body["replies"][0]["progress"]["step"] == 2
    assert good(browser.say("next step")).body["replies"][0]["progress"]["step"] == 3


def test_messages_of_one_conversation_keep_their_order(browser: Browser) -> None:
    good(browser.say("what is step 1"))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: browser.say("next step"), range(6)))
    assert sorted(good(answer).body["replies"][0]["progress"]["step"] for answer in answers) == [2, 3, 4, 5, 6, 7]


def test_the_same_id_in_two_conversations_is_two_messages(servers: Servers) -> None:
    identifier = new_id()
    one, two = Browser(servers.port), Browser(servers.port)
    assert is_response(good(one.say("what is a sponsor", identifier)).texts[0], "utter_sponsor")
    assert is_response(good(two.say("what is naloxone", identifier)).texts[0], "utter_naloxone")


# Buttons


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_command_is_only_words(browser: Browser, text: str) -> None:
    good(browser.say("my friend overdosed and is not breathing", country="IE"))
    answer = good(browser.say(text))
    assert answer.body["country"] == "IE"
    if "safe" not in text:
        assert answer.body["level"] == "E3", "no command ends an emergency or forgets a conversation"


def test_only_a_button_that_was_offered_here_counts(servers: Servers) -> None:
    stranger = Browser(servers.port)
    payload = '/set_country{"country": "GB"}'
    assert good(stranger.press(payload)).body["country"] == "US"
    asked = Browser(servers.port)
    offered = good(asked.say("i want to change my country")).buttons
    assert payload in offered.values()
    assert good(asked.press(payload)).body["country"] == "GB"


def test_a_button_from_before_a_restart_still_says_what_it_was_for(browser: Browser) -> None:
    answer = good(browser.press("/not_breathing"))
    assert answer.body["level"] == "E3", "read as the words 'not breathing'"


# Deleting


def test_deleting_leaves_nothing_in_the_store(servers: Servers) -> None:
    browser, identifier = Browser(servers.port), new_id()
    good(browser.say("what is step 4", country="IE"))
    good(browser.say("i am thinking about dying", identifier))
    answer = browser.delete()
    assert answer.status == 200
    assert answer.body["deleted"] is True
    assert answer.types == ["notice", "guidance"]
    assert "112" in answer.texts[-1], "the country still counts for this one reply"
    # The topic in hand, the danger and the country would all show.
    after = good(browser.say("next step"))
    assert after.body["replies"][0]["progress"]["step"] == 1
    assert (after.body["country"], after.body["level"]) == ("US", "E0")


def test_deleting_forgets_replies_and_offers(browser: Browser) -> None:
    identifier = new_id()
    good(browser.say("what is step 1"))
    first = good(browser.say("next step", identifier))
    assert browser.delete().status == 200
    assert good(browser.say("next step", identifier)).body["replies"][0]["progress"]["step"] == 1, "worked on anew"
    assert first.buttons


def test_a_person_who_writes_delete_my_chat_can_do_it_there(browser: Browser) -> None:
    good(browser.say("what is step 4", country="IE"))
    offer = good(browser.say("delete my chat"))
    assert DELETE_NOW in offer.buttons.values()
    done = good(browser.press(DELETE_NOW))
    assert done.body["deleted"] is True
    after = good(browser.say("next step"))
    assert (after.body["replies"][0]["progress"]["step"], after.body["country"]) == (1, "US")


def test_nobody_deletes_by_a_payload_that_was_not_offered(browser: Browser) -> None:
    good(browser.say("what is step 4"))
    assert "deleted" not in good(browser.press(DELETE_NOW)).body
    assert good(browser.say("next step")).body["replies"][0]["progress"]["step"] == 5


def test_programs_over_rest_are_told_the_truth(servers: Servers) -> None:
    reply = servers.say("delete my chat")
    assert is_response(reply.texts[0], "utter_delete_my_data")
    assert "deletes nothing sooner" in reply.texts[0]


# Refusals


def refused(answer: Answer, status: int, code: str) -> Answer:
    """The answer itself, if it is a kind refusal of this code with the emergency number."""
    assert answer.status == status, answer.content
    assert answer.body["error"] == code
    assert answer.types[-2:] == ["notice", "guidance"]
    assert US_EMERGENCY in answer.texts[-1]
    assert "Traceback" not in answer.content.decode()
    return answer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff",
        {},
        {"session": "1", "id": "2", "text": "hi"},
        {"session": "0" * 32, "id": "0" * 32},
        {"session": "0" * 32, "id": "0" * 32, "text": ["hi"]},
        {"session": "../../etc/passwd", "id": "0" * 32, "text": "hi"},
    ],
)
def test_what_cannot_be_read(servers: Servers, body: Any) -> None:
    refused(ask(servers.port, f"{PREFIX}/messages", body), 400, "bad_request")


@pytest.mark.parametrize("path", ["messages", "delete"])
def test_another_sites_page(servers: Servers, path: str) -> None:
    body = {"session": new_id(), "id": new_id(), "text": "my brother is not breathing"}
    answer = refused(ask(servers.port, f"{PREFIX}/{path}", body, Origin="https://evil.example"), 403, "origin")
    assert answer.types[0] == "card", "a refusal does not hide the card"
    assert answer.headers["access-control-allow-origin"] == "*", "so that the page can show the numbers"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_what_is_not_sent_as_json(servers: Servers, kind: str) -> None:
    body = json.dumps({"session": new_id(), "id": new_id(), "text": "hi"}).encode()
    refused(ask(servers.port, f"{PREFIX}/messages", body, Content_Type=kind), 415, "not_json")


@pytest.mark.parametrize("length", [2001, 40_000, 900_000, 3_000_000])
def test_what_is_too_long(servers: Servers, length: int) -> None:
    begun = time.monotonic()
    try:
        answer = Browser(servers.port).say("a" * length)
    except OSError:
        # The server may have hung up before it read three megabytes.
        assert length > 1_000_000
    else:
        refused(answer, 413, "too_long")
    assert time.monotonic() - begun < 2


def test_two_thousand_characters_are_read(browser: Browser) -> None:
    good(browser.say("what is naloxone " + "a" * 1983))


def test_a_long_cry_for_help_gets_its_card(browser: Browser) -> None:
    answer = refused(browser.say("my son overdosed and is not breathing " + "please help us " * 200), 413, "too_long")
    assert answer.types[0] == "card"


def test_too_many_at_once(browser: Browser) -> None:
    with ThreadPoolExecutor(BURST + 6) as pool:
        answers = list(pool.map(lambda _: browser.say("hello"), range(BURST + 6)))
    slowed = [answer for answer in answers if answer.status != 200]
    assert 1 <= len(slowed) <= 6
    for answer in slowed:
        refused(answer, 429, "too_many")
        assert int(answer.headers["retry-after"]) == answer.body["retry_after"] >= 1
    urgent = browser.say("he is not breathing")
    if urgent.status == 429:
        assert urgent.types[0] == "card", "no limit hides the card"
    good(Browser(browser.port).say("hello"))


def test_a_refused_message_is_answered_when_it_comes_again(browser: Browser) -> None:
    refusal, identifier = None, ""
    for _ in range(3 * BURST):
        identifier = new_id()
        answer = browser.say("hello", identifier)
        if answer.status == 429:
            refusal = answer
            break
    assert refusal
    time.sleep(refusal.body["retry_after"])
    good(browser.say("what is a sponsor", identifier))


def test_rasas_rest_channel_still_serves_programs_on_this_machine(servers: Servers) -> None:
    assert is_response(servers.say("what is a sponsor").texts[0], "utter_sponsor")


# Settings, files, pages, headers


def test_settings(servers: Servers) -> None:
    answer = ask(servers.port, f"{PREFIX}/settings?language=es")
    body = answer.body
    assert (body["version"], body["language"], body["default_country"], body["limits"]) == (1, "es", "US", {"characters": 2000})
    assert [country["code"] for country in body["countries"]] == country_codes() == list(body["contacts"])
    assert body["strings"] == read_yaml(PROJECT / "data" / "web" / "strings" / "es.yml")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "max-age=300" in answer.headers["cache-control"]
    assert ask(servers.port, f"{PREFIX}/settings?language=es", If_None_Match=answer.headers["etag"]).status == 304
    assert ask(servers.port, f"{PREFIX}/settings?language=<x>").body["language"] == "en"


def test_the_widgets_files(servers: Servers) -> None:
    script = ask(servers.port, f"{PREFIX}/widget/recovery-chat.js")
    assert script.content == (PROJECT / "widget" / "recovery-chat.js").read_bytes()
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["access-control-allow-origin"] == "*"
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    outside = ("../credentials.yml", "%2e%2e%2fcredentials.yml", "..%2f..%2fetc%2fpasswd", "src/dom.js", "src%2fdom.js", "", ".", "no.js")
    for path in outside:
        assert raw_get(servers.port, f"{PREFIX}/widget/{path}").startswith(b"HTTP/1.1 404"), path


def raw_get(port: int, path: str) -> bytes:
    """The answer to a path that no library has tidied up."""
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


FILES = ("frame", "settings", "page/page.css", "page/page.js", "page/icon.svg")
PATHS = ["/", "/privacy", "/safety", *(f"{PREFIX}/{path}" for path in FILES)]
POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'")


@pytest.mark.parametrize("path", [*PATHS, f"{PREFIX}/nothing", f"{PREFIX}/messages", f"{PREFIX}/widget/nothing.js", f"{PREFIX}/"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE", "HEAD"])
def test_every_answer_has_the_headers_and_no_cookie(servers: Servers, path: str, method: str) -> None:
    answer = ask(servers.port, path, method=method, Origin="https://elsewhere.example")
    policy = answer.headers["content-security-policy"]
    for part in POLICY:
        assert part in policy
    assert "unsafe" not in policy
    for name, value in {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
    }.items():
        assert answer.headers[name] == value
    assert "geolocation=()" in answer.headers["permissions-policy"]
    assert answer.headers["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-credentials" not in answer.headers
    assert b"Traceback" not in answer.content
    assert b"<style" not in answer.content


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", ["/", "/privacy", "/safety", f"{PREFIX}/frame"])
def test_a_page_is_readable_without_any_script(servers: Servers, path: str, language: str) -> None:
    page = ask(servers.port, f"{path}?language={language}").content.decode()
    assert f'<html lang="{language}">' in page
    for link in ('href="tel:911"', 'href="tel:988"', 'href="sms:741741?body=HOME"'):
        assert link in page
    assert "112" in page, "other countries' numbers are there too"
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", page), "nothing inline"
    assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', page), "nothing from elsewhere"
    assert not re.search(r"\{[a-z_]+\}|\{\{|\bundefined\b|None\b", page)


def test_pages_say_what_is_kept_as_it_is_set(servers: Servers) -> None:
    page = ask(servers.port, "/privacy").content.decode()
    assert "your last 6 messages" in page
    assert "24 hours" in page
    assert "For 10 minutes" in page


def test_the_browsers_language_is_taken_where_the_address_names_none(servers: Servers) -> None:
    assert '<html lang="es">' in ask(servers.port, "/", Accept_Language="es-MX,es;q=0.9,en;q=0.8").content.decode()
    assert '<html lang="en">' in ask(servers.port, "/", Accept_Language="fr-FR,en;q=0.8,es;q=0.1").content.decode()
    assert ask(servers.port, "/").headers["vary"] == "Accept-Language"


def test_the_home_page_shows_how_to_embed_with_the_scripts_own_hash(servers: Servers) -> None:
    page = ask(servers.port, "/").content.decode()
    printed = subprocess.run(
        [sys.executable, "-m", "tools.embed", f"http://{HOST}:{servers.port}"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"sha384-[A-Za-z0-9+/=]+", printed)
    assert found
    assert found[0] in page


def test_nothing_of_what_people_wrote_is_logged(servers: Servers) -> None:
    mark = "zqwebmark"
    browser = Browser(servers.port)
    for body in ({"text": mark}, {"payload": f"/{mark}"}, {"text": f"/{mark} {mark}"}, {"text": f"{mark} \ud800"}, {"text": mark * 1000}):
        browser.send(body)
    browser.send_and_hang_up(mark, new_id())
    ask(servers.port, f"{PREFIX}/messages", f'{{"text": "{mark}'.encode())
    ask(servers.port, f"{PREFIX}/messages", {"session": new_id(), "id": new_id(), "text": mark}, Origin="https://evil.example")
    time.sleep(0.5)
    assert mark not in servers.log
    assert "Traceback" not in servers.log


# Starting


def start_with(folder: Path, change: Callable[[Dict[str, Any]], None]) -> subprocess.CompletedProcess:
    """Start Rasa alone with changed settings of the channel, as far as it gets."""
    credentials = read_yaml(PROJECT / "credentials.yml")
    change(credentials["channels.web.channel.WebChannel"])
    copy = folder / "credentials.yml"
    copy.write_text(yaml.safe_dump(credentials), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "tools.rasa_quietly", "run", "--interface", HOST, "--port", str(free_ports(1)[0])]
    return subprocess.run([*command, "--credentials", str(copy)], cwd=PROJECT, capture_output=True, text=True, timeout=300)


def test_a_wrong_setting_stops_the_start_with_one_line(tmp_path: Path) -> None:
    result = start_with(tmp_path, lambda settings: settings.update(allowed_origins=["clinic.example"]))
    assert result.returncode == 1
    line = result.stderr.strip()
    assert line.startswith("Cannot start: credentials.yml, channels.web.channel.WebChannel, allowed_origins holds 'clinic.example'; ")
    assert "\n" not in line
