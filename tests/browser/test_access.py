"""Everyone can use it: axe in every state, a keyboard alone, a screen reader's view, large text, small screens."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.chat import WORDS, Chat
from tests.browser.fake_server import LOW, OVERDOSE, RELIGIOUS, STEP, STRINGS, FakeServer

LOOKS: Dict[str, Dict[str, Any]] = {
    "desktop": {},
    "dark": {"color_scheme": "dark"},
    "320 pixels": {"viewport": {"width": 320, "height": 640}},
    "forced colours": {"forced_colors": "active"},
    "more contrast": {"contrast": "more"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(new_context: Callable[..., BrowserContext], server: FakeServer, look: str) -> None:
    """Closed, open, with buttons and sources, all three cards, and each sheet."""
    chat = Chat(new_context(**LOOKS[look]).new_page(), server).visit()
    assert chat.violations() == [], "closed"
    chat.open()
    assert chat.violations() == [], "open"
    chat.say(RELIGIOUS).say(STEP).say(LOW).say(OVERDOSE)
    chat.page.get_by_text("Sources: 1").click()
    chat.page.get_by_role("button", name="Secular groups").first.click()
    expect(chat.log.locator(".guidance")).to_have_count(5)
    assert chat.violations() == [], "a talk with buttons, sources and the three cards"
    chat.button("options").click()
    assert chat.violations() == [], "options"
    chat.page.get_by_role("dialog").get_by_role("button", name=WORDS["delete"]).click()
    assert chat.violations() == [], "the question before deleting"
    chat.button("Overdose What to do").click()
    assert chat.violations() == [], "overdose steps"


def test_axe_finds_nothing_while_the_server_is_down(chat: Chat, server: FakeServer) -> None:
    chat.open()
    server.stop()
    try:
        chat.say("hello", answered=False)
        expect(chat.log.locator(".mark")).to_be_visible()
        assert chat.violations() == []
    finally:
        server.start()


def test_axe_finds_nothing_in_spanish_nor_in_the_page(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    chat = Chat(new_context().new_page(), server, STRINGS["es"]).visit(attributes='language="es"').open().say(OVERDOSE)
    assert chat.violations() == []
    for mode in ("inline", "frame"):
        chat.visit(attributes=f'mode="{mode}" language="es"')
        assert chat.violations() == [], mode


def test_what_a_screen_reader_finds(chat: Chat) -> None:
    assert chat.page.locator("recovery-chat").aria_snapshot() == "\n".join(
        [
            '- navigation "Emergency help":',
            '  - link "Call 911 Emergency":',
            "    - /url: tel:911",
            '  - link "Call 988 Crisis line":',
            "    - /url: tel:988",
            '  - link "Text 741741 Text HOME":',
            "    - /url: sms:741741?&body=HOME",
            '  - button "Overdose What to do"',
            f"- 'button \"{WORDS['launcher_name']}\"': {WORDS['launcher']}",
            "- status",
        ]
    )
    chat.open().say(RELIGIOUS)
    expect(chat.page.get_by_role("region", name=WORDS["title"])).to_match_aria_snapshot(
        f"""
        - region "{WORDS["title"]}":
          - heading "{WORDS["title"]}" [level=2]
          - paragraph: {WORDS["tagline"]}
          - 'button "{WORDS["exit_name"]}"'
          - button "{WORDS["options"]}"
          - button "{WORDS["close"]}"
          - navigation "{WORDS["bar"]}"
          - log "{WORDS["log"]}":
            - list:
              - listitem
              - listitem
              - listitem
              - listitem: /You said. Is this religious/
              - listitem:
                - paragraph: /Many groups/
                - group "{WORDS["answers"]}":
                  - button "Tell me more"
                  - button "Secular groups"
              - listitem:
                - paragraph:
                  - link "911"
          - status
          - textbox "{WORDS["input"]}"
          - button "{WORDS["send"]}"
          - combobox "{WORDS["country"]}"
          - button "Español"
        """
    )


def test_the_log_is_polite_and_takes_only_additions(chat: Chat) -> None:
    chat.open()
    assert chat.log.evaluate("log => [log.getAttribute('aria-live'), log.getAttribute('aria-relevant')]") == ["polite", "additions"]
    # A reply comes into a log that is in the page already: that is what makes a reader say it.
    chat.page.evaluate(
        """() => { window.added = []; const log = document.querySelector('recovery-chat').shadowRoot.querySelector('[role=log]');
        new MutationObserver((all) => all.forEach(({addedNodes}) => addedNodes.forEach((node) => window.added.push(node.textContent))))
        .observe(log, {childList: true, subtree: true}); }"""
    )
    chat.say("one")
    added = chat.page.evaluate("window.added")
    assert [text for text in added if "Answer to: one" in text] == [f"{WORDS['bot_said']}Answer to: one"]
    assert len(added) == 3, "the message, the answer and the guidance, each once"


def test_each_message_says_its_language(chat: Chat, server: FakeServer) -> None:
    server.faults.turn = lambda said, country: {"level": "E3", "replies": [{"type": "card", "text": "Llama al 911.", "lang": "es"}]}
    chat.open()
    chat.input.fill("ayuda")
    chat.input.press("Enter")
    expect(chat.log.locator(".care .prose")).to_have_attribute("lang", "es")


def tab(chat: Chat, times: int = 1, back: bool = False) -> None:
    for _ in range(times):
        chat.page.keyboard.press("Shift+Tab" if back else "Tab")


def focused(chat: Chat) -> Locator:
    return chat.page.locator("recovery-chat *:focus")


def test_a_whole_talk_by_keyboard(chat: Chat, server: FakeServer) -> None:
    """Each stop is reached by Tab, each thing done by a key; the caret is never taken away."""
    keyboard = chat.page.keyboard
    tab(chat)
    assert chat.page.evaluate("document.activeElement.textContent") == "Another page"
    for name in ("Call 911 Emergency", "Call 988 Crisis line", "Text 741741 Text HOME", "Overdose What to do", WORDS["launcher_name"]):
        tab(chat)
        expect(focused(chat)).to_have_accessible_name(name)
    keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    keyboard.type(RELIGIOUS)
    keyboard.press("Enter")
    expect(chat.log.locator(".guidance")).to_have_count(1)
    expect(chat.input).to_be_focused()
    keyboard.press("F6")
    expect(chat.log).to_be_focused()
    keyboard.press("F6")
    expect(chat.input).to_be_focused()
    # Backwards from the field: the guidance's three numbers, then the two buttons.
    tab(chat, 4, back=True)
    expect(focused(chat)).to_have_accessible_name("Secular groups")
    keyboard.press("Space")
    expect(chat.log.locator(".guidance")).to_have_count(2)
    expect(focused(chat)).to_have_accessible_name(re.compile("^Secular groups"))
    tab(chat, 2, back=True)
    expect(focused(chat)).to_have_text("Sources: 1")
    keyboard.press("Enter")
    expect(chat.page.get_by_role("link", name="SMART Recovery: what it is")).to_be_visible()
    keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()
    keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    tab(chat, 2)
    expect(focused(chat)).to_have_accessible_name(WORDS["country"])
    keyboard.press("ArrowDown")
    expect(chat.bar.get_by_role("link", name="Call 112 Emergency")).to_be_visible()
    assert [message.get("text") or message["payload"] for message in server.said] == [RELIGIOUS, "/secular_groups"]


def test_escape_closes_a_sheet_first_then_the_chat(chat: Chat) -> None:
    chat.open()
    chat.button("options").click()
    expect(chat.page.get_by_role("heading", name=WORDS["options"])).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.button("options")).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()


def test_escape_uncovers_the_page_and_leaves_its_caret(chat: Chat) -> None:
    chat.open()
    chat.page.get_by_role("link", name="Another page").focus()
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_be_visible()
    expect(chat.page.get_by_role("link", name="Another page")).to_be_focused()


def test_under_a_sheet_nothing_takes_the_caret_but_help_and_exit_stay(chat: Chat) -> None:
    chat.open()
    chat.button("options").click()
    names = []
    for _ in range(20):
        tab(chat)
        if not focused(chat).count():
            break
        names.append(focused(chat).evaluate("node => node.id || node.className"))
    assert "message" not in names and "send" not in names
    tab(chat)
    expect(chat.bar.get_by_role("link", name="Call 911 Emergency")).to_be_visible()
    expect(chat.button("exit_name")).to_be_enabled()


def small_targets(chat: Chat) -> Any:
    """Controls below 44 pixels; links within a sentence may be smaller."""
    return chat.page.evaluate(
        """() => [...document.querySelector('recovery-chat').shadowRoot.querySelectorAll(
        'button, select, textarea, summary, a.cell, a.call, .check, .pages a')]
        .filter((node) => node.checkVisibility()).map((node) => [node.className || node.tagName, node.getBoundingClientRect()])
        .filter(([, box]) => box.width < 43.9 || box.height < 43.9).map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )


@pytest.mark.parametrize("look", ["desktop", "320 pixels"])
def test_targets_are_large(new_context: Callable[..., BrowserContext], server: FakeServer, look: str) -> None:
    chat = Chat(new_context(**LOOKS[look]).new_page(), server).visit()
    assert small_targets(chat) == []
    chat.open().say(RELIGIOUS).say(OVERDOSE)
    assert small_targets(chat) == []
    chat.button("options").click()
    assert small_targets(chat) == []


FITS = """() => {
  const root = document.querySelector('recovery-chat').shadowRoot;
  const edge = document.documentElement.clientWidth;
  const sideways = [document.documentElement, root.querySelector('.panel'), root.querySelector('.log')]
    .some((node) => node.scrollWidth > node.clientWidth);
  const wide = [...root.querySelectorAll('.panel *, .dock *')]
    .filter((node) => node.checkVisibility() && !node.closest('.unseen, svg, option'))
    .filter((node) => node.getBoundingClientRect().right > edge + 0.5);
  return { wide: wide.map((node) => node.className || node.tagName), sideways };
}"""


@pytest.mark.parametrize(
    ("width", "height", "text"), [(320, 640, 100), (320, 256, 100), (1280, 800, 200), (390, 844, 200), (320, 640, 200)]
)
def test_nothing_runs_out_of_the_screen(
    new_context: Callable[..., BrowserContext], server: FakeServer, width: int, height: int, text: int
) -> None:
    """320 pixels wide is 1280 at 400 % zoom, 256 high is 1024; with text alone enlarged to 200 %."""
    page = new_context(viewport={"width": width, "height": height}).new_page()
    chat = Chat(page, server).visit()
    page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
    assert page.evaluate(FITS) == {"wide": [], "sideways": False}
    chat.open().say(OVERDOSE)
    assert page.evaluate(FITS) == {"wide": [], "sideways": False}
    # Everything can still be reached, if by scrolling.
    for name in ("exit_name", "close", "send"):
        chat.button(name).scroll_into_view_if_needed()
        expect(chat.button(name)).to_be_in_viewport()
    expect(chat.log.get_by_role("link", name="Call 911 Emergency")).to_be_attached()
    chat.log.get_by_role("link", name="Call 911 Emergency").scroll_into_view_if_needed()
    expect(chat.log.get_by_role("link", name="Call 911 Emergency")).to_be_in_viewport()


BROKEN = """() => {
  const root = document.querySelector('recovery-chat').shadowRoot;
  const broken = [];
  for (const node of root.querySelectorAll('.cell b, .cell small')) {
    if (!node.checkVisibility()) continue;
    for (const text of node.childNodes) {
      for (const word of text.textContent.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (range.getClientRects().length > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


@pytest.mark.parametrize(
    ("width", "text"), [(320, 100), (344, 100), (360, 100), (375, 100), (390, 100), (412, 100), (360, 150), (390, 200)]
)
def test_no_number_in_the_bar_is_broken_in_two(
    new_context: Callable[..., BrowserContext], server: FakeServer, width: int, text: int
) -> None:
    page = new_context(viewport={"width": width, "height": 740}).new_page()
    chat = Chat(page, server).visit()
    page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
    assert page.evaluate(BROKEN) == []
    chat.open()
    assert page.evaluate(BROKEN) == []


def test_wide_spaces_between_words_cut_nothing(chat: Chat) -> None:
    """WCAG 1.4.12: the reader's own spacing, where it can reach into the widget by inheritance."""
    chat.page.evaluate(
        "Object.assign(document.querySelector('recovery-chat').style, {letterSpacing: '0.12em', wordSpacing: '0.16em', lineHeight: '1.5'})"
    )
    chat.open().say(OVERDOSE)
    assert chat.page.evaluate(FITS) == {"wide": [], "sideways": False}


def test_the_caret_is_seen_in_forced_colours(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    chat = Chat(new_context(forced_colors="active").new_page(), server).visit().open()
    assert chat.input.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    borders = chat.page.locator("recovery-chat .cell").evaluate_all("all => all.map(node => getComputedStyle(node).borderTopStyle)")
    assert set(borders) == {"solid"}


def test_reduced_motion_moves_nothing(chat: Chat, server: FakeServer) -> None:
    server.faults.delay = 1.5
    chat.open().say("slow", answered=False)
    expect(chat.status).to_have_text(WORDS["waiting"])
    assert chat.status.locator("p").evaluate("node => getComputedStyle(node, '::before').animationName") == "none"


def test_fallbacks_hide_when_the_chat_is_there(chat: Chat) -> None:
    expect(chat.page.get_by_text("In an emergency call 911.")).to_be_hidden()
