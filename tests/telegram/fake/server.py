"""The stand-in's web server: the Bot API, webhook deliveries, and `/sim/...` for tests to play people and faults."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import asdict
from typing import Any, Dict, List, Optional
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from tests.telegram.fake import methods
from tests.telegram.fake.rules import Refused
from tests.telegram.fake.world import Fault, Message, World

# Telegram tries a failed delivery again after a while; here after a shorter one.
RETRY_SECONDS = 0.3


class FakeTelegram:
    """One bot's Telegram."""

    def __init__(self, token: str) -> None:
        """Nothing listens yet; to be created inside an event loop."""
        self.world = World(token)
        self._news = asyncio.Event()
        self._poll: Optional[asyncio.Event] = None
        self._delivering: Optional[asyncio.Task] = None
        self._runner: Optional[web.AppRunner] = None

    async def start(self, host: str, port: int) -> None:
        """Listen, and deliver to a webhook once there is one."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._bot)
        app.router.add_route("*", "/sim/{what}", self._sim)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self._delivering = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        """Listen no more."""
        if self._delivering:
            self._delivering.cancel()
        if self._runner:
            await self._runner.cleanup()

    # The Bot API

    async def _bot(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = {**dict(request.query), **{key: str(value) for key, value in (await request.post()).items()}}
        if request.content_type == "application/json":
            arguments.update({key: value if isinstance(value, str) else json.dumps(value) for key, value in (await request.json()).items()})
        entry: Dict[str, Any] = {"at": time.time(), "method": method, "arguments": arguments, "code": 200}
        self.world.calls.append(entry)
        try:
            if request.match_info["token"] != self.world.token:
                raise Refused(401, "Unauthorized")
            chat = int(arguments["chat_id"]) if arguments.get("chat_id", "").lstrip("-").isdigit() else 0
            fault = self.world.fault_for(method, chat)
            if fault:
                await self._fail(fault, request, method, arguments)
            result = await self._updates(arguments) if method == "getUpdates" else methods.call(self.world, method, arguments)
            if fault and fault.kind == "cut_after":
                entry["code"] = 0
                assert request.transport
                request.transport.abort()
            return web.json_response({"ok": True, "result": result})
        except Refused as refused:
            entry["code"] = refused.code
            body: Dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
            if refused.retry_after is not None:
                body["parameters"] = {"retry_after": refused.retry_after}
            return web.json_response(body, status=refused.code)

    async def _fail(self, fault: Fault, request: web.Request, method: str, arguments: Dict[str, str]) -> None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "429":
            raise Refused(429, f"Too Many Requests: retry after {int(fault.seconds)}", int(fault.seconds))
        elif fault.kind == "5xx":
            raise Refused(502, "Bad Gateway")
        elif fault.kind == "403":
            raise Refused(403, "Forbidden: bot was blocked by the user")
        elif fault.kind == "400":
            raise Refused(400, f"Bad Request: {fault.description}")
        elif fault.kind == "cut":
            self.world.calls[-1]["code"] = 0
            assert request.transport
            request.transport.abort()
            await asyncio.sleep(3600)

    async def _updates(self, arguments: Dict[str, str]) -> List[Dict[str, Any]]:
        world = self.world
        if world.webhook:
            raise Refused(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        if self._poll:
            self._poll.set()
        ended = self._poll = asyncio.Event()
        offset, timeout = int(arguments.get("offset") or 0), float(arguments.get("timeout") or 0)
        limit = min(int(arguments.get("limit") or 100), 100)
        for number in [number for number in world.waiting if number < offset]:
            del world.waiting[number]
        allowed = json.loads(arguments.get("allowed_updates") or "[]")
        until = time.monotonic() + timeout
        try:
            while True:
                ready = world.due()
                ready = [update for update in ready if not allowed or set(update) & set(allowed)][:limit]
                if ready or time.monotonic() >= until:
                    world.extra.clear()
                    return ready
                self._news.clear()
                waits = [asyncio.ensure_future(self._news.wait()), asyncio.ensure_future(ended.wait())]
                await asyncio.wait(waits, timeout=until - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
                for task in waits:
                    task.cancel()
                if ended.is_set():
                    raise Refused(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
        finally:
            if self._poll is ended:
                self._poll = None

    # Webhook

    async def _deliver(self) -> None:
        """Call the webhook: each chat's updates in order, chats side by side, again what is not answered with 2xx."""
        busy: Dict[int, asyncio.Task] = {}
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            while True:
                await asyncio.sleep(0.01)
                if not self.world.webhook:
                    continue
                for update in self.world.due():
                    chat = _chat_of(update)
                    if chat in busy and not busy[chat].done():
                        continue
                    if update in self.world.extra:
                        self.world.extra.remove(update)
                    busy[chat] = asyncio.create_task(self._deliver_one(session, update))

    async def _deliver_one(self, session: aiohttp.ClientSession, update: Dict[str, Any]) -> None:
        while self.world.webhook:
            hook = self.world.webhook
            if hook["allowed"] and not set(update) & set(hook["allowed"]):
                self.world.waiting.pop(update["update_id"], None)
                return
            headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret"]} if hook["secret"] else {}
            begun = time.time()
            status = 0
            with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
                async with session.post(self.world.deliver_to + urlsplit(hook["url"]).path, json=update, headers=headers) as reply:
                    status = reply.status
            self.world.deliveries.append({"update_id": update["update_id"], "status": status, "seconds": time.time() - begun})
            if 200 <= status < 300:
                self.world.waiting.pop(update["update_id"], None)
                return
            await asyncio.sleep(RETRY_SECONDS)

    # People and faults

    async def _sim(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        return web.json_response(getattr(self, f"_sim_{request.match_info['what']}")(**body))

    def _put(self, update: Dict[str, Any]) -> int:
        number = self.world.put(update)
        self._news.set()
        return number

    def _sim_message(self, chat: int, text: str = "", language: str = "en", kind: str = "private", **more: Any) -> Any:
        """A person writes; `more` are further fields of the message."""
        place = self.world.chat(chat, kind)
        message = {
            "message_id": self.world.message_id(),
            "from": _person(chat, language),
            "chat": {"id": chat, "type": kind, "first_name": "Sam"},
            "date": int(time.time()),
            **({"text": text} if text else {}),
            **more,
        }
        place.messages.append(Message(message["message_id"], "person", text, at=time.time()))
        return {"update_id": self._put({"message": message}), "message_id": message["message_id"], "at": time.time()}

    def _sim_tap(self, chat: int, title: str = "", message_id: int = 0, data: str = "", language: str = "en") -> Any:
        """A person taps the button with this title, in the chat's last message that has one, or sends any data."""
        messages = [message for message in self.world.chat(chat).messages if message.by == "bot"]
        found = [
            (message, button)
            for message in reversed(messages)
            if not message_id or message.id == message_id
            for row in message.keyboard
            for button in row
            if button["text"] == title
        ]
        if found:
            message, button = found[0]
        else:
            message = next(message for message in messages if not message_id or message.id == message_id)
            button = {"callback_data": data}
        tap = self.world.tap_id()
        query = {
            "id": tap,
            "from": _person(chat, language),
            "message": methods.as_telegram_sends(self.world.chat(chat), message),
            "chat_instance": "-42",
            "data": data or button["callback_data"],
        }
        return {"update_id": self._put({"callback_query": query}), "tap": tap, "message_id": message.id, "at": time.time()}

    def _sim_update(self, update: Dict[str, Any], chats: Optional[Dict[str, str]] = None) -> Any:
        """Any update; `chats` are made known first, by number and kind."""
        for number, kind in (chats or {}).items():
            self.world.chat(int(number), kind)
        return {"update_id": self._put(update), "at": time.time()}

    def _sim_again(self, update_id: int) -> Any:
        self.world.again(update_id)
        self._news.set()
        return True

    def _sim_block(self, chat: int, blocked: bool = True) -> Any:
        self.world.chat(chat).blocked = blocked
        return True

    def _sim_faults(self, faults: List[Dict[str, Any]]) -> Any:
        self.world.faults = [Fault(**fault) for fault in faults]
        return True

    def _sim_webhook(self, deliver_to: str = "", forget: bool = False) -> Any:
        self.world.deliver_to = deliver_to or self.world.deliver_to
        if forget:
            self.world.webhook = None
        return self.world.webhook

    def _sim_chat(self, chat: int) -> Any:
        return asdict(self.world.chat(chat))

    def _sim_chats(self) -> Any:
        return [asdict(chat) for chat in self.world.chats.values()]

    def _sim_calls(self, method: str = "") -> Any:
        return [entry for entry in self.world.calls if method in ("", entry["method"])]

    def _sim_state(self) -> Any:
        world = self.world
        return {"waiting": len(world.waiting), "taps": world.taps, "profile": world.profile, "deliveries": world.deliveries}


def _person(number: int, language: str) -> Dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "Sam", "language_code": language}


def _chat_of(update: Dict[str, Any]) -> int:
    for part in update.values():
        if isinstance(part, dict):
            chat = part.get("chat") or (part.get("message") or {}).get("chat") or {}
            return int(chat.get("id", 0))
    return 0
