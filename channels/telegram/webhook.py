"""Is told of updates by Telegram. On a port of its own, so that it answers while Rasa loads its model or is busy."""

from __future__ import annotations

import hmac
import json
import logging

from aiohttp import web

from channels.telegram.desk import Desk

logger = logging.getLogger(__name__)

PATH = "/webhooks/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
# An update has a text of at most 4096 characters, and some kilobytes around it.
LARGEST = 256 * 1024
MOST_AT_ONCE = 40


class Webhook:
    """The address that Telegram calls. It answers at once; the work is done afterwards."""

    def __init__(self, desk: Desk, secret: str, host: str, port: int) -> None:
        """Nothing listens yet."""
        self._desk = desk
        self._secret = secret.encode()
        self._place = host, port
        self._runner: web.AppRunner | None = None
        self.open = True

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.

        """
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(PATH, self._called)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._place).start()

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner:
            await self._runner.cleanup()

    async def _called(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "replace")
        # Compared whole, whatever the first difference: the time taken tells nothing about the secret.
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except (ValueError, web.HTTPException):
            # Telegram would send it again and again.
            return web.Response(status=204)
        # Telegram keeps what is refused, and tries again.
        return web.Response(status=204 if self.open and self._desk.take(update) else 503)
