"""What must never happen: markup run from a reply, a way back after leaving, a script grown too large, a word in the code."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import Any, Callable, Dict, List

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from common.paths import PROJECT
from tests.browser.chat import WORDS, Chat
from tests.browser.fake_server import OVERDOSE, RELIGIOUS, FakeServer
from tools import widget

EVIL = [
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    "javascript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    '"><svg onload=window.hacked=1>',
    "constructor",
    "{{constructor.constructor('window.hacked=1')()}}",
]
BROKEN: List[Any] = [None, 7, True, [], {}, {"toString": "x"}, [None], [[]]]


def evil_turn(value: Any) -> Dict[str, Any]:
    """A turn with the value in every field that the contract has."""
    button = {"title": value, "payload": value}
    source = {"title": value, "url": value}
    good = {"type": "answer", "text": "Still here.", "buttons": [{"title": "Fine", "payload": "/fine"}, button], "sources": [source]}
    whole = {
        "type": value,
        "text": value,
        "lang": value,
        "buttons": [button],
        "sources": [source],
        "progress": {"step": value, "of": value},
    }
    odd = {"type": "card", "text": "Card.", "lang": value, "buttons": value, "sources": value, "progress": value}
    guidance = {"type": "guidance", "text": "End."}
    return {"country": value, "language": value, "level": value, "kind": value, "replies": [good, whole, odd, value, guidance]}


@pytest.mark.parametrize("values", [EVIL, BROKEN], ids=["markup", "wrong kinds"])
def test_no_field_of_a_reply_becomes_markup(chat: Chat, server: FakeServer, values: List[Any]) -> None:
    errors: List[str] = []
    chat.page.on("pageerror", lambda error: errors.append(str(error)))
    chat.open()
    for number, value in enumerate(values):
        server.faults.turn = lambda said, country, value=value: evil_turn(value)  # type: ignore[misc]
        chat.say(f"{number}")
        expect(chat.log.get_by_text("Still here.")).to_have_count(number + 1)
    for summary in chat.log.locator("summary").all():
        summary.click()
    chat.log.locator(".answer .choices button").filter(visible=True).last.click()
    state = chat.page.evaluate(
        """() => { const all = [...document.querySelector('recovery-chat').shadowRoot.querySelectorAll('*')];
        return { hacked: window.hacked ?? null, tags: [...new Set(all.map((node) => node.localName))],
          handlers: all.some((node) => [...node.attributes].some(({name}) => name.startsWith('on'))),
          links: all.filter((node) => node.localName === 'a').map((node) => node.protocol) }; }"""
    )
    assert state["hacked"] is None and not state["handlers"] and not errors
    assert not set(state["tags"]) & {"script", "img", "iframe", "object", "style", "link", "base"}
    assert set(state["links"]) <= {"http:", "https:", "tel:", "sms:"}, "http: is the pages of this very server"


def test_what_the_person_types_is_shown_as_typed(chat: Chat) -> None:
    text = "<b>bold</b> https://evil.example 911"
    chat.open().say(text)
    assert chat.said_by_me() == [text]
    assert chat.log.locator(".mine a, .mine b").count() == 0


def test_settings_are_not_trusted_either(page: Page, server: FakeServer) -> None:
    def spoil(route: Any) -> None:
        body = route.fetch().json()
        body["strings"]["greeting"] = EVIL[0]
        body["strings"]["exit_url"] = "javascript:window.hacked=1"
        body["contacts"]["US"]["lines"][0].update(tel="911;javascript:alert(1)", url="javascript:window.hacked=1", say=EVIL[0])
        route.fulfill(json=body)

    page.route("**/settings?*", spoil)
    chat = Chat(page, server).visit().open()
    expect(chat.log).to_contain_text(EVIL[0])
    assert (
        chat.bar.locator("a").first.get_attribute("href") == "tel:911*1" or chat.bar.locator("a").first.get_attribute("href") == "tel:9111"
    )
    chat.button("exit_name").click()
    page.wait_for_url("about:blank")


# ---- leaving ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["button", "shift"])
def test_leaving_wipes_and_does_not_return(new_context: Callable[..., BrowserContext], server: FakeServer, way: str) -> None:
    page = new_context().new_page()
    page.goto("about:blank")
    chat = Chat(page, server).visit(attributes='exit-url="/other"').open().say("a secret").say(RELIGIOUS)
    session = server.said[0]["session"]
    if way == "button":
        chat.button("exit_name").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/other")
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    page.go_back()
    page.wait_for_url("about:blank")
    page.go_forward()
    page.wait_for_url("**/other")
    deadline = time.monotonic() + 5
    while server.deleted != [session] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.deleted == [session], "the server's copy is deleted too"


def test_leaving_blanks_the_page_at_once(page: Page, server: FakeServer) -> None:
    """Before the neutral page has come, nothing of this one is left."""
    chat = Chat(page, server).visit(attributes='exit-url="/other"').open().say("a secret")
    left = chat.page.evaluate(
        """() => { document.querySelector('recovery-chat').shadowRoot.querySelector('.exit').click();
        return [document.title, document.body.textContent.trim(), sessionStorage.length]; }"""
    )
    assert left == [WORDS["exit_title"], WORDS["exit_leaving"], 0]
    page.wait_for_url("**/other")


def test_three_shifts_are_counted_aloud_and_forgotten(page: Page, server: FakeServer) -> None:
    page.clock.install()
    chat = Chat(page, server).visit(attributes='exit-url="/other"')
    said = page.locator("recovery-chat [role=status].unseen")
    page.keyboard.press("Shift")
    expect(said).to_have_text("Shift. Press 2 more times to leave this page.")
    page.keyboard.press("Shift")
    expect(said).to_have_text("Shift. Press once more to leave this page.")
    page.clock.fast_forward(5_100)
    expect(said).to_have_text(WORDS["exit_expired"])
    page.keyboard.press("Shift")
    expect(said).to_have_text("Shift. Press 2 more times to leave this page.")
    assert page.url.startswith(server.url) and not page.url.endswith("other")
    # Closed or open, it works the same.
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url("**/other")
    assert chat.server.deleted == [], "nothing was said, so there is nothing to delete"


def test_writing_in_capitals_does_not_leave(chat: Chat) -> None:
    chat.open()
    for letter in "HELP ME":
        chat.page.keyboard.press(f"Shift+{letter}" if letter != " " else " ")
    expect(chat.input).to_have_value("HELP ME")
    assert chat.page.url.startswith(chat.server.url) and not chat.page.url.endswith("other")
    for _ in range(2):
        chat.page.keyboard.press("Shift")
    chat.page.keyboard.press("a")
    chat.page.keyboard.press("Shift")
    expect(chat.input).to_have_value("HELP MEa")


def test_a_site_may_do_without_the_exit(page: Page, server: FakeServer) -> None:
    chat = Chat(page, server).visit(attributes='exit="off"').open()
    expect(chat.button("exit_name")).to_have_count(0)
    for _ in range(3):
        page.keyboard.press("Shift")
    expect(chat.input).to_be_visible()


# ---- other people's pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["button", "shift"])
def test_inside_a_frame_it_fills_it_and_leaves_with_its_page(
    new_context: Callable[..., BrowserContext], server: FakeServer, way: str
) -> None:
    page = new_context().new_page()
    server.attributes = 'mode="frame" exit-url="/other"'
    page.route(
        "**/outer",
        lambda route: route.fulfill(
            content_type="text/html",
            body="<!doctype html><title>outer</title><iframe title=chat width=400 height=640 sandbox='allow-scripts allow-same-origin "
            "allow-forms allow-popups allow-downloads allow-top-navigation-by-user-activation' src='/webhooks/web/frame'></iframe>",
        ),
    )
    page.goto(f"{server.url}/outer")
    frame = page.frame_locator("iframe")
    frame.get_by_label(WORDS["input"], exact=True).fill("hello")
    frame.get_by_label(WORDS["input"], exact=True).press("Enter")
    expect(frame.locator(".guidance")).to_have_count(1)
    box = frame.locator(".panel").bounding_box()
    assert box and (round(box["width"]), round(box["height"])) == (400, 640)
    if way == "button":
        frame.get_by_role("button", name=WORDS["exit_name"]).click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/other")


def test_on_another_site(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    """The script says where the assistant is; the page's own address is another one."""
    page = new_context().new_page()
    chat = Chat(page, server)
    page.goto(f"http://localhost:{server.port}/elsewhere")
    chat.open().say("from another site")
    assert chat.answers() == ["Answer to: from another site"]
    assert page.evaluate("location.hostname") == "localhost"
    assert chat.page.get_by_role("link", name=WORDS["privacy_link"]).get_attribute("href") == f"{server.url}/privacy?language=en"


def test_screen_recorders_are_told_to_look_away(chat: Chat) -> None:
    attributes = chat.page.locator("recovery-chat").evaluate("node => node.getAttributeNames().concat([...node.classList])")
    assert {"data-hj-suppress", "data-dd-privacy", "data-clarity-mask", "data-private", "fs-exclude", "ph-no-capture"} <= set(attributes)


def test_a_page_can_set_colours_and_sizes(chat: Chat) -> None:
    chat.page.evaluate("document.querySelector('recovery-chat').style.setProperty('--rc-accent', 'rgb(90, 0, 120)')")
    assert chat.launcher.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(90, 0, 120)"


# ---- the file itself ---------------------------------------------------------------------------------------------------


def test_the_built_file_is_fresh_and_small() -> None:
    text = widget.BUILT.read_text(encoding="utf-8")
    assert text == widget.build(), "run python -m tools.widget"
    assert widget.gzipped(text) <= widget.MOST_BYTES


def test_building_prints_size_and_hash() -> None:
    printed = subprocess.run([sys.executable, "-m", "tools.widget"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert re.search(r"[\d,]+ gzipped", printed)
    assert widget.integrity(widget.build()) in printed


def test_nothing_reads_markup_and_no_number_or_address_of_others_stands_in_the_code() -> None:
    code = widget.build()
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "cookie", "indexedDB"):
        assert forbidden not in code, forbidden
    assert re.findall(r"https?://[\w.]+", code) == ["http://www.w3.org"], "the name of SVG is the only address"
    assert not re.search(r"\b(911|988|112|999|741741)\b", re.sub(r'd", "[^"]*|"M[^"]*"', "", code))


def test_modules_that_share_a_name_are_refused(tmp_path: Any) -> None:
    (tmp_path / "recovery_chat.js").write_text('import { a } from "./other.js";\nconst b = 1;\n')
    (tmp_path / "other.js").write_text("export const a = 1;\nconst b = 2;\n")
    with pytest.raises(ValueError, match=r"b is declared in other\.js and in recovery_chat\.js"):
        widget.build(tmp_path)
    (tmp_path / "other.js").write_text("export default 1;\n")
    with pytest.raises(ValueError, match=r"other\.js: only"):
        widget.build(tmp_path)


def test_an_emergency_is_readable_on_a_phone_at_once(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    """The number to call and the first step are in sight without scrolling."""
    chat = Chat(new_context(viewport={"width": 390, "height": 844}).new_page(), server).visit().open().say(OVERDOSE)
    expect(chat.log.get_by_role("link", name="Call 911 Emergency")).to_be_in_viewport()
    expect(chat.log.get_by_text("Shout their name")).to_be_in_viewport()
