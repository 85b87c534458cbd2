"""The channel's parts alone."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage
from telegram.error import InvalidToken

from channels.telegram import incoming
from channels.telegram.chats import Chats
from channels.telegram.desk import DEEP_LINK, Desk
from channels.telegram.flood import Bucket
from channels.telegram.inbox import Inbox
from channels.telegram.incoming import command_of
from channels.telegram.numbers import dialable
from channels.telegram.outgoing import LONGEST, Outgoing, keyboard_of, messages_of, split, units
from channels.telegram.profile import calls
from channels.telegram.rasa_side import RasaSide
from channels.telegram.secrecy import keep_secret
from channels.telegram.seen import Seen
from channels.telegram.settings import Settings, WrongSetting
from channels.telegram.tokens import Tokens
from channels.telegram.words import command_names, words
from common.contacts import country_codes
from tests.telegram.fake.methods import call
from tests.telegram.fake.rules import Refused, text_of
from tests.telegram.fake.world import World
from tools import telegram_token
from tools.launch import TELEGRAM

TOKEN = "7000000001:" + "x" * 35


# Settings


def test_without_a_token_nothing_else_is_asked_for() -> None:
    assert Settings.read({"mode": "webhook"}, {}).token is None


@pytest.mark.parametrize(
    ("written", "environment", "says"),
    [
        ({"mode": "pull"}, {}, "polling or webhook"),
        ({"mode": "webhook"}, {}, "webhook_url"),
        ({"mode": "webhook", "webhook_url": "https://a.example"}, {}, "TELEGRAM_SECRET"),
        ({"mode": "webhook", "webhook_url": "https://a.example"}, {"TELEGRAM_SECRET": "short"}, "16 to 256"),
        ({}, {"TELEGRAM_TOKEN": "not-a-token"}, "@BotFather"),
        ({"webhook_port": "many"}, {}, "webhook_port"),
        ({"messages_per_minute": 0}, {}, "messages_per_minute"),
        ({"call_page": "http://a.example"}, {}, "https://"),
        ({"token": TOKEN}, {}, "is no setting"),
        ({"acess": 1}, {}, "is no setting"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_is(written: dict, environment: dict, says: str) -> None:
    with pytest.raises(WrongSetting, match=says) as raised:
        Settings.read(written, {"TELEGRAM_TOKEN": TOKEN, **environment})
    assert TOKEN not in str(raised.value) and "not-a-token" not in str(raised.value)


def test_a_variable_outranks_the_file() -> None:
    assert Settings.read({"webhook_port": 1}, {"TELEGRAM_WEBHOOK_PORT": "8444"}).webhook_port == 8444
    assert TOKEN not in repr(Settings(token=TOKEN))


def test_the_token_has_one_name() -> None:
    from channels.telegram import settings

    assert telegram_token.TOKEN == settings.TOKEN and settings.TOKEN.startswith(TELEGRAM)


# Secrecy


def test_no_logger_writes_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    factory = logging.getLogRecordFactory()
    try:
        keep_secret([TOKEN])
        logging.getLogger("anything").error("GET https://api.telegram.org/bot%s/getMe", TOKEN)
        try:
            raise RuntimeError("outer") from InvalidToken(f"The token `{TOKEN}` was rejected by the server.")
        except RuntimeError:
            logging.getLogger("anything").exception("it failed")
        logging.getLogger("anything").error({"url": TOKEN})
    finally:
        logging.setLogRecordFactory(factory)
    assert len(caplog.records) == 3
    assert TOKEN not in caplog.text and "it failed (RuntimeError)" in caplog.text


# Updates: the shapes of core.telegram.org/bots/api


UPDATES = {path.stem: path for path in (Path(__file__).parent / "updates").glob("*.json")}


@pytest.mark.parametrize("name", sorted(UPDATES))
def test_a_recorded_update_is_read(name: str) -> None:
    import json

    recorded = json.loads(UPDATES[name].read_text(encoding="utf-8"))
    read = incoming.read(recorded["update"])
    assert read
    assert {key: getattr(read, key) for key in recorded["read"]} == recorded["read"]
    # What is not needed is not even read.
    for private in recorded.get("never", []):
        assert private not in repr(read)


@pytest.mark.parametrize("update", [None, [], "x", {}, {"update_id": "1"}, {"message": {}}])
def test_what_is_no_update_is_none(update: object) -> None:
    assert incoming.read(update) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["message", "edited_message", "callback_query", "my_chat_member"])
@pytest.mark.parametrize("value", [{}, {"chat": None}, {"chat": {"id": "x", "type": "private"}}, {"message": 5}])
def test_a_broken_update_is_ignored(part: str, value: dict) -> None:
    read = incoming.read({"update_id": 4, part: value})
    assert read and read.update_id == 4 and not read.text


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/start", "start", ""),
        ("/Emergency@some_bot", "emergency", ""),
        ("/emergency he is not breathing", "emergency", "he is not breathing"),
        ("/start poster-7", "start", "poster-7"),
        ("start", "", ""),
        ("/", "", ""),
        ("//start", "", ""),
        ('/set_country{"country": "US"}', "", ""),
    ],
)
def test_a_command_is_read(text: str, command: str, rest: str) -> None:
    assert command_of(text) == (command, rest)


def test_what_a_link_carries_is_no_message_but_words_are() -> None:
    assert DEEP_LINK.fullmatch("poster-7") and not DEEP_LINK.fullmatch("i want to die")


# Outgoing


def test_a_turn_is_one_message_that_ends_with_the_guidance() -> None:
    card = {
        "text": "Call 911 now. Then <this> & that.",
        "buttons": [{"title": "Safe", "payload": "/safe"}],
        "utter_action": "utter_emergency_x",
    }
    (message,) = messages_of(
        [card, {"text": "Guidance.", "utter_action": "utter_emergency_guidance"}], Tokens(), chosen="Not shown on a card"
    )
    assert message.html == "<b>Call 911 now.</b> Then &lt;this&gt; &amp; that.\n\nGuidance."
    assert text_of({"text": message.html, "parse_mode": "HTML"}) == (message.text, "Call 911 now.")
    assert message.keyboard == [[{"text": "Safe", "callback_data": "/safe"}]]


@pytest.mark.parametrize(
    "text", ["word " * 3000, "x" * 9000, "💊" * 5000, "A sentence. " * 900, "Line\n" * 2000, "段落。" * 3000, "<&>" * 3000]
)
def test_a_long_text_is_parted_and_nothing_is_lost(text: str) -> None:
    parts = split(text)
    assert all(0 < units(part) <= LONGEST for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    for part in parts:
        assert text_of({"text": Outgoing(part).html, "parse_mode": "HTML"})[0] == part


def test_a_text_is_parted_between_sentences() -> None:
    assert all(part.endswith(".") for part in split("This is one sentence. " * 500))


def test_the_guidance_is_never_lost_in_a_long_turn() -> None:
    messages = messages_of(
        [{"text": "One. " * 1500}, {"text": "Two.", "buttons": [{"title": "a", "payload": "/b"}]}, {"text": "Guidance."}], Tokens()
    )
    assert len(messages) > 1 and messages[-1].text.endswith("Two.\n\nGuidance.")
    assert [bool(message.keyboard) for message in messages] == [False] * (len(messages) - 1) + [True]


def test_two_short_buttons_a_row_and_each_once() -> None:
    titles = ["Yes", "No", "A title that is long", "Maybe", "Yes", "Another quite long title"]
    rows = keyboard_of([{"title": title, "payload": f"/{index % 4}"} for index, title in enumerate(titles)], Tokens())
    assert [[button["text"] for button in row] for row in rows] == [
        ["Yes", "No"],
        ["A title that is long"],
        ["Maybe"],
        ["Another quite long title"],
    ]


def test_a_long_payload_travels_as_a_token() -> None:
    tokens = Tokens()
    payload = "/x" + "é" * 60
    data = tokens.data_for(payload)
    assert len(data.encode()) <= 64 and tokens.payload_of(data) == payload
    assert tokens.data_for("/short") == "/short" and tokens.payload_of("/short") == "/short"
    assert Tokens().payload_of(data) is None


def test_numbers_are_written_so_that_phones_dial_them() -> None:
    assert dialable("SAMHSA 1-800-662-4357, 911, 116 123") == "SAMHSA +1-800-662-4357, 911, 116 123"
    assert dialable(dialable("1-800-662-4357")) == "+1-800-662-4357"
    assert dialable("11-800-662-4357") == "11-800-662-4357"


# Order, limits, memory


async def test_a_chat_keeps_its_order_and_others_do_not_wait() -> None:
    inbox, done, gate = Inbox(10), [], asyncio.Event()

    async def wait() -> None:
        await gate.wait()
        done.append("slow")

    async def note(what: str) -> None:
        done.append(what)

    inbox.put(1, wait)
    inbox.put(1, lambda: note("after slow"))
    inbox.put(2, lambda: note("other"))
    inbox.at_once(lambda: note("urgent"))
    await asyncio.sleep(0.01)
    assert sorted(done) == ["other", "urgent"] and inbox.waiting == 2
    gate.set()
    await inbox.drain(1)
    assert done[2:] == ["slow", "after slow"] and inbox.waiting == 0


async def test_an_error_holds_nothing_up_and_is_logged_without_words(caplog: pytest.LogCaptureFixture) -> None:
    inbox, done = Inbox(10), []

    async def fail() -> None:
        raise ValueError("what somebody wrote")

    async def good() -> None:
        done.append(1)

    inbox.put(1, fail)
    inbox.put(1, good)
    await inbox.drain(1)
    assert done == [1] and "ValueError" in caplog.text and "somebody wrote" not in caplog.text


async def test_a_cancelled_answer_takes_no_later_one_with_it() -> None:
    """Rasa's loop cancels its turns when it stops."""
    inbox, done = Inbox(10), []

    async def cancelled() -> None:
        raise asyncio.CancelledError

    async def good() -> None:
        done.append(1)

    inbox.put(1, cancelled)
    inbox.put(1, good)
    await inbox.drain(1)
    assert done == [1]


async def test_too_many_are_asked_to_come_again() -> None:
    inbox = Inbox(2)
    gate = asyncio.Event()
    for chat in (1, 2):
        inbox.put(chat, gate.wait)  # type: ignore[arg-type]
    assert not inbox.has_room
    gate.set()
    await inbox.drain(1)
    assert inbox.has_room


def test_what_was_answered_is_known_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state" / "bot.seen"
    seen = Seen(path)
    seen.add(7)
    # Not closed: as after a crash.
    assert 7 in Seen(path) and 8 not in Seen(path)
    assert path.read_text(encoding="ascii") == "7\n"


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    seen = Seen(tmp_path / "file" / "bot.seen")
    seen.add(1)
    assert 1 in seen and "can't be written" in caplog.text


def test_a_person_may_write_so_much_a_minute() -> None:
    now = [0.0]
    bucket = Bucket(6, clock=lambda: now[0])
    assert [bucket.take() for _ in range(7)] == [True] * 6 + [False]
    now[0] = 10.0
    assert bucket.take() and not bucket.take()


def test_forgetting_a_chat_does_not_begin_a_flood_anew() -> None:
    chats = Chats(1)
    assert chats.of(5).bucket.take()
    chats.of(5).country = "IE"
    chats.forget(5)
    assert chats.of(5).country is None and not chats.of(5).bucket.take()


class StandIn:
    """An `Api` that notes what it is told to send."""

    def __init__(self) -> None:
        """Nothing is sent yet."""
        self.sent: list[tuple[int, str]] = []

    async def send(self, chat: int, message: Outgoing, silent: bool = False, urgent: bool = False) -> int:
        """Note it."""
        self.sent.append((chat, message.text))
        return 1

    async def answer_tap(self, tap: str, text: str | None = None) -> None:
        """Do nothing."""

    async def typing(self, chat: int) -> None:
        """Do nothing."""


def _written(number: int, chat: int, text: str) -> dict:
    message = {"message_id": number, "text": text, "chat": {"id": chat, "type": "private"}, "from": {"language_code": "es"}}
    return {"update_id": number, "message": message}


async def test_a_full_inbox_still_takes_an_emergency(tmp_path: Path) -> None:
    api = StandIn()
    desk = Desk(Settings(token=TOKEN, waiting_messages=2), api, RasaSide(), Seen(tmp_path / "x.seen"))  # type: ignore[arg-type]
    assert [desk.take(_written(number, number, "hello")) for number in (1, 2, 3)] == [True, True, False]
    assert desk.take(_written(4, 4, "/emergencia"))
    await asyncio.sleep(0.05)
    ((chat, text),) = api.sent
    assert chat == 4 and text.startswith("Llama ya al 911")
    # Twice is once; what was refused may come again.
    assert desk.take(_written(4, 4, "/emergencia")) and len(api.sent) == 1
    desk.closing.set()
    await desk.inbox.drain(0.01)
    assert 4 in Seen(tmp_path / "x.seen") and not any(number in Seen(tmp_path / "x.seen") for number in (1, 2, 3))


async def test_over_the_limit_one_word_and_still_an_emergency(tmp_path: Path) -> None:
    api, rasa = StandIn(), RasaSide()
    desk = Desk(Settings(token=TOKEN, messages_per_minute=1), api, rasa, Seen(tmp_path / "x.seen"))  # type: ignore[arg-type]
    said = []

    async def handler(message: UserMessage) -> None:
        said.append(message.text)

    rasa.connect(None, asyncio.get_running_loop(), handler)
    for number, text in enumerate(("hello", "hello", "hello", "he overdosed and is not breathing", "/greet", "/emergency"), 1):
        desk.take(_written(number, 9, text))
    await desk.inbox.drain(20)
    # Who is in the middle of an emergency is not counted any more; and a typed command is only a word.
    assert said == ["hello", "he overdosed and is not breathing", "greet"]
    # Rasa said nothing: the rules' own card, and the guidance. Then the one word about the flood, and the numbers.
    assert sum("mucho a la vez" in text for _, text in api.sent) == 1
    assert [text.startswith("Call 911") for _, text in api.sent].count(True) == 1
    assert [text.startswith("Llama ya") for _, text in api.sent].count(True) == 1


async def test_a_turn_that_rasa_drops_is_answered_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    rasa = RasaSide()

    async def fail(message: UserMessage) -> None:
        raise ValueError(message.text)

    rasa.connect(None, asyncio.get_running_loop(), fail)
    replies = await rasa.turn(1, "what is a sponsor", "1")
    assert [reply["utter_action"] for reply in replies] == ["utter_turn_failed", "utter_emergency_guidance"]
    assert "ValueError" in caplog.text and "sponsor" not in caplog.text


def test_no_two_chats_share_a_conversation_and_nobody_can_guess_one() -> None:
    first, second = RasaSide(), RasaSide()
    assert first.conversation(1) == first.conversation(1) != first.conversation(2)
    assert first.conversation(1) != second.conversation(1) and first.conversation(1) != "1"


# Words


def test_commands_are_understood_in_both_languages() -> None:
    names = command_names()
    assert {names[name] for name in ("emergency", "emergencia", "sos")} == {"emergency"}
    assert {names[name] for name in ("delete", "borrar")} == {"delete"}
    assert set(words()) == {"en", "es"}


@pytest.mark.parametrize("country", country_codes())
def test_telegram_takes_the_profile_for_every_country(country: str) -> None:
    world = World(TOKEN)
    import json

    for method, arguments in calls(country):
        call(world, method, {key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()})
    assert len(world.profile) == 7


def test_the_stand_in_is_strict() -> None:
    for text in ("<b>x", "<u>x</b>", "<p>x</p>", "a < b > c", " ", "x" * 4097, "💊" * 2049):
        with pytest.raises(Refused):
            text_of({"text": text, "parse_mode": "HTML"})
