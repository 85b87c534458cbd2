"""Runs the channel in a thread with an event loop of its own. Rasa's loop stands still while it loads a model."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import Any, Optional

from telegram.error import InvalidToken, TelegramError

from channels.telegram.api import Api
from channels.telegram.desk import Desk
from channels.telegram.incoming import WANTED
from channels.telegram.polling import LONGEST_PAUSE, REFUSED_PAUSE, Polling
from channels.telegram.profile import publish
from channels.telegram.rasa_side import Handler, RasaSide, default_country
from channels.telegram.secrecy import keep_secret
from channels.telegram.seen import Seen
from channels.telegram.settings import WEBHOOK, Settings
from channels.telegram.webhook import MOST_AT_ONCE, PATH, Webhook

logger = logging.getLogger(__name__)

# What is under way when the program stops gets so long. The launcher gives Rasa fifteen seconds.
DRAIN_SECONDS = 8.0


class Service:
    """The channel's thread."""

    def __init__(self, settings: Settings) -> None:
        """Hide the secrets from logs; nothing runs yet."""
        keep_secret([secret for secret in (settings.token, settings.secret) if secret])
        self._settings = settings
        self._thread = threading.Thread(target=self._run, name="telegram", daemon=True)
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._begun = threading.Event()
        self._stop: Optional[asyncio.Event] = None
        self.rasa: Optional[RasaSide] = None
        self.desk: Optional[Desk] = None

    def start(self) -> None:
        """Begin to listen to Telegram; returns before that is reached, or ever is."""
        self._thread.start()
        self._begun.wait(5)

    def connect(self, app: Any, loop: asyncio.AbstractEventLoop, handler: Handler) -> None:
        """Rasa is ready for messages."""
        if self._loop and self.rasa:
            self._loop.call_soon_threadsafe(self.rasa.connect, app, loop, handler)

    def stop(self) -> None:
        """End what is under way, then the thread. Blocks for at most some seconds; Rasa's loop must go on meanwhile."""
        if self._loop and self._stop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(DRAIN_SECONDS + 4)

    def push(self, conversation: str, reply: Any) -> None:
        """Send a reply that no message asked for to the chat of a conversation that is known."""
        if self._loop and self.desk:
            asyncio.run_coroutine_threadsafe(self._push(conversation, reply), self._loop)

    async def _push(self, conversation: str, reply: Any) -> None:
        try:
            if self.desk:
                await self.desk.push(conversation, reply)
        except Exception as error:
            logger.error("Telegram: a reminder could not be sent: %s.", type(error).__name__)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception as error:
            logger.error("Telegram: the channel ended: %s.", type(error).__name__)
        finally:
            self._begun.set()

    async def _main(self) -> None:
        settings = self._settings
        self._loop, self._stop, self.rasa = asyncio.get_running_loop(), asyncio.Event(), RasaSide()
        api = Api(settings.token or "", settings.api)
        seen = Seen(settings.folder / f"telegram-{settings.bot_id}.seen")
        self.desk = desk = Desk(settings, api, self.rasa, seen)
        webhook = Webhook(desk, settings.secret or "", settings.webhook_host, settings.webhook_port) if settings.mode == WEBHOOK else None
        self._begun.set()
        if webhook:
            try:
                await webhook.start()
            except OSError:
                logger.error("Telegram: port %s is taken: choose another webhook_port.", settings.webhook_port)
                return
        work = asyncio.create_task(self._listen(api, desk, bool(webhook)))
        await self._stop.wait()
        if webhook:
            webhook.open = False
        desk.closing.set()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        await desk.inbox.drain(DRAIN_SECONDS)
        if webhook:
            await webhook.stop()
        await api.close()
        seen.close()

    async def _listen(self, api: Api, desk: Desk, by_webhook: bool) -> None:
        """Reach Telegram, however long that takes, say which bot this is, and take its updates."""
        # Polling goes first: who is in danger must not wait for a call that only says our name.
        polling = None if by_webhook else asyncio.create_task(Polling(api, desk).run())
        try:
            name = await self._name(api)
            if by_webhook:
                await self._register(api)
            print(f"Telegram: https://t.me/{name} ({self._settings.mode})", flush=True)
            await publish(api, default_country(), self._settings.folder / f"telegram-{self._settings.bot_id}.profile")
            await asyncio.Event().wait()
        finally:
            if polling:
                polling.cancel()
                await asyncio.gather(polling, return_exceptions=True)

    async def _name(self, api: Api) -> str:
        return str((await self._at_last(lambda: api.call("getMe")))["username"])

    async def _register(self, api: Api) -> None:
        url = (self._settings.webhook_url or "").rstrip("/") + PATH
        await self._at_last(
            lambda: api.call(
                "setWebhook",
                url=url,
                secret_token=self._settings.secret,
                allowed_updates=WANTED,
                max_connections=MOST_AT_ONCE,
                drop_pending_updates=False,
            )
        )

    async def _at_last(self, call: Any) -> Any:
        """The result of a call, tried until it succeeds. The first failure is logged."""
        pause, said = 1.0, False
        while True:
            try:
                return await call()
            except InvalidToken:
                logger.error("Telegram refuses the token. Ask @BotFather for the bot's token, and start again with it.")
                await asyncio.sleep(REFUSED_PAUSE)
            except TelegramError as error:
                if not said:
                    said = True
                    logger.error("Telegram can't be reached (%s); it is tried again.", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
