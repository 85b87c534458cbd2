"""Decides what is done about an update: who answers it, and when."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, List, Optional

from channels.telegram import incoming
from channels.telegram.api import Api, Gone
from channels.telegram.chats import Chat, Chats
from channels.telegram.inbox import Inbox, Stopping
from channels.telegram.incoming import Incoming, command_of
from channels.telegram.outgoing import Outgoing, is_card, messages_of
from channels.telegram.rasa_side import RasaSide, Reply, default_country
from channels.telegram.seen import Seen
from channels.telegram.settings import POLLING, Settings
from channels.telegram.tokens import Tokens
from channels.telegram.words import GUIDANCE, buttons_of, command_names, fixed_reply, guidance_in, spoken, text_of
from components import crisis_talk
from components.danger_rules import E2

logger = logging.getLogger(__name__)

# Answered by the channel's own words.
START, HELP, EMERGENCY, PRIVACY, DELETE, STOP = "start", "help", "emergency", "privacy", "delete", "stop"
# A turn takes some hundredths of a second; a hint before it would only flicker. Telegram shows the hint for five seconds.
HINT_AFTER, HINT_EVERY = 0.7, 4.0
# So long nobody is told that the model is loading.
LOADING_AFTER = 2.0
# A model that takes longer will not come.
LOADING_SECONDS = 300.0
CLOSING_SECONDS = 3.0
# The name under which the answer to /emergency counts as a card.
OWN_CARD = "utter_emergency_numbers"
# The replies to the buttons of a card.
STEPS = tuple(f"utter_{step}" for step in crisis_talk.STEPS)
# What a link such as t.me/name?start=poster puts behind /start.
DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Desk:
    """Takes updates in, one after the other, and has each answered exactly once."""

    def __init__(self, settings: Settings, api: Api, rasa: RasaSide, seen: Seen) -> None:
        """Open; to be created inside the channel's event loop."""
        self._settings = settings
        self._api = api
        self.rasa = rasa
        self._seen = seen
        self._tokens = Tokens()
        self.chats = Chats(settings.messages_per_minute)
        self._groups: set[int] = set()
        self.inbox = Inbox(settings.waiting_messages)
        # What was not answered before the end comes again after it. A webhook's updates do not: they are answered before.
        self.closing = asyncio.Event()
        self._comes_again = settings.mode == POLLING
        # Numbers of updates that are being answered, with the time of their arrival.
        self.unfinished: Dict[int, float] = {}

    def take(self, update: Any) -> bool:
        """Take an update in. False if it has to come again later, because too many are waiting."""
        message = incoming.read(update)
        if message is None or message.update_id in self._seen or message.update_id in self.unfinished:
            return True
        if not self.inbox.has_room and message.kind != incoming.TAP and not self._is_emergency(message):
            return False
        if message.kind == incoming.IGNORED:
            self._seen.add(message.update_id)
            return True
        self.unfinished[message.update_id] = asyncio.get_running_loop().time()
        if message.tap_id:
            self.inbox.at_once(lambda: self._acknowledge(message))
        job = self._job(message)
        command, _ = command_of(message.text) if message.kind == incoming.TEXT else ("", "")
        named = command_names().get(command)
        if named == EMERGENCY or (named and not self.rasa.ready.is_set()):
            # Waits for nothing: not for an earlier message's turn, not for the model.
            self.inbox.at_once(job)
        else:
            self.inbox.put(message.chat_id, job)
        return True

    def _is_emergency(self, message: Incoming) -> bool:
        return message.kind == incoming.TEXT and command_names().get(command_of(message.text)[0]) == EMERGENCY

    def _job(self, message: Incoming) -> Callable[[], Awaitable[None]]:
        async def job() -> None:
            done = True
            try:
                if self.closing.is_set() and self._comes_again:
                    raise Stopping
                await self._answer(message)
            except Gone:
                await self._forget_who_left(message.chat_id)
            except (asyncio.CancelledError, Stopping):
                # The program stops: whoever asks Telegram next gets this update again, and the chat's later ones after it.
                done = False
                raise
            finally:
                if done:
                    self._seen.add(message.update_id)
                self.unfinished.pop(message.update_id, None)

        return job

    async def _answer(self, message: Incoming) -> None:
        if message.kind == incoming.GONE:
            await self._forget_who_left(message.chat_id)
        elif message.kind in (incoming.GROUP, incoming.ADDED_TO_GROUP):
            await self._refuse_group(message)
        elif message.kind == incoming.TAP:
            if message.chat_id:
                await self._tapped(message)
        else:
            chat = self.chats.of(message.chat_id)
            chat.language = message.language
            chat.note(message.message_id)
            await {incoming.TEXT: self._written, incoming.EDITED: self._edited, incoming.MEDIA: self._media}[message.kind](chat, message)

    # What people send

    async def _written(self, chat: Chat, message: Incoming) -> None:
        command, rest = command_of(message.text)
        named = command_names().get(command)
        if named:
            await self._command(chat, named)
            # "/emergency he is not breathing" says something; what a link puts behind /start does not.
            if rest and not (named == START and DEEP_LINK.fullmatch(rest)):
                await self._typed(chat, rest, message)
            return
        await self._typed(chat, message.text, message)

    async def _typed(self, chat: Chat, text: str, message: Incoming, before: Optional[str] = None) -> None:
        """Have the assistant answer what somebody typed. Whatever it looks like, it is never one of Rasa's own commands."""
        text = re.sub(r"^[\s/]+", "", text)
        if await self._within_limit(chat, text):
            await self._turn(chat, text, message, before=before)

    async def _edited(self, chat: Chat, message: Incoming) -> None:
        if (await self.rasa.danger(message.text)).level >= E2:
            await self._typed(chat, message.text, message)
        elif await self._within_limit(chat, ""):
            await self._say(chat, "edited")

    async def _media(self, chat: Chat, message: Incoming) -> None:
        if message.text.strip():
            chat.album = message.album
            await self._typed(chat, message.text, message, before="with_picture")
        elif (not message.album or message.album != chat.album) and await self._within_limit(chat, ""):
            chat.album = message.album
            await self._say(chat, message.content)

    async def _acknowledge(self, message: Incoming) -> None:
        """Stop the button's clock at once. What the tap means is worked out in its turn."""
        notice = None
        if message.chat_id and self._tokens.payload_of(message.tap_data) is None:
            notice = text_of("stale_notice", message.language, default_country())
        await self._api.answer_tap(message.tap_id, notice)

    async def _tapped(self, message: Incoming) -> None:
        chat = self.chats.of(message.chat_id)
        chat.language = message.language or chat.language
        if not chat.first_tap(message.message_id):
            return
        payload = self._tokens.payload_of(message.tap_data)
        taking = asyncio.create_task(self._api.take_buttons(chat.id, message.message_id))
        try:
            if not payload:
                await self._say(chat, "stale")
            elif await self._within_limit(chat, payload):
                await self._turn(chat, payload, message, chosen=message.tap_title)
        finally:
            await taking

    # Commands

    async def _command(self, chat: Chat, command: str) -> None:
        if command == DELETE:
            await self._delete(chat)
        else:
            await self._say(chat, command, urgent=command == EMERGENCY, with_guidance=command != EMERGENCY)

    async def _delete(self, chat: Chat) -> None:
        forgotten = await self.rasa.forget(chat.id)
        language, country, numbers = chat.language, self._country(chat), chat.deletable()
        self.chats.forget(chat.id)
        chat = self.chats.of(chat.id)
        chat.language = language
        cleared = await self._api.delete(chat.id, numbers)
        name = "not_deleted" if not forgotten else "deleted" if cleared else "deleted_here_only"
        await self._say(chat, name, country=country)

    async def _refuse_group(self, message: Incoming) -> None:
        if message.chat_id in self._groups:
            return
        self._groups.add(message.chat_id)
        try:
            await self._api.send(message.chat_id, Outgoing(text_of("group", message.language, default_country())))
        finally:
            await self._api.leave(message.chat_id)

    async def _forget_who_left(self, chat: int) -> None:
        await self.rasa.forget(chat)
        self.chats.forget(chat)

    # Answers

    async def _turn(self, chat: Chat, text: str, message: Incoming, chosen: str = "", before: Optional[str] = None) -> None:
        """One turn of the assistant, sent as one message if it fits."""
        lead = [self._own(before, chat)] if before else []
        early: List[Reply] = []
        async with self._hint(chat):
            if not self.rasa.ready.is_set():
                early = await self._wait_for_model(chat, text, lead)
            if self.rasa.ready.is_set():
                replies = await self._rasa_turn(chat, text, message)
                chat.country = await self.rasa.country(chat.id)
            else:
                replies = self.rasa.fixed_turn(text, self._country(chat))
        card = any(is_card(reply) for reply in replies)
        chat.in_emergency = card or any(str(reply.get("utter_action")).startswith(STEPS) for reply in replies)
        said = {reply["utter_action"] for reply in early if not _is_guidance(reply)}
        replies = [reply for reply in replies if reply.get("utter_action") not in said]
        if early and all(_is_guidance(reply) for reply in replies):
            return
        await self._send(chat, [*([] if early or card else lead), *replies], chosen)

    async def _rasa_turn(self, chat: Chat, text: str, message: Incoming) -> List[Reply]:
        try:
            return await self.rasa.turn(chat.id, text, str(message.update_id))
        except Stopping:
            # Rasa's loop hears of the end first, this one a moment later; the chat's later messages wait here.
            if self._comes_again and await self._happens(self.closing, CLOSING_SECONDS):
                raise
            return self.rasa.fixed_turn(text, self._country(chat))

    async def _happens(self, event: asyncio.Event, seconds: float) -> bool:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
        return event.is_set()

    async def _wait_for_model(self, chat: Chat, text: str, lead: List[Reply]) -> List[Reply]:
        """Wait until the model is loaded; a danger is answered at once, without it. The result is what was said so."""
        early = await self.rasa.early_card(text)
        if early:
            await self._send(chat, early)
        if not await self._happens(self.rasa.ready, LOADING_AFTER):
            if not early and not chat.loading_said:
                chat.loading_said = True
                await self._say(chat, "loading")
            await self._happens(self.rasa.ready, LOADING_SECONDS)
        return early

    async def _within_limit(self, chat: Chat, text: str) -> bool:
        """Whether to answer. Over the limit only dangers are, and whoever is in the middle of one; others hear it once."""
        if chat.bucket.take() or chat.in_emergency or text.startswith("/emergency"):
            return True
        if text and (await self.rasa.danger(text)).level >= E2:
            return True
        if not chat.bucket.warned:
            chat.bucket.warned = True
            await self._say(chat, "flood")
        return False

    def _country(self, chat: Chat) -> str:
        return chat.country or default_country()

    def _own(self, name: str, chat: Chat, country: Optional[str] = None) -> Reply:
        text = text_of(name, chat.language, country or self._country(chat))
        return {"text": text, "buttons": buttons_of(name, chat.language), "utter_action": OWN_CARD if name == EMERGENCY else ""}

    async def _say(self, chat: Chat, name: str, urgent: bool = False, with_guidance: bool = True, country: Optional[str] = None) -> None:
        """Say one of the channel's own texts, with the guidance at its end."""
        replies = [self._own(name, chat, country)]
        if with_guidance:
            language = spoken(chat.language)
            replies.append(fixed_reply(guidance_in(language), country or self._country(chat), language))
        await self._send(chat, replies, urgent=urgent)

    async def _send(self, chat: Chat, replies: List[Reply], chosen: str = "", urgent: bool = False) -> None:
        page = self._settings.call_page
        link = {"title": text_of("call_page", chat.language, "XX"), "url": page} if page else None
        urgent = urgent or any(is_card(reply) for reply in replies)
        for message in messages_of(replies, self._tokens, chosen, link):
            chat.note(await self._api.send(chat.id, message, urgent=urgent))

    @contextlib.asynccontextmanager
    async def _hint(self, chat: Chat) -> AsyncIterator[None]:
        """Show "typing" while something takes long."""

        async def show() -> None:
            await asyncio.sleep(HINT_AFTER)
            while True:
                await self._api.typing(chat.id)
                await asyncio.sleep(HINT_EVERY)

        showing = asyncio.create_task(show())
        try:
            yield
        finally:
            showing.cancel()

    async def push(self, conversation: str, reply: Reply) -> None:
        """Send a reply that nobody asked for, such as a reminder, without a sound. Nobody gets it whose chat is forgotten."""
        chat = next((number for number in self.chats.numbers() if self.rasa.is_conversation_of(number, conversation)), None)
        if chat is None:
            return
        state = self.chats.of(chat)
        language = spoken(state.language)
        guidance = fixed_reply(guidance_in(language), self._country(state), language)
        with contextlib.suppress(Gone):
            for message in messages_of([reply, guidance], self._tokens):
                state.note(await self._api.send(chat, message, silent=True))


def _is_guidance(reply: Reply) -> bool:
    return str(reply.get("utter_action") or "").startswith(GUIDANCE)
