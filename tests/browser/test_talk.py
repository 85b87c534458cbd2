"""A conversation in the widget: what is said, answered, kept, lost and found again."""

from __future__ import annotations

import re
from typing import Any, Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import WORDS, Chat
from tests.browser.fake_server import LOW, OVERDOSE, RELIGIOUS, STEP, STRINGS, FakeServer

HOURS = 60 * 60 * 1000


def test_it_says_what_it_is_before_the_first_message(chat: Chat) -> None:
    chat.open()
    expect(chat.log).to_contain_text(WORDS["greeting"])
    expect(chat.log).to_contain_text(WORDS["privacy_line"])
    expect(chat.page.get_by_text(WORDS["tagline"])).to_be_visible()
    expect(chat.page.get_by_role("link", name=WORDS["privacy_link"])).to_have_attribute("href", f"{chat.server.url}/privacy?language=en")


def test_a_question_is_answered_and_the_caret_stays(chat: Chat) -> None:
    chat.open().say(RELIGIOUS)
    assert chat.said_by_me() == [RELIGIOUS]
    expect(chat.log).to_contain_text("Many groups speak of a higher power")
    expect(chat.input).to_be_focused()
    expect(chat.input).to_have_value("")
    sent = chat.server.said[0]
    assert re.fullmatch("[0-9a-f]{32}", sent["session"]) and re.fullmatch("[0-9a-f]{32}", sent["id"])
    assert sent["text"] == RELIGIOUS and sent["language"] == "en" and "country" not in sent and "payload" not in sent


def test_shift_enter_makes_a_line_and_nothing_empty_is_sent(chat: Chat) -> None:
    chat.open()
    chat.input.press("Enter")
    chat.input.type("one")
    chat.input.press("Shift+Enter")
    chat.input.type("two")
    chat.button("send").click()
    expect(chat.log.locator(".mine .bubble")).to_have_text("one\ntwo")
    assert [message["text"] for message in chat.server.said] == ["one\ntwo"]


def test_buttons_send_their_payload_and_stay_buttons(chat: Chat) -> None:
    chat.open().say(RELIGIOUS)
    more = chat.page.get_by_role("button", name=re.compile("^Tell me more"))
    more.click()
    expect(chat.log.locator(".guidance")).to_have_count(2)
    assert chat.said_by_me()[-1] == "Tell me more"
    assert chat.server.said[-1]["payload"] == "/tell_me_more" and "text" not in chat.server.said[-1]
    expect(more).to_be_enabled()
    expect(more).to_have_accessible_name(f"Tell me more ({WORDS['chosen']})")
    more.click()
    expect(chat.log.locator(".guidance")).to_have_count(3)


def test_starters_are_sent_as_typed_words(chat: Chat) -> None:
    chat.open()
    chat.button("starter_1").click()
    expect(chat.log.locator(".guidance")).to_have_count(1)
    assert chat.server.said[0]["text"] == WORDS["starter_1"]


def test_sources_are_shown_on_demand_and_links_tell_nothing(chat: Chat) -> None:
    chat.open().say(RELIGIOUS)
    source = chat.page.get_by_role("link", name="SMART Recovery: what it is")
    expect(source).to_be_hidden()
    chat.page.get_by_text("Sources: 1").click()
    expect(source).to_be_visible()
    assert source.evaluate("a => [a.href, a.target, a.rel, a.referrerPolicy]") == [
        "https://smartrecovery.org/what-is-it",
        "_blank",
        "noopener noreferrer",
        "no-referrer",
    ]


def test_an_emergency_is_a_card_with_a_button_that_calls(chat: Chat) -> None:
    chat.open().say(OVERDOSE)
    card = chat.log.locator(".care.emergency")
    expect(card.get_by_role("heading", name=WORDS["card_emergency"])).to_be_visible()
    call = card.get_by_role("link", name="Call 911 Emergency")
    expect(call).to_have_attribute("href", "tel:911")
    expect(call).to_be_in_viewport()
    expect(card.get_by_role("listitem")).to_have_count(5)
    assert card.locator(".prose a").first.get_attribute("href") == "tel:911"


def test_the_three_levels_differ_by_words_and_drawing(chat: Chat) -> None:
    chat.open().say(STEP).say(LOW).say(OVERDOSE)
    headings = chat.log.get_by_role("heading").all_text_contents()
    assert headings == [WORDS["card_calm"], WORDS["card_urgent"], WORDS["card_emergency"]]
    drawings = chat.log.locator(".care h3 path").evaluate_all("all => all.map(path => path.getAttribute('d'))")
    assert len(set(drawings)) == 3
    urgent = chat.log.locator(".care.urgent")
    expect(urgent.get_by_role("link", name="Call 988 Crisis line")).to_have_attribute("href", "tel:988")
    expect(urgent.get_by_role("link", name="Text HOME to 741741")).to_have_attribute("href", "sms:741741?&body=HOME")


def test_steps_show_their_place_and_lists_and_websites(chat: Chat) -> None:
    chat.open().say(STEP)
    answer = chat.log.locator(".answer").last
    expect(answer.locator(".marks i")).to_have_count(12)
    expect(answer.locator(".marks .reached")).to_have_count(3)
    assert answer.inner_text().count("Step 3 of 12") == 1
    expect(answer.locator("ul li")).to_have_text(["One day at a time", "With others"])
    expect(answer.get_by_role("link", name="na.org")).to_have_attribute("href", "https://na.org/")


def test_numbers_in_the_guidance_can_be_tapped(chat: Chat) -> None:
    chat.open().say("hello")
    addresses = chat.log.locator(".guidance a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert addresses == ["tel:911", "tel:988", "tel:18006624357"]


def test_only_whole_numbers_are_links(chat: Chat, server: FakeServer) -> None:
    text = "In 1911, 988,000 people; room 9118; 9-1-1; 1 800 662 4357; see e.g. this. Ask at aa.org/find-aa. Mail a@b.com."
    server.faults.turn = lambda said, country: {
        "level": "E0",
        "replies": [{"type": "answer", "text": text}, {"type": "guidance", "text": "g"}],
    }
    chat.open().say("x")
    links = chat.log.locator(".answer").last.locator("a").evaluate_all("all => all.map(a => [a.textContent, a.getAttribute('href')])")
    assert links == [["1 800 662 4357", "tel:18006624357"], ["aa.org/find-aa", "https://aa.org/find-aa"]]


def test_the_country_picked_changes_the_bar_and_is_sent_once(chat: Chat) -> None:
    chat.open()
    chat.page.get_by_label(WORDS["country"]).select_option("IE")
    expect(chat.bar.get_by_role("link", name="Call 112 Emergency")).to_have_attribute("href", "tel:112")
    expect(chat.bar.get_by_role("link", name="Text 50808")).to_have_attribute("href", "sms:50808?&body=HELLO")
    chat.say("one").say("two")
    assert [message.get("country") for message in chat.server.said] == ["IE", None]


def test_the_sites_country_is_told_to_the_server(page: Page, server: FakeServer) -> None:
    chat = Chat(page, server).visit(attributes='country="GB"').open().say("one").say("two")
    expect(chat.bar.get_by_role("link", name="Call 999 Emergency")).to_be_visible()
    expect(chat.log.locator(".guidance").first).to_contain_text("999")
    assert [message.get("country") for message in server.said] == ["GB", None]


def test_a_country_named_in_words_changes_the_bar(chat: Chat, server: FakeServer) -> None:
    server.faults.turn = lambda said, country: {"country": "GB", "level": "E0", "replies": [{"type": "guidance", "text": "Call 999."}]}
    chat.open().say("I am in London")
    expect(chat.bar.get_by_role("link", name="Call 999 Emergency")).to_be_visible()
    expect(chat.page.get_by_label(WORDS["country"])).to_have_value("GB")
    expect(chat.log.locator(".guidance a")).to_have_attribute("href", "tel:999")


def test_without_a_number_the_bar_says_words_and_a_website(chat: Chat) -> None:
    chat.open()
    chat.page.get_by_label(WORDS["country"]).select_option("XX")
    expect(chat.bar).to_contain_text("your local emergency number")
    assert chat.bar.locator("a[href^='tel:']").count() == 0


def test_overdose_steps_are_local(chat: Chat, server: FakeServer) -> None:
    server.stop()
    try:
        chat.button("Overdose What to do").click()
        sheet = chat.page.get_by_role("dialog", name=WORDS["overdose_title"])
        expect(sheet.get_by_role("heading")).to_be_focused()
        expect(sheet.get_by_role("link", name="Call 911 Emergency")).to_have_attribute("href", "tel:911")
        expect(sheet.get_by_role("listitem")).to_have_count(5)
        chat.page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(chat.button("Overdose What to do")).to_be_focused()
    finally:
        server.start()


def test_the_talk_survives_a_reload_and_is_not_read_out_again(chat: Chat) -> None:
    chat.open().say("one").say(OVERDOSE)
    chat.input.fill("half a senten")
    chat.page.reload()
    expect(chat.log.locator(".guidance")).to_have_count(2)
    assert chat.said_by_me() == ["one", OVERDOSE]
    expect(chat.input).to_have_value("half a senten")
    expect(chat.log.locator(".care.emergency")).to_be_visible()
    session = {message["session"] for message in chat.server.said}
    chat.say("three")
    assert {message["session"] for message in chat.server.said} == session


def test_a_closed_tab_leaves_nothing(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    context = new_context()
    Chat(context.new_page(), server).visit().open().say("one")
    context.pages[0].close()
    again = Chat(context.new_page(), server).visit().open()
    assert again.said_by_me() == []


def test_remembering_is_a_choice(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    context = new_context()
    first = Chat(context.new_page(), server).visit().open().say("one")
    first.button("options").click()
    first.page.get_by_label(WORDS["remember"]).check()
    first.page.close()
    again = Chat(context.new_page(), server).visit()
    again.page.get_by_role("log").wait_for()
    assert again.said_by_me() == ["one"]
    again.button("options").click()
    again.page.get_by_label(WORDS["remember"]).uncheck()
    assert again.page.evaluate("localStorage.length") == 0


def test_two_tabs_are_two_talks(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    context = new_context()
    first = Chat(context.new_page(), server).visit().open().say("one")
    second = Chat(context.new_page(), server).visit().open().say("two")
    assert first.said_by_me() == ["one"] and second.said_by_me() == ["two"]
    assert len({message["session"] for message in server.said}) == 2


def test_two_tabs_that_remember_share_one_talk(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    context = new_context()
    first = Chat(context.new_page(), server).visit().open().say("one")
    first.button("options").click()
    first.page.get_by_label(WORDS["remember"]).check()
    first.button("done").click()
    second = Chat(context.new_page(), server).visit()
    second.page.get_by_role("log").wait_for()
    second.say("two")
    expect(first.log.locator(".guidance")).to_have_count(2)
    first.say("three")
    expect(second.log.locator(".guidance")).to_have_count(3)
    assert first.said_by_me() == second.said_by_me() == ["one", "two", "three"]
    assert all(count == 1 for count in server.treated.values())
    first.option("delete")
    first.button("delete_do").click()
    expect(second.log.locator(".mine")).to_have_count(0)


def test_delete_removes_it_here_and_there(chat: Chat, server: FakeServer) -> None:
    chat.open().say("a secret")
    session = server.said[0]["session"]
    chat.option("delete")
    expect(chat.page.get_by_role("dialog")).to_contain_text(WORDS["delete_warning"])
    chat.button("delete_do").click()
    expect(chat.status).to_have_text(WORDS["delete_done"])
    assert server.deleted == [session]
    assert chat.said_by_me() == []
    stored = chat.page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    assert "a secret" not in stored and session not in stored


def test_delete_is_kept_up_until_the_server_hears_it(chat: Chat, server: FakeServer) -> None:
    chat.open().say("a secret")
    server.faults.delete_down = True
    chat.option("delete")
    chat.button("delete_do").click()
    expect(chat.status).to_have_text(WORDS["delete_device_only"])
    assert chat.said_by_me() == [] and server.deleted == []
    server.faults.delete_down = False
    expect(chat.status).to_have_text(WORDS["delete_done"])
    assert server.deleted == [server.said[0]["session"]]


def test_cancel_keeps_the_chat_and_returns_the_caret(chat: Chat, server: FakeServer) -> None:
    chat.open().say("one").option("delete")
    chat.button("cancel").click()
    assert chat.said_by_me() == ["one"] and server.deleted == []
    expect(chat.button("options")).to_be_focused()


def test_a_new_chat_has_a_new_session(chat: Chat, server: FakeServer) -> None:
    chat.open().say("one").option("new")
    chat.button("new_do").click()
    expect(chat.input).to_be_focused()
    assert chat.said_by_me() == []
    chat.say("two")
    assert len({message["session"] for message in server.said}) == 2


def test_save_makes_a_file_on_this_device(chat: Chat) -> None:
    chat.open().say("one").say(OVERDOSE).option("save")
    expect(chat.page.get_by_role("dialog")).to_contain_text(WORDS["save_warning"])
    with chat.page.expect_download() as download:
        chat.button("save_do").click()
    assert download.value.suggested_filename == WORDS["save_name"]
    text = download.value.path().read_text(encoding="utf-8")
    assert text.startswith(WORDS["save_head"])
    assert text.index("one") < text.index("Answer to: one") < text.index(OVERDOSE) < text.index("Call 911 now")


def test_what_it_is_said_again_after_three_hours(page: Page, server: FakeServer) -> None:
    page.clock.install()
    chat = Chat(page, server).visit().open().say("one")
    page.clock.fast_forward(2 * HOURS)
    chat.say("two")
    expect(chat.log.get_by_text(WORDS["disclosure_again"])).to_have_count(0)
    page.clock.fast_forward(1 * HOURS + 61_000)
    expect(chat.log.get_by_text(WORDS["disclosure_again"])).to_have_count(1)
    page.clock.fast_forward(2 * HOURS)
    chat.say("three")
    expect(chat.log.get_by_text(WORDS["disclosure_again"])).to_have_count(1)


def test_too_long_is_said_and_not_sent(chat: Chat, server: FakeServer) -> None:
    chat.open()
    chat.input.fill("x" * 900)
    expect(chat.page.get_by_text("100 characters left")).to_be_visible()
    chat.input.fill("x" * 1003)
    expect(chat.page.locator("#left")).to_contain_text("3 characters too many")
    chat.input.press("Enter")
    expect(chat.status).to_contain_text("3 characters too many")
    expect(chat.input).to_have_value("x" * 1003)
    assert server.said == []


def test_spanish(new_context: Callable[..., BrowserContext], server: FakeServer) -> None:
    words = STRINGS["es"]
    chat = Chat(new_context().new_page(), server, words).visit(attributes='language="es"').open()
    expect(chat.page.get_by_role("heading", name=words["title"])).to_be_visible()
    chat.say("hola")
    assert server.said[0]["language"] == "es"
    assert chat.log.locator(".answer .prose").last.get_attribute("lang") == "en"
    assert chat.page.locator("recovery-chat .frame").get_attribute("lang") == "es"


def test_the_language_can_be_changed_in_the_middle(chat: Chat) -> None:
    chat.open().say("hello")
    chat.button("language_es").click()
    spanish = Chat(chat.page, chat.server, STRINGS["es"])
    expect(spanish.button("language_en")).to_be_focused()
    assert spanish.said_by_me() == ["hello"]
    spanish.say("hola")
    chat.page.reload()
    expect(spanish.page.get_by_role("heading", name=STRINGS["es"]["title"])).to_be_visible()


def test_pages_can_open_it_and_ask(chat: Chat) -> None:
    chat.page.evaluate("document.addEventListener('recovery-chat-open', (event) => { window.heard = String(event.detail); })")
    chat.page.evaluate("document.querySelector('recovery-chat').ask('from the page')")
    expect(chat.log.locator(".guidance")).to_have_count(1)
    assert chat.said_by_me() == ["from the page"]
    assert chat.page.evaluate("window.heard") == "null"


def test_both_languages_have_the_same_words() -> None:
    starters = {f"starter_{number}" for number in range(1, 5)}
    assert set(STRINGS["en"]) - starters == set(STRINGS["es"]) - starters


def test_every_word_is_used_and_none_is_missing() -> None:
    from tools import widget

    code = "".join(path.read_text(encoding="utf-8") for path in widget.SOURCES.glob("*.js"))
    families = ("role_", "card_", "starter_", "language_", "save_", "delete_", "new_", "safety_")
    unused = [key for key in STRINGS["en"] if not re.search(rf"\b{key}\b", code) and not key.startswith(families)]
    wanted: Any = set(re.findall(r"strings\.(\w+)", code))
    assert not unused and not wanted - set(STRINGS["en"])
