"""Calls the Bot API, again where that helps: limits, outages and cut lines are waited out."""

from __future__ import annotations

import asyncio
import logging
import warnings
from functools import partial
from typing import Any, Awaitable, Callable, Dict, List, Optional, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from channels.telegram.outgoing import Keyboard, Outgoing

logger = logging.getLogger(__name__)

CONNECTIONS = 64
LONG_POLL_SECONDS = 25
ANSWER_SECONDS = 10.0
CONNECT_SECONDS = 5.0
# A message is tried for so long. Longer than an outage of minutes; shorter than anybody waits for an answer.
PATIENCE_SECONDS = 300.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
# What Telegram says to an edit or a tap that came too late. Nothing is lost by it.
TOO_LATE = ("not modified", "to edit not found", "can't be edited", "query is too old", "query id is invalid", "to delete not found")
URGENT = 1


class Gone(Exception):
    """The chat does not exist any more, or the person has blocked the bot."""


class _UrgentFirst(AIORateLimiter):
    """At most 30 messages a second, as Telegram wants, but an emergency never queues behind the others."""

    async def process_request(
        self,
        callback: Callable[..., Any],
        args: Any,
        kwargs: Dict[str, Any],
        endpoint: str,
        data: Dict[str, Any],
        rate_limit_args: Optional[int],
    ) -> Any:
        # A limit that one chat has hit is waited out here in `Api`, for that chat alone: AIORateLimiter's own retries hold up all.
        if rate_limit_args == URGENT:
            return await callback(*args, **kwargs)
        return await self._run_request(
            chat="chat_id" in data, group=False, allow_paid_broadcast=False, callback=callback, args=args, kwargs=kwargs
        )


class Api:
    """The Bot API as this channel needs it. No method raises what holds the token: Telegram's errors are handled or named by class."""

    def __init__(self, token: str, base_url: str, patience: float = PATIENCE_SECONDS) -> None:
        """Nothing is sent yet; to be created inside the event loop that uses it."""
        warnings.filterwarnings("ignore", category=PTBUserWarning)
        self._bot: ExtBot = ExtBot(
            token,
            base_url=f"{base_url.rstrip('/')}/bot",
            request=HTTPXRequest(
                connection_pool_size=CONNECTIONS, read_timeout=ANSWER_SECONDS, connect_timeout=CONNECT_SECONDS, pool_timeout=60
            ),
            get_updates_request=HTTPXRequest(connection_pool_size=1, connect_timeout=CONNECT_SECONDS),
            rate_limiter=_UrgentFirst(),
        )
        self._patience = patience

    async def close(self) -> None:
        """Close all connections."""
        for request in self._bot._request:
            await request.shutdown()

    async def get_updates(self, offset: Optional[int], timeout: float, wanted: Sequence[str]) -> List[Dict[str, Any]]:
        """Updates as Telegram sends them, unread: one that a library can't read would hold up all others.

        Raises:
            TelegramError: as it comes.

        """
        arguments = {"timeout": int(timeout), "allowed_updates": list(wanted), "limit": 100, **({"offset": offset} if offset else {})}
        # On a line of its own, so that a hanging poll never holds up an answer.
        result = await self._bot.do_api_request("getUpdates", arguments, read_timeout=timeout + ANSWER_SECONDS)
        return result if isinstance(result, list) else []

    async def call(self, method: str, **arguments: Any) -> Any:
        """Any method, once.

        Raises:
            TelegramError: as it comes.

        """
        return await self._bot.do_api_request(method, arguments)

    async def send(self, chat: int, message: Outgoing, silent: bool = False, urgent: bool = False) -> int:
        """Send a message; the result is its number.

        Raises:
            Gone: nobody is there.
            TelegramError: Telegram does not take it, or could not be reached for minutes.

        """
        markup = markup_of(message.keyboard)

        async def as_html() -> Any:
            return await self._send(chat, message.html, "HTML", markup, silent, urgent)

        async def as_plain_text() -> Any:
            return await self._send(chat, message.text, None, None, silent, urgent)

        try:
            sent = await self._patiently(as_html)
        except BadRequest:
            # Whatever Telegram dislikes about form or buttons, the words must arrive.
            logger.error("Telegram: a message was refused, and is sent again as plain text.")
            sent = await self._patiently(as_plain_text)
        return int(sent.message_id)

    async def _send(self, chat: int, text: str, mode: Optional[str], markup: Any, silent: bool, urgent: bool) -> Any:
        return await self._bot.send_message(
            chat,
            text,
            parse_mode=mode,
            reply_markup=markup,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            disable_notification=silent,
            rate_limit_args=URGENT if urgent else None,
        )

    async def typing(self, chat: int) -> None:
        """Show that an answer is on its way. No matter if that fails."""
        await self._without_harm(lambda: self._bot.send_chat_action(chat, "typing"))

    async def answer_tap(self, tap: str, text: Optional[str] = None) -> None:
        """Stop the button's clock, with a short notice if there is one."""
        await self._without_harm(lambda: self._bot.answer_callback_query(tap, text=text, rate_limit_args=URGENT))

    async def take_buttons(self, chat: int, message: int) -> None:
        """Take the buttons off a message."""
        await self._without_harm(lambda: self._bot.edit_message_reply_markup(chat, message, reply_markup=None))

    async def leave(self, chat: int) -> None:
        """Leave a group."""
        await self._without_harm(lambda: self._bot.leave_chat(chat))

    async def delete(self, chat: int, messages: Sequence[int]) -> bool:
        """Delete messages; whether Telegram did. It deletes those of the last 48 hours, a hundred at a time."""
        done = True
        for start in range(0, len(messages), 100):
            call = partial(self._bot.delete_messages, chat, list(messages[start : start + 100]))
            done = await self._without_harm(call) and done
        return done

    async def _without_harm(self, call: Callable[[], Awaitable[Any]]) -> bool:
        """Try a call whose failure nobody misses; whether it succeeded."""
        try:
            await self._patiently(call, patience=10)
            return True
        except Gone:
            return False
        except TelegramError as error:
            if not any(words in str(error).lower() for words in TOO_LATE):
                logger.error("Telegram: a small call failed: %s.", type(error).__name__)
            return False

    async def _patiently(self, call: Callable[[], Awaitable[Any]], patience: Optional[float] = None) -> Any:
        """Call until Telegram takes it, says no, or patience ends."""
        clock = asyncio.get_running_loop().time
        until = clock() + (self._patience if patience is None else patience)
        pause = FIRST_PAUSE
        while True:
            try:
                return await call()
            except Forbidden as error:
                raise Gone from error
            except RetryAfter as error:
                wait = _seconds(error)
            except BadRequest as error:
                if "chat not found" in str(error).lower():
                    raise Gone from error
                raise
            except InvalidToken:
                raise
            except NetworkError:
                wait = pause
                pause = min(pause * 2, LONGEST_PAUSE)
            if clock() + wait > until:
                raise NetworkError("Telegram could not be reached in time")
            await asyncio.sleep(wait)


def markup_of(keyboard: Keyboard) -> Optional[InlineKeyboardMarkup]:
    """A keyboard for the library; None for none."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(**button) for button in row] for row in keyboard]) if keyboard else None


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return (wait if isinstance(wait, (int, float)) else wait.total_seconds()) + 0.1
