"""The bridge to Rasa, which runs in another thread and may still be loading its model."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from asyncio import AbstractEventLoop
from typing import Any, Awaitable, Callable, Coroutine, Dict, List, Optional

from rasa.core.channels.channel import OutputChannel, UserMessage

from channels.telegram.inbox import Stopping
from channels.telegram.words import GUIDANCE, fixed_reply, guidance_in
from common.fixed_responses import fixed_responses
from common.paths import PROJECT
from common.yaml_files import read_yaml
from components.danger import label_of
from components.danger_rules import E2, ENGLISH, Reading, danger_rules
from components.turn_guard import rescue_response

logger = logging.getLogger(__name__)

# The guard bounds a turn to five seconds; this is for a server that hangs as a whole.
TURN_SECONDS = 12.0
SHORT_SECONDS = 3.0

Handler = Callable[[UserMessage], Awaitable[Any]]
Reply = Dict[str, Any]


async def _nobody(message: UserMessage) -> None:
    """Stands for Rasa until that is there."""


class Collector(OutputChannel):
    """Takes a turn's replies, so that they can be sent as one message."""

    def __init__(self) -> None:
        """Start empty."""
        self.replies: List[Reply] = []

    @classmethod
    def name(cls) -> str:
        """As in responses with `channel: telegram`."""
        return "telegram"

    async def send_response(self, recipient_id: str, message: Reply) -> None:
        """Keep a reply."""
        self.replies.append(dict(message))


class RasaSide:
    """Asks Rasa from the channel's own event loop. None of its methods raises anything but `Stopping`, whatever Rasa does."""

    def __init__(self) -> None:
        """Not ready yet."""
        self.ready = asyncio.Event()
        self._loop: Optional[AbstractEventLoop] = None
        self._app: Any = None
        self._handler: Handler = _nobody
        # Other channels on this server let a caller name any conversation. Nobody can name one of these.
        self._key = secrets.token_bytes(32)

    def connect(self, app: Any, loop: AbstractEventLoop, handler: Handler) -> None:
        """Rasa's model is loaded. Called in this side's own loop."""
        self._app, self._loop, self._handler = app, loop, handler
        self.ready.set()

    def conversation(self, chat: int) -> str:
        """Rasa's name for a chat's conversation: nobody can guess it, and it names nobody."""
        return "telegram-" + hmac.new(self._key, str(chat).encode(), hashlib.sha256).hexdigest()[:32]

    def is_conversation_of(self, chat: int, name: str) -> bool:
        """Whether a conversation is this chat's."""
        return hmac.compare_digest(self.conversation(chat), name)

    async def turn(self, chat: int, text: str, message_id: str) -> List[Reply]:
        """The assistant's replies to a message: never none, and the guidance among them."""
        collector = Collector()
        message = UserMessage(text, collector, self.conversation(chat), input_channel="telegram", message_id=message_id)
        try:
            await self._there(lambda: self._handler(message), TURN_SECONDS)
        except Stopping:
            raise
        except Exception as error:
            logger.error("Telegram: a turn failed: %s.", type(error).__name__)
        if any(str(reply.get("utter_action") or "").startswith(GUIDANCE) for reply in collector.replies):
            return collector.replies
        return [*collector.replies, *self.fixed_turn(text, default_country(), not collector.replies)]

    async def country(self, chat: int) -> Optional[str]:
        """The country that the person has set; None if none or unknown."""

        async def slot() -> Optional[str]:
            tracker = await self._app.ctx.agent.tracker_store.retrieve(self.conversation(chat))
            return tracker.get_slot("country") if tracker else None

        try:
            return await self._there(slot, SHORT_SECONDS) if self.ready.is_set() else None
        except Exception:
            return None

    async def forget(self, chat: int) -> bool:
        """Delete a chat's conversation; whether nothing of it is left. Without a loaded model there is none."""

        async def delete() -> None:
            store = self._app.ctx.agent.tracker_store
            # Rasa wraps every store in one that knows no deletion.
            await getattr(store, "_tracker_store", store).delete(self.conversation(chat))

        if not self.ready.is_set():
            return True
        try:
            await self._there(delete, TURN_SECONDS)
            return True
        except Exception as error:
            logger.error("Telegram: a conversation could not be deleted: %s.", type(error).__name__)
            return False

    async def danger(self, text: str) -> Reading:
        """What the danger rules say of a text, with or without a model. An error of theirs counts as danger."""
        try:
            if not self.ready.is_set():
                return await asyncio.to_thread(lambda: danger_rules().read(text))

            async def read() -> Reading:
                return danger_rules().read(text)

            return await self._there(read, TURN_SECONDS)
        except Exception as error:
            logger.error("Telegram: the danger rules failed: %s.", type(error).__name__)
            return Reading(level=E2, kind="unclear")

    async def early_card(self, text: str) -> List[Reply]:
        """What can be said of a danger before the model is loaded: a card or a line of concern, and the guidance; else nothing."""
        if text.startswith("/"):
            named = label_of(text[1:])
            name, language = (f"utter_{text[1:]}", ENGLISH) if named and named[0] >= E2 else ("", ENGLISH)
        else:
            reading = await self.danger(text)
            name = rescue_response(text, fixed_responses()) if reading.level >= E2 else ""
            language = reading.language
        if name not in fixed_responses():
            return []
        country = default_country()
        return [fixed_reply(name, country, language), fixed_reply(guidance_in(language), country, language)]

    def fixed_turn(self, text: str, country: str, with_answer: bool = True) -> List[Reply]:
        """What is said where Rasa said nothing: by the danger rules alone, then the guidance."""
        name = rescue_response(text, fixed_responses())
        answer = [fixed_reply(name, country, ENGLISH)] if with_answer else []
        return [*answer, fixed_reply(GUIDANCE, country, ENGLISH)]

    async def _there(self, work: Callable[[], Any], seconds: float) -> Any:
        """Do something in Rasa's event loop."""
        if self._loop is None or self._loop.is_closed():
            raise Stopping

        async def run() -> Any:
            try:
                return await work()
            except asyncio.CancelledError:
                # Whoever asked was not cancelled, and must not look as if.
                raise Stopping from None

        running: Coroutine[Any, Any, Any] = run()
        return await asyncio.wait_for(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(running, self._loop)), seconds)


def default_country() -> str:
    """The operator's default country, known before any model is."""
    try:
        return str(read_yaml(PROJECT / "endpoints.yml")["nlg"]["default_country"])
    except Exception:
        return "XX"
