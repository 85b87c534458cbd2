"""The network and the server at their worst: nothing is lost, nothing doubled, and help stays in sight."""

from __future__ import annotations

import re
import time
from typing import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import WORDS, Chat
from tests.browser.fake_server import FakeServer

UNREACHABLE = re.compile("Can't reach the assistant.*call 911")


def test_a_waiting_hint_comes_only_after_a_moment(chat: Chat, server: FakeServer) -> None:
    chat.open().say("quick")
    expect(chat.status).to_have_text("")
    server.faults.delay = 1.2
    chat.say("slow", answered=False)
    expect(chat.status).to_have_text(WORDS["waiting"])
    expect(chat.log.locator(".guidance")).to_have_count(2)
    expect(chat.status).to_have_text("")


def test_after_fifteen_seconds_it_says_what_to_do_in_an_emergency(page: Page, server: FakeServer) -> None:
    page.clock.install()
    chat = Chat(page, server).visit().open()
    server.faults.delay = 2
    chat.say("slow", answered=False)
    page.clock.fast_forward(15_100)
    expect(chat.status).to_have_text("Still working on it. In an emergency, call 911.")
    expect(chat.status.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    expect(chat.log.locator(".guidance")).to_have_count(1)


def test_a_lost_answer_is_fetched_under_the_same_id(chat: Chat, server: FakeServer) -> None:
    server.faults.lose = 2
    chat.open().say("only once")
    assert chat.said_by_me() == ["only once"] and chat.answers() == ["Answer to: only once"]
    assert list(server.treated.values()) == [1]
    assert sum(path.endswith("/messages") for _, path in server.requests) == 3


def test_server_killed_in_the_middle_and_back(chat: Chat, server: FakeServer) -> None:
    server.faults.delay = 5
    chat.open().say("are you there", answered=False)
    expect(chat.status).to_have_text(WORDS["waiting"])
    server.stop()
    try:
        expect(chat.status).to_have_text(UNREACHABLE)
        expect(chat.log.locator(".mark")).to_contain_text(WORDS["unsent"])
        expect(chat.bar.get_by_role("link", name="Call 911 Emergency")).to_be_visible()
        chat.say("a second one", answered=False)
        time.sleep(1)
    finally:
        server.faults.delay = 0
        server.start()
    chat.button("retry").first.click()
    expect(chat.log.locator(".guidance")).to_have_count(2)
    expect(chat.log.locator(".mark")).to_have_count(0)
    expect(chat.status).to_have_text(WORDS["back"])
    assert chat.answers() == ["Answer to: are you there", "Answer to: a second one"]
    assert list(server.treated.values()) == [1, 1]


def test_reload_while_a_message_waits(chat: Chat, server: FakeServer) -> None:
    chat.open()
    server.faults.delay = 3
    chat.say("kept over the reload", answered=False)
    expect(chat.status).to_have_text(WORDS["waiting"])
    server.faults.delay = 0
    chat.page.reload()
    expect(chat.log.locator(".guidance")).to_have_count(1)
    assert chat.said_by_me() == ["kept over the reload"]
    assert list(server.treated.values()) == [1]


def test_reload_with_the_server_down_keeps_talk_and_bar(page: Page, server: FakeServer) -> None:
    chat = Chat(page, server).visit().open().say("one")
    server.faults.settings_down = True
    page.reload()
    expect(chat.log.locator(".guidance")).to_have_count(1)
    expect(chat.bar.get_by_role("link", name="Call 911 Emergency")).to_be_visible()


def test_without_settings_the_pages_own_links_stay(page: Page, server: FakeServer) -> None:
    server.faults.settings_down = True
    page.goto(server.url)
    own = page.get_by_text("In an emergency call 911.")
    expect(own).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    server.faults.settings_down = False
    expect(page.get_by_role("navigation")).to_be_visible()
    expect(own).to_be_hidden()


def test_without_script_the_pages_own_links_stay(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(server.url)
    expect(page.get_by_role("link", name="911")).to_be_visible()


def test_offline_and_online_again(chat: Chat, server: FakeServer) -> None:
    chat.open()
    chat.page.context.set_offline(True)
    expect(chat.status).to_have_text(re.compile("No connection.*911"))
    chat.say("written in a tunnel", answered=False)
    expect(chat.log.locator(".mark")).to_contain_text(WORDS["unsent"])
    chat.page.context.set_offline(False)
    expect(chat.log.locator(".guidance")).to_have_count(1)
    expect(chat.log.locator(".mark")).to_have_count(0)
    assert list(server.treated.values()) == [1]


@pytest.mark.parametrize("status", [429, 503])
def test_told_to_wait_it_waits_and_sends_again(chat: Chat, server: FakeServer, status: int) -> None:
    server.faults.refusals = [(status, 1)]
    chat.open().say("one", answered=False)
    expect(chat.log).to_contain_text("Please wait a little.")
    expect(chat.status).to_have_text(re.compile("Please wait a moment.*911"))
    expect(chat.log).to_contain_text("Answer to: one")
    expect(chat.log).not_to_contain_text("Please wait a little.")
    assert list(server.treated.values()) == [1]


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_refusal_is_shown_with_its_guidance(chat: Chat, server: FakeServer, status: int) -> None:
    server.faults.refusals = [(status, 0)]
    chat.open().say("one")
    expect(chat.log).to_contain_text("Please wait a little.")
    expect(chat.log.locator(".guidance")).to_contain_text("911")
    expect(chat.log.locator(".mark")).to_contain_text(WORDS["failed"])
    chat.button("retry").click()
    expect(chat.log).to_contain_text("Answer to: one")
    assert chat.said_by_me() == ["one"]


def test_a_server_error_is_tried_again(chat: Chat, server: FakeServer) -> None:
    server.faults.refusals = [(500, 0), (502, 0)]
    chat.open().say("one")
    assert chat.answers() == ["Answer to: one"]


def test_a_slow_network(chat: Chat, server: FakeServer) -> None:
    session = chat.page.context.new_cdp_session(chat.page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions", {"offline": False, "latency": 1500, "downloadThroughput": 2_000, "uploadThroughput": 2_000}
    )
    chat.open().say("over a thin line")
    assert chat.answers() == ["Answer to: over a thin line"]
    assert list(server.treated.values()) == [1]


def test_messages_are_sent_in_order_one_at_a_time(chat: Chat, server: FakeServer) -> None:
    server.faults.delay = 0.3
    chat.open()
    for number in range(5):
        chat.say(str(number), answered=False)
    expect(chat.log.locator(".guidance")).to_have_count(5)
    assert [message["text"] for message in server.said] == list("01234")
    assert chat.answers() == [f"Answer to: {number}" for number in range(5)]
    shown = chat.log.locator(".mine .bubble, .answer .prose").all_text_contents()[2:]
    assert shown == [text for number in range(5) for text in (str(number), f"Answer to: {number}")]


def test_an_answer_to_a_deleted_talk_goes_nowhere(chat: Chat, server: FakeServer) -> None:
    chat.open()
    server.faults.delay = 1.5
    chat.say("too late", answered=False)
    chat.option("new")
    chat.button("new_do").click()
    time.sleep(2)
    expect(chat.log).not_to_contain_text("too late")


def test_storage_forbidden_is_no_reason_to_be_silent(page: Page, server: FakeServer) -> None:
    page.add_init_script(
        "for (const name of ['getItem','setItem','removeItem']) Storage.prototype[name] = () => { throw new Error('no'); };"
    )
    chat = Chat(page, server).visit().open().say("one")
    chat.button("options").click()
    chat.page.get_by_label(WORDS["remember"]).click()
    expect(chat.page.get_by_label(WORDS["remember"])).not_to_be_checked()
    chat.button("done").click()
    chat.say("two")
    assert chat.answers() == ["Answer to: one", "Answer to: two"]


def test_a_message_written_after_another_tab_deleted_the_talk_begins_a_new_one(chat: Chat, server: FakeServer) -> None:
    chat.open().say("one")
    chat.button("options").click()
    chat.page.get_by_label(WORDS["remember"]).check()
    chat.button("done").click()
    # Storage emptied without an event to this tab, as in the moment before it comes.
    chat.page.evaluate("localStorage.clear()")
    chat.input.evaluate("node => { node.value = 'two'; }")
    chat.input.press("Enter")
    expect(chat.log).to_contain_text("Answer to: two")
    assert chat.said_by_me() == ["two"]
    assert len({message["session"] for message in server.said}) == 2
