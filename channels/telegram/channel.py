"""Telegram as a Rasa channel. It is switched off where no token is set."""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from channels.telegram import loading
from channels.telegram.settings import Settings, WrongSetting
from components.cannot_start import cannot_start


class TelegramInput(InputChannel):
    """The channel that `credentials.yml` names."""

    def __init__(self, settings: Settings) -> None:
        """Nothing runs before the server starts."""
        self._settings = settings
        self._service: Any = None

    @classmethod
    def name(cls) -> str:
        """Responses with `channel: telegram` are for this one."""
        return "telegram"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> InputChannel:
        """Read the settings; stops the program with one line if one of them can't be used."""
        try:
            return cls(Settings.read(credentials))
        except WrongSetting as error:
            cannot_start(f"{error}.")
            raise

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """A page that says whether the channel is on, and the channel's thread around the server's life."""
        blueprint = Blueprint("telegram_channel", "telegram")

        @blueprint.get("/")
        async def status(request: Request) -> HTTPResponse:
            return json({"status": "ok", "on": bool(self._settings.token)})

        if self._settings.token:
            self._run_beside(blueprint, on_new_message)
        return blueprint

    def _run_beside(self, blueprint: Blueprint, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> None:
        # Imported here, because a server without a token need not have it in memory.
        from channels.telegram.service import Service

        self._service = service = Service(self._settings)

        @blueprint.listener("before_server_start")
        async def begin(app: Any, loop: Any) -> None:
            # Before Rasa's own listener of this name, which loads the model and lets nothing else run.
            service.start()
            loading.begin()

        @blueprint.listener("after_server_start")
        async def connect(app: Any, loop: Any) -> None:
            loading.end()
            service.connect(app, loop, on_new_message)

        @blueprint.listener("before_server_stop")
        async def end(app: Any, loop: Any) -> None:
            await asyncio.get_running_loop().run_in_executor(None, service.stop)

    def get_output_channel(self) -> Optional[OutputChannel]:
        """For what nobody asked for, such as reminders."""
        return _Unasked(self._service) if self._service else None


class _Unasked(OutputChannel):
    """Hands replies to the channel's thread."""

    def __init__(self, service: Any) -> None:
        """Keep the thread."""
        self._service = service

    @classmethod
    def name(cls) -> str:
        """The channel's."""
        return "telegram"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Send a reply to whom a conversation belongs, if the channel knows them."""
        self._service.push(recipient_id, dict(message))
