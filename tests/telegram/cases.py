"""What goes wrong on Telegram, one case each: what Rasa's own channel does, and what this one does, measured on the stand-in.

The tests run every case; `python -W ignore -m tests.telegram.compared` writes them into docs/telegram_compared.md.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List

from channels.telegram.api import Api
from channels.telegram.desk import Desk
from channels.telegram.outgoing import messages_of, units
from channels.telegram.rasa_side import RasaSide
from channels.telegram.seen import Seen as SeenUpdates
from channels.telegram.settings import Settings
from channels.telegram.tokens import Tokens
from tests.servers import Servers
from tests.telegram.telegram_sim import TelegramSim
from tests.telegram.telegram_sim import bot as own_bot

# Each turn's last words, in English.
GUIDANCE = "Automated info, not medical advice."
HELP = "someone overdosed, he is not breathing"


@dataclass(frozen=True)
class Seen:
    """What a case showed: whether it is good, and in words with figures."""

    good: bool
    words: str


@dataclass(frozen=True)
class Case:
    """One row.

    Attributes:
        name: the case.
        stock: what Rasa 3.6.21's own channel does, measured once on 21 November 2026 with its dead session patched out.
        measure: plays it, and says what was seen.

    """

    name: str
    stock: str
    measure: Callable[[TelegramSim, Servers], Seen]


CASES: List[Case] = []


def case(name: str, stock: str) -> Callable[[Callable[[TelegramSim, Servers], Seen]], Callable[[TelegramSim, Servers], Seen]]:
    """Make a row of a function."""

    def make(measure: Callable[[TelegramSim, Servers], Seen]) -> Callable[[TelegramSim, Servers], Seen]:
        CASES.append(Case(name, stock, measure))
        return measure

    return make


def calls_to(sim: TelegramSim, method: str, chat: int) -> List[Dict[str, Any]]:
    """The calls of a method for one chat."""
    return [entry for entry in sim.sim("calls", method=method) if entry["arguments"].get("chat_id") == str(chat)]


@case("a fresh install gets a message", "dead: HTTP 500 for each update, `RuntimeError: Event loop is closed`")
def _hello(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sent = sim.say(person, "what is a sponsor?")
    reply = sim.wait_for(person)[0]
    took = reply["at"] - sent["at"]
    return Seen("sponsor" in reply["text"].lower() and reply["text"].endswith(GUIDANCE), f"answered after {took:.2f} s, with guidance")


@case("the same update twice", "processed twice")
def _twice(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    number = sim.say(person, "hello")["update_id"]
    sim.wait_for(person)
    sim.sim("again", update_id=number)
    sim.quiet()
    count = len(sim.replies(person))
    return Seen(count == 1, f"answered {count} time")


@case("429 on sending", "HTTP 500, and Telegram delivers the whole update again")
def _limit(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.sim("faults", faults=[{"kind": "429", "chat": person, "times": 2, "seconds": 1}])
    sent = sim.say(person, "hello")
    other = sim.new_person()
    fast = sim.say(other, "hello")
    quick = sim.wait_for(other)[0]["at"] - fast["at"]
    replies = sim.wait_for(person)
    waited = replies[0]["at"] - sent["at"]
    return Seen(
        len(replies) == 1 and waited >= 2 and quick < 1, f"`retry_after` waited out ({waited:.1f} s), sent once; others {quick:.2f} s"
    )


@case("5xx and cut lines on sending", "not tried alone; any failure is HTTP 500, and Telegram delivers the whole update again")
def _outage(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.sim("faults", faults=[{"kind": "5xx", "chat": person, "times": 1}, {"kind": "cut", "chat": person, "times": 1}])
    sim.say(person, "hello")
    count = len(sim.wait_for(person))
    return Seen(count == 1, f"tried again, sent {count} time")


@case("403, the person has blocked the bot", "HTTP 500, and Telegram delivers the whole update again")
def _blocked(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.sim("block", chat=person)
    sim.say(person, "hello")
    sim.quiet()
    tries = len(calls_to(sim, "sendMessage", person))
    sim.sim("block", chat=person, blocked=False)
    back = len(sim.ask(person, "hello again"))
    return Seen(tries == 1 and back == 1, "one try, chat forgotten; answered again once unblocked")


@case("an answer over 4,096 characters", "HTTP 500, nothing arrives")
def _long(sim: TelegramSim, bot: Servers) -> Seen:
    longest = max(
        (len(m["text"].encode("utf-16-le")) // 2 for chat in sim.sim("chats") for m in chat["messages"] if m["by"] == "bot"), default=0
    )
    parts = messages_of([{"text": "Ein Satz mit 💊 und so. " * 500}], Tokens())
    return Seen(
        longest <= 4096 and all(units(part.text) <= 4096 for part in parts),
        f"{len(parts)} parts, parted at sentences; longest sent so far {longest}",
    )


@case("a button with more than 64 bytes", "HTTP 500, nothing arrives")
def _bytes(sim: TelegramSim, bot: Servers) -> Seen:
    tokens = Tokens()
    payload = '/set_country{"country": "' + "x" * 90 + '"}'
    data = tokens.data_for(payload)
    return Seen(
        len(data.encode()) <= 64 and tokens.payload_of(data) == payload,
        f"a token of {len(data.encode())} bytes stands for {len(payload.encode())}",
    )


@case("`channel_post`", "HTTP 500, `AttributeError`; Telegram sends it again and again")
def _channel(sim: TelegramSim, bot: Servers) -> Seen:
    post = {"message_id": 1, "chat": {"id": -100500, "type": "channel", "title": "News"}, "date": 1, "text": HELP}
    sim.sim("update", update={"channel_post": post}, chats={"-100500": "channel"})
    sim.sim("update", update={"message": post})
    sim.quiet()
    tries = len(calls_to(sim, "sendMessage", -100500))
    return Seen(tries == 0, "ignored")


@case("`my_chat_member`, somebody blocks the bot", "HTTP 500, `AttributeError`; Telegram sends it again and again")
def _member(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.ask(person, "i am in ireland")
    change = {
        "chat": {"id": person, "type": "private"},
        "from": {"id": person, "language_code": "en"},
        "new_chat_member": {"status": "kicked"},
    }
    sim.sim("update", update={"my_chat_member": change})
    sim.quiet()
    reply = sim.ask(person, "/emergency")[-1]["text"]
    return Seen("911" in reply and "112" not in reply, "conversation forgotten, country and all; nothing sent")


@case("an answer of several paragraphs", "as many messages in a burst")
def _burst(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.ask(person, "is detox better than suboxone?")
    sim.quiet(0.5)
    replies = sim.replies(person)
    return Seen(len(replies) == 1 and replies[0]["text"].endswith(GUIDANCE), f"{len(replies)} message, the guidance at its end")


@case("several buttons", "one row, titles cut on phones; `**bold**` shown raw")
def _rows(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    keyboard = sim.ask(person, "hello")[-1]["keyboard"]
    widths = [len(row) for row in keyboard]
    good = all(len(row) == 1 or (len(row) == 2 and all(len(button["text"]) <= 17 for button in row)) for row in keyboard)
    return Seen(good and len(keyboard) > 1, f"{sum(widths)} buttons in {len(widths)} rows, two only where both are short")


@case("a tap", "never answered, the button's clock runs; the keyboard stays")
def _tap(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.ask(person, "hello")
    tapped = sim.tap(person, "Is it religious?")
    replies = sim.wait_for(person, 2)
    sim.quiet(0.5)
    replies = sim.replies(person)
    answered = sim.sim("state")["taps"][tapped["tap"]] is not None
    call = [entry for entry in sim.sim("calls", method="answerCallbackQuery") if entry["arguments"]["callback_query_id"] == tapped["tap"]]
    took = call[0]["at"] - tapped["at"] if call else 9
    good = answered and replies[0]["keyboard"] == [] and replies[1]["text"].startswith("› Is it religious?")
    return Seen(good, f"answered after {took * 1000:.0f} ms, used buttons removed, the choice shown above the reply")


@case("the same button twice, an old button", "not tried; no tap is answered")
def _stale(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    message = sim.ask(person, "hello")[-1]
    data = message["keyboard"][0][0]["callback_data"]
    first = sim.tap(person, message_id=message["id"], data=data)
    again = sim.tap(person, message_id=message["id"], data=data)
    sim.wait_for(person, 2)
    other = sim.ask(person, "what is a sponsor?")[-1]
    old = sim.tap(person, message_id=other["id"], data="~ffffffffffffffffffffffff")
    replies = sim.wait_for(person, 4)
    sim.quiet(0.5)
    taps = sim.sim("state")["taps"]
    good = (
        len(sim.replies(person)) == 4
        and all(taps[tap["tap"]] is not None for tap in (first, again, old))
        and "too old" in replies[3]["text"]
    )
    return Seen(good, "one answer for two taps, a kind text for an old button; each tap answered")


@case("a message in a group", "answered in the group")
def _group(sim: TelegramSim, bot: Servers) -> Seen:
    group = -4000 - sim.new_person()
    for _ in range(3):
        sim.say(group, "/help@recovery_answers_test_bot", kind="group")
    sim.wait_for(group)
    sim.quiet()
    chat = sim.sim("chat", chat=group)
    count = len(sim.replies(group))
    return Seen(count == 1 and chat["left"], f"refused kindly {count} time, group left")


@case("an edited caption", "Rasa gets the text `None`; the turn is lost")
def _edited(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    first = sim.ask(person, "hello")
    message = {
        "message_id": 5,
        "chat": {"id": person, "type": "private"},
        "from": {"id": person, "language_code": "en"},
        "date": 1,
        "edit_date": 2,
    }
    sim.sim("update", update={"edited_message": {**message, "photo": [], "caption": "nice picture"}})
    again = sim.wait_for(person, 2)[1]["text"]
    sim.sim("update", update={"edited_message": {**message, "photo": [], "caption": HELP}})
    danger = sim.wait_for(person, 3)[2]["text"]
    return Seen(
        bool(first) and "send it as a new one" in again and danger.startswith("Call 911"),
        "asked to send it again; a danger gets its card at once",
    )


@case("typed `/restart`, or a typed payload", "run as Rasa's intent or command")
def _typed(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.ask(person, "i am in ireland")
    restart = sim.ask(person, "/restart")[-1]["text"]
    greet = sim.ask(person, '/set_country{"country": "US"}')[-1]["text"]
    return Seen("112" in restart and "112" in greet, "read as words; country and conversation untouched")


@case("anybody opens `/set_webhook`", "the webhook is set anew")
def _open_route(sim: TelegramSim, bot: Servers) -> Seen:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{bot.port}/webhooks/telegram/set_webhook", timeout=5) as reply:
            status = reply.status
    except urllib.error.HTTPError as error:
        status = error.code
    return Seen(status == 404, f"no such page ({status})")


@case("a voice message, a photo, a place, a contact", "silently ignored; a place is stored as text")
def _media(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    for count, content in enumerate(
        (
            {"voice": {"file_id": "a", "duration": 3}},
            {"photo": [{"file_id": "b"}]},
            {"location": {"latitude": 51.5, "longitude": -0.1}},
            {"contact": {"phone_number": "+15550100", "first_name": "Jo"}},
            {"sticker": {"file_id": "c", "emoji": "🆘"}},
        ),
        1,
    ):
        sim.say(person, "", **content)
        sim.wait_for(person, count)
    texts = [message["text"] for message in sim.replies(person)]
    good = all(text.endswith(GUIDANCE) for text in texts) and not any("51.5" in text or "5550100" in text for text in texts)
    return Seen(good and len(set(texts)) == 5, f"{len(texts)} kind replies, each with guidance; nothing of it read or kept")


@case("a danger in a photo's caption", "silently ignored")
def _caption(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.say(person, "", photo=[{"file_id": "b"}], caption=HELP)
    text = sim.wait_for(person)[0]["text"]
    return Seen(text.startswith("Call 911"), "the emergency card, alone")


@case("thirty messages in a row", "not tried: no limit in its source")
def _flood(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    for number in range(30):
        sim.say(person, f"what is step {number % 12 + 1}")
    sim.quiet(1.5)
    before = sim.replies(person)
    warned = sum("a lot at once" in message["text"] for message in before)
    card = sim.ask(person, HELP)[-1]["text"]
    return Seen(
        warned == 1 and len(before) < 30 and card.startswith("Call 911"),
        f"{len(before) - 1} answered, then one kind word; a danger still gets its card",
    )


@case("the action server is down", "not tried: the channel has no words of its own")
def _forget(sim: TelegramSim, bot: Servers) -> Seen:
    bot.kill_actions()
    try:
        person = sim.new_person()
        sent = sim.say(person, "/emergency")
        reply = sim.wait_for(person)[0]
        took = reply["at"] - sent["at"]
        card = sim.ask(person, HELP)[-1]["text"]
        privacy = sim.ask(sim.new_person(), "/privacy")[-1]["text"]
    finally:
        bot.mend_actions()
    return Seen(
        card.startswith("Call 911") and "911" in reply["text"] and "What I keep" in privacy,
        f"`/emergency` after {took * 1000:.0f} ms, the card, and `/privacy`",
    )


@case("`/delete`", "no such command")
def _delete(sim: TelegramSim, bot: Servers) -> Seen:
    person = sim.new_person()
    sim.ask(person, "i am in ireland")
    before = sim.ask(person, "what is a sponsor?")[-1]["text"]
    said = sim.ask(person, "/delete")[-1]["text"]
    sim.quiet(0.5)
    messages = sim.sim("chat", chat=person)["messages"]
    gone = sum(message["deleted"] for message in messages)
    after = sim.ask(person, "what is a sponsor?")[-1]["text"]
    good = "112" in before and "112" not in after and "I have forgotten" in said and gone == len(messages) - 1
    return Seen(good, f"conversation forgotten, {gone} messages taken off the screen")


@case("Telegram down at start", "Rasa does not start")
def _start(sim: TelegramSim, bot: Servers) -> Seen:
    with tempfile.TemporaryDirectory() as folder, TelegramSim() as down:
        down.sim("faults", faults=[{"kind": "5xx", "method": "*"}])
        with own_bot(down, Path(folder)) as other:
            rest = other.say("what is a sponsor?").texts
            down.sim("faults", faults=[])
            reply = down.ask(down.new_person(), "hello")[-1]["text"]
    return Seen(bool(rest) and reply.endswith(GUIDANCE), "the other channels answer; so does this one once Telegram is back")


@case("a reminder, or a trigger from outside", "`asyncio.run()` inside a running loop: nothing is sent")
def _unasked(sim: TelegramSim, bot: Servers) -> Seen:
    return asyncio.run(_pushed(sim))


async def _pushed(sim: TelegramSim) -> Seen:
    person = sim.new_person()
    sim.sim("message", chat=person, text="")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(token=sim.token, api=sim.url)
        desk = Desk(settings, Api(sim.token, sim.url), RasaSide(), SeenUpdates(Path(folder) / "x.seen"))
        conversation = desk.rasa.conversation(person)
        await desk.push(conversation, {"text": "Not for somebody who is forgotten."})
        desk.chats.of(person)
        await desk.push(conversation, {"text": "How are you today?"})
    sent = [message for message in sim.replies(person) if message["silent"]]
    good = [message["text"].startswith("How are you today?") and message["text"].endswith(GUIDANCE) for message in sent] == [True]
    return Seen(good, "sent without a sound, with guidance; never to a chat that was forgotten")


@case("two programs poll with one token (409)", "no polling")
def _conflict(sim: TelegramSim, bot: Servers) -> Seen:
    begun = time.monotonic()
    with urllib.request.urlopen(f"{sim.url}/bot{sim.token}/getUpdates?timeout=0", timeout=10):
        pass
    person = sim.new_person()
    sim.say(person, "hello")
    sim.wait_for(person, seconds=30)
    said = bot.log.count("another program asks for this bot's messages")
    return Seen(said >= 1, f"said in the log, and tried again: answered {time.monotonic() - begun:.0f} s later")
