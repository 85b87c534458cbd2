"""The pages and the widget on the real assistant, as a visitor of `make serve` meets them."""

from __future__ import annotations

import re
from typing import Any, Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import WORDS, Chat
from tests.browser.fake_server import OVERDOSE, STRINGS
from tests.servers import HOST, Servers

# In the browser, from Enter until the answer can be read.
LONGEST = 1.0
TIMED = """(text) => new Promise((resolve) => {
  const root = document.querySelector('recovery-chat').shadowRoot;
  const field = root.querySelector('textarea');
  field.value = text;
  const begin = performance.now();
  new MutationObserver((_, watcher) => {
    if (!root.querySelector('.guidance')) return;
    watcher.disconnect();
    requestAnimationFrame(() => resolve((performance.now() - begin) / 1000));
  }).observe(root.querySelector('.log'), { childList: true, subtree: true });
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
})"""


class RealServer:
    """The real server, in the form that `Chat` and the fixtures want."""

    def __init__(self, port: int) -> None:
        """Take its port."""
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.attributes = ""


@pytest.fixture
def server(servers: Servers) -> RealServer:
    return RealServer(servers.port)


def test_is_this_religious_is_answered_within_a_second(page: Page, server: Any, capsys: Any) -> None:
    chat = Chat(page, server).visit().open().say("hello")
    chat.option("new")
    chat.button("new_do").click()
    seconds = page.evaluate(TIMED, "is this religious?")
    expect(chat.log).to_contain_text("spiritual rather than religious")
    with capsys.disabled():
        print(f'\n"is this religious?" answered in {seconds:.2f} s, as seen in the browser')
    assert seconds < LONGEST


def test_an_overdose_is_a_card_with_the_number(page: Page, server: Any) -> None:
    chat = Chat(page, server).visit().open()
    chat.input.fill(OVERDOSE)
    chat.input.press("Enter")
    card = chat.log.locator(".care.emergency")
    expect(card.get_by_role("link", name="Call 911 Emergency")).to_have_attribute("href", "tel:911")
    expect(card.get_by_role("link", name="Call 911 Emergency")).to_be_in_viewport()
    expect(card).to_contain_text("naloxone")
    chat.page.get_by_role("button", name="Not breathing", exact=True).click()
    expect(chat.log.locator(".mine")).to_have_count(2)
    expect(chat.log.locator(".care.emergency")).to_have_count(2)
    assert chat.violations() == []


def test_a_country_in_words_changes_bar_and_guidance(page: Page, server: Any) -> None:
    chat = Chat(page, server).visit().open().say("i am in ireland")
    expect(chat.bar.get_by_role("link", name="Call 112 Emergency")).to_be_visible()
    expect(chat.log.locator(".guidance").last.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")


def test_the_country_picked_is_the_one_in_the_guidance(page: Page, server: Any) -> None:
    chat = Chat(page, server).visit().open()
    chat.page.get_by_label(WORDS["country"]).select_option("GB")
    chat.say("what is a sponsor?")
    expect(chat.log.locator(".guidance").last).to_contain_text("999")


def test_steps_show_their_place(page: Page, server: Any) -> None:
    chat = Chat(page, server).visit().open().say("what is step 3?")
    expect(chat.log.locator(".marks .reached")).to_have_count(3)
    chat.page.get_by_role("button", name="Next step").click()
    expect(chat.log.locator(".marks .reached")).to_have_count(3 + 4)


ASK_AS = """(session) => fetch('/webhooks/web/messages', { method: 'POST', headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ session, id: session, text: 'next step', language: 'en' }) }).then((reply) => reply.json())"""


def test_delete(page: Page, server: Any) -> None:
    """Afterwards the assistant knows nothing of the conversation, even for someone who still has its id."""
    chat = Chat(page, server).visit().open().say("what is step 3?")
    session = page.evaluate("JSON.parse(sessionStorage.getItem('recovery-chat')).session")
    chat.option("delete")
    chat.button("delete_do").click()
    expect(chat.status).to_have_text(WORDS["delete_done"])
    assert session not in page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    steps = [reply["progress"] for reply in page.evaluate(ASK_AS, session)["replies"] if reply["progress"]]
    assert steps == [{"step": 1, "of": 12}], "the step after the third would mean that it remembers"


def test_spanish(page: Page, server: Any) -> None:
    words = STRINGS["es"]
    page.goto(f"{server.url}/?language=es")
    chat = Chat(page, server, words).open()
    expect(chat.page.get_by_role("heading", name=words["title"], exact=True)).to_be_visible()
    chat.input.fill("mi amigo no respira y está azul")
    chat.input.press("Enter")
    card = chat.log.locator(".care.emergency")
    expect(card.locator(".prose")).to_have_attribute("lang", "es")
    expect(card).to_contain_text(re.compile("911"))
    assert chat.violations() == []


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 320, "height": 640}}], ids=["plain", "dark", "320"])
@pytest.mark.parametrize("path", ["/", "/?language=es", "/privacy", "/safety", "/webhooks/web/frame"])
def test_axe_finds_nothing_on_the_pages(new_context: Callable[..., BrowserContext], server: Any, path: str, look: Any) -> None:
    page = new_context(**look).new_page()
    page.goto(server.url + path)
    page.wait_for_load_state("networkidle")
    assert Chat(page, server).violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
