"""The web channel: what Rasa loads, and its routes."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import AsyncExitStack
from typing import Any, Awaitable, Callable, Coroutine, Dict, Mapping, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.exceptions import PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse, text
from sanic.response import json as json_response

from channels.web import files, headers, pages, turns
from channels.web.help_lines import help_of
from channels.web.limits import WAITING_SECONDS, Allowance, Turnstile
from channels.web.refusals import STATUS, refused
from channels.web.replay import Answer, MemoryReplayBuffer, ReplayBuffer
from channels.web.replies import guidance_reply, notice
from channels.web.requests import Message, Refusal, check_origin, read_language, read_message, read_session
from channels.web.sessions import Session, Sessions
from channels.web.settings import Settings, read_settings
from channels.web.words import country_names, guidance, language_or_english, own_reply, strings
from common.contacts import ENGLISH
from components.conversation_store import forget_old, kept_by
from components.turn_guard import default_country

logger = logging.getLogger(__name__)

# Of the settings' form; a widget of another version reads them with care.
VERSION = 1
SWEEP_SECONDS = 30

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
Handler = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]


class WebChannel(InputChannel):
    """Pages, widget and chat of the website, from one address."""

    def __init__(self, settings: Settings, replay: Optional[ReplayBuffer] = None) -> None:
        """Start without any conversation.

        Args:
            settings: the operator's.
            replay: where answers are kept for repeated messages; in this process by default.

        """
        self.settings = settings
        self.replay = replay or MemoryReplayBuffer(settings.replay_minutes * 60)
        self.sessions = Sessions(lambda: Allowance(settings.messages_per_minute))
        self.turnstile = Turnstile()
        self._sweeping: Optional[asyncio.Task] = None

    @classmethod
    def name(cls) -> str:
        """The channel's name, and so its place: /webhooks/web/."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: Optional[Mapping[str, Any]]) -> WebChannel:
        """Create the channel; a wrong setting stops the program with one line."""
        return cls(read_settings(credentials))

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The channel's routes."""
        blueprint = _WholeApp(self)
        blueprint.add_route(_function(self._settings), "/settings", methods=["GET"], name="settings")
        blueprint.add_route(
            self._guarded(lambda request: self._message(request, on_new_message)), "/messages", methods=["POST"], name="messages"
        )
        blueprint.add_route(self._guarded(self._delete), "/delete", methods=["POST"], name="delete")
        blueprint.add_route(_widget_file, "/widget/<name:str>", methods=["GET"], name="widget")
        blueprint.add_route(_page_file, "/page/<name:str>", methods=["GET"], name="page")
        blueprint.add_route(_function(self._frame), "/frame", methods=["GET"], name="frame")

        @blueprint.listener("after_server_start")
        async def _begin(app: Sanic, loop: Any) -> None:
            self.sessions.keep_for(kept_by(app.ctx.agent.tracker_store).hours * 3600)
            self._sweeping = loop.create_task(self._sweep(app))

        @blueprint.listener("before_server_stop")
        async def _end(app: Sanic, loop: Any) -> None:
            if self._sweeping:
                self._sweeping.cancel()

        return blueprint

    def page(self, request: Request) -> Optional[HTTPResponse]:
        """One of the pages at the top of the server; None for another path."""
        return pages.page(request, self.settings) if request.method == "GET" and request.path in headers.PAGES else None

    async def _sweep(self, app: Sanic) -> None:
        """Forget in time what nobody asks for again: otherwise it would stay until the next message of anybody."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self.replay.forget_old()
            self.sessions.forget_old()
            forget_old(app.ctx.agent.tracker_store)

    def _settings(self, request: Request) -> HTTPResponse:
        language = language_or_english(request.args.get("language"))
        content = json.dumps(self._all_settings(language), ensure_ascii=False).encode()
        return files.cacheable(request, content, files.tag_of(content), "application/json")

    def _all_settings(self, language: str) -> Dict[str, Any]:
        names = country_names(language)
        return {
            "version": VERSION,
            "language": language,
            "default_country": default_country(),
            "strings": strings()[language],
            "countries": [{"code": code, "name": name} for code, name in names.items()],
            "contacts": {code: help_of(code, language) for code in names},
            "limits": {"characters": self.settings.characters},
        }

    async def _message(self, request: Request, on_new_message: OnNewMessage) -> HTTPResponse:
        message = read_message(request, self.settings.characters)
        answer = await self.replay.answer_once(
            message.session, message.identifier, lambda: self._turn(request.app, on_new_message, message)
        )
        return json_response(answer)

    async def _turn(self, app: Sanic, on_new_message: OnNewMessage, message: Message) -> Answer:
        """Answer a message that is seen for the first time, after the earlier ones of its conversation.

        Raises:
            Refusal: it can't be answered now; the same message may be sent again.

        """
        session = self.sessions.of(message.session)
        wait = session.allowance.take()
        if wait:
            raise Refusal("too_many", message, wait)
        urgent = turns.is_urgent(message.text)
        if self.turnstile.is_full and not urgent:
            raise Refusal("busy", message, 1)
        self.turnstile.announce()
        try:
            async with AsyncExitStack() as places:
                await asyncio.wait_for(self._wait_in_line(places, session, urgent), WAITING_SECONDS)
                answer = await turns.answer(app.ctx.agent, on_new_message, message, session)
        except asyncio.TimeoutError:
            raise Refusal("busy", message, 1) from None
        except Exception as error:
            logger.error("The web channel failed: %s.", type(error).__name__)
            raise Refusal("busy", message, 1) from None
        finally:
            self.turnstile.leave()
        if answer.get("deleted"):
            await self.replay.forget(message.session)
        return answer

    async def _wait_in_line(self, places: AsyncExitStack, session: Session, urgent: bool) -> None:
        """Come after the earlier messages of the conversation, and after others where many are writing; an emergency does not."""
        await places.enter_async_context(session.order)
        if not urgent:
            await places.enter_async_context(self.turnstile)

    async def _delete(self, request: Request) -> HTTPResponse:
        identifier, language = read_session(request), read_language(request)
        session, agent = self.sessions.of(identifier), request.app.ctx.agent
        async with session.order:
            country = await turns.country_of(agent, identifier)
            await turns.forget(agent, identifier, session)
            await self.replay.forget(identifier)
        replies = [notice(own_reply("deleted", country, language), language), guidance_reply(country, language)]
        return json_response({"deleted": True, "replies": replies})

    def _frame(self, request: Request) -> HTTPResponse:
        return pages.frame(request, self.settings)

    def _guarded(self, handler: Handler) -> Handler:
        """A handler of what browsers send, which answers whatever goes wrong in the contract's form."""

        async def guarded(request: Request) -> HTTPResponse:
            try:
                check_origin(request, self.settings.allowed_origins)
                return await handler(request)
            except Refusal as refusal:
                return _refused(refusal)
            except Exception as error:
                # Its class only: messages of exceptions can quote what somebody wrote.
                logger.error("The web channel failed: %s.", type(error).__name__)
                return _refused(Refusal("busy", retry_after=1))

        return guarded


class _WholeApp(Blueprint):
    """A blueprint that also reaches what lies outside its own prefix: the pages at the top, and the headers of every error."""

    def __init__(self, channel: WebChannel) -> None:
        super().__init__("web_channel")
        self.ctx.channel = channel

    def register(self, app: Sanic, options: Dict[str, Any]) -> None:
        """Register the routes, the pages and the headers."""
        super().register(app, options)
        channel = self.ctx.channel
        for path in headers.PAGES[1:]:
            app.add_route(_function(channel.page), path, methods=["GET"], name=f"web_channel_{path[1:]}")
        app.exception(PayloadTooLarge)(_too_large)

        @app.middleware("request")
        async def _answer_pages(request: Request) -> Optional[HTTPResponse]:
            # Rasa's own route says hello at "/".
            return channel.page(request) if request.path == "/" else None

        @app.middleware("response")
        async def _secure(request: Request, response: HTTPResponse) -> Optional[HTTPResponse]:
            return (
                headers.secured(request, _ours(request, response), channel.settings.frame_ancestors)
                if headers.is_ours(request.path)
                else None
            )


def _ours(request: Request, response: HTTPResponse) -> HTTPResponse:
    """The answer itself, but in place of Sanic's own error pages and Rasa's answer to a preflight, which fit no strict policy, ours."""
    if request.method == "OPTIONS":
        return HTTPResponse(status=204)
    if response.status >= 400 and response.content_type != "application/json":
        return text(guidance(default_country(), ENGLISH), status=response.status)
    return response


def _function(handler: Callable[[Request], Optional[HTTPResponse]]) -> Callable[[Request], Coroutine[Any, Any, Optional[HTTPResponse]]]:
    """A method as a function: Sanic writes notes on its handlers, which methods don't take."""

    async def handle(request: Request) -> Optional[HTTPResponse]:
        return handler(request)

    return handle


async def _widget_file(request: Request, name: str) -> HTTPResponse:
    return files.serve(request, files.WIDGET, name) or _nothing()


async def _page_file(request: Request, name: str) -> HTTPResponse:
    return files.serve(request, files.PAGE_FILES, name) or _nothing()


def _nothing() -> HTTPResponse:
    return HTTPResponse(status=404)


def _refused(refusal: Refusal) -> HTTPResponse:
    more = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    return json_response(refused(refusal), status=STATUS[refusal.code], headers=more)


def _too_large(request: Request, error: Exception) -> HTTPResponse:
    """Sanic itself refuses a request of a megabyte, before any route sees it."""
    return _refused(Refusal("too_long")) if request.path.startswith(headers.PREFIX) else HTTPResponse(status=413)
