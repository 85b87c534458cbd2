"""Asks Telegram for updates. An update is confirmed only once it is answered, so that a restart loses none."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Optional

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from channels.telegram.api import LONG_POLL_SECONDS, Api
from channels.telegram.desk import Desk
from channels.telegram.incoming import WANTED

logger = logging.getLogger(__name__)

# While something is being answered Telegram would return it at once, again and again.
SHORT_PAUSE = 0.1
# What takes longer (a chat that has to wait for its limit) is confirmed before it is done: Telegram shows only the next 100.
CONFIRM_AFTER = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
# Another program asks with the same token: it has to stop, not we.
CONFLICT_PAUSE = 5.0
REFUSED_PAUSE = 600.0


class Polling:
    """The long poll. PTB's own Updater confirms a whole batch before the first message of it is answered, so it does not fit."""

    def __init__(self, api: Api, desk: Desk) -> None:
        """Nothing is asked yet."""
        self._api = api
        self._desk = desk
        self._newest: Optional[int] = None
        self._conflict_said = False

    async def run(self) -> None:
        """Poll until cancelled. Nothing that Telegram or the network does ends it."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._once()
                pause = FIRST_PAUSE
                self._conflict_said = False
            except Conflict as error:
                await self._conflict(str(error))
            except RetryAfter as error:
                wait = error.retry_after
                await asyncio.sleep(wait if isinstance(wait, (int, float)) else wait.total_seconds())
            except InvalidToken:
                logger.error("Telegram refuses the token. Ask @BotFather for the bot's token, and start again with it.")
                await asyncio.sleep(REFUSED_PAUSE)
            except TelegramError:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:
                logger.error("Telegram: polling failed: %s.", type(error).__name__)
                await asyncio.sleep(LONGEST_PAUSE)

    async def _once(self) -> None:
        busy = bool(self._desk.unfinished)
        updates = await self._api.get_updates(self._offset(), 0 if busy else LONG_POLL_SECONDS, WANTED)
        for update in updates:
            number = update.get("update_id")
            if not self._desk.take(update):
                break
            if isinstance(number, int):
                # Numbers grow, but after a quiet week they begin anew anywhere: the last one is the newest.
                self._newest = number
        if self._desk.unfinished:
            await asyncio.sleep(SHORT_PAUSE)

    def _offset(self) -> Optional[int]:
        """From where to ask: what lies before is confirmed."""
        now = asyncio.get_running_loop().time()
        open_still = [number for number, since in self._desk.unfinished.items() if now - since < CONFIRM_AFTER]
        if open_still:
            return min(open_still)
        return None if self._newest is None else self._newest + 1

    async def _conflict(self, description: str) -> None:
        if "webhook" in description.lower():
            with contextlib.suppress(TelegramError):
                await self._api.call("deleteWebhook", drop_pending_updates=False)
                return
        elif not self._conflict_said:
            self._conflict_said = True
            logger.error("Telegram: another program asks for this bot's messages, too. Stop it, or give this one a bot of its own.")
        await asyncio.sleep(CONFLICT_PAUSE)
