"""Plays Telegram and its people for tests: the stand-in in a thread, driven through its control API."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from tests.servers import HOST, Servers, free_ports, wait_until
from tests.telegram.fake.server import FakeTelegram

SECRET = "a-secret-for-tests-only-" + secrets.token_hex(8)


class TelegramSim:
    """Telegram, as a context manager."""

    def __init__(self) -> None:
        """Choose a port and a token; nothing listens yet."""
        self.port = free_ports(1)[0]
        self.token = f"7000000001:{secrets.token_urlsafe(26)}"
        self.url = f"http://{HOST}:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._up = threading.Event()
        self._people = 500

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)

        async def begin() -> None:
            self.fake = FakeTelegram(self.token)
            await self.fake.start(HOST, self.port)
            self._up.set()

        self._loop.run_until_complete(begin())
        self._loop.run_forever()

    def __enter__(self) -> TelegramSim:
        """Listen."""
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *exception: object) -> None:
        """Listen no more."""
        asyncio.run_coroutine_threadsafe(self.fake.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def environment(self, folder: Path, **settings: Any) -> Dict[str, str]:
        """What the bot needs to find this Telegram."""
        wanted = {"token": self.token, "api": self.url, "state": str(folder / "state"), **settings}
        return {f"TELEGRAM_{name.upper()}": str(value) for name, value in wanted.items()}

    def sim(self, what: str, **body: Any) -> Any:
        """Call the control API."""
        request = urllib.request.Request(f"{self.url}/sim/{what}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.load(reply)

    def new_person(self) -> int:
        """A chat that nobody has used."""
        self._people += 1
        return self._people

    def say(self, chat: int, text: str, **more: Any) -> Dict[str, Any]:
        """Write something; number and time of it."""
        return self.sim("message", chat=chat, text=text, **more)

    def tap(self, chat: int, title: str = "", **more: Any) -> Dict[str, Any]:
        """Tap a button."""
        return self.sim("tap", chat=chat, title=title, **more)

    def replies(self, chat: int) -> List[Dict[str, Any]]:
        """The bot's messages in a chat, oldest first, deleted ones too."""
        return [message for message in self.sim("chat", chat=chat)["messages"] if message["by"] == "bot"]

    def wait_for(self, chat: int, count: int = 1, seconds: float = 20.0) -> List[Dict[str, Any]]:
        """The bot's messages, once there are so many."""
        wait_until(lambda: len(self.replies(chat)) >= count, seconds, f"{count} replies in chat {chat}")
        return self.replies(chat)

    def ask(self, chat: int, text: str, **more: Any) -> List[Dict[str, Any]]:
        """Write something, and wait for the reply: the messages that came."""
        before = len(self.replies(chat))
        self.say(chat, text, **more)
        return self.wait_for(chat, before + 1)[before:]

    def quiet(self, seconds: float = 1.0, of: Optional[Callable[[], Any]] = None) -> None:
        """Wait until nothing has changed for a while."""
        look = of or (lambda: len(self.sim("calls", method="sendMessage")))
        last, since = look(), time.monotonic()
        while time.monotonic() - since < seconds:
            time.sleep(0.1)
            now = look()
            if now != last:
                last, since = now, time.monotonic()


class Bot(Servers):
    """The assistant with its bot. All that it ever said is searched for its secrets, in every test."""

    def __init__(self, folder: Path, environment: Dict[str, str]) -> None:
        """Nothing starts yet."""
        super().__init__(folder, environment=environment)
        token = environment["TELEGRAM_TOKEN"]
        self.secrets = [token, token.partition(":")[2], *(value for name, value in environment.items() if name == "TELEGRAM_SECRET")]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it, and look through its log."""
        code = super().stop(number)
        # The log itself is not shown: it would show the secret again.
        assert [secret[:3] for secret in self.secrets if secret in self.log] == [], "the log holds a secret"
        return code


def bot(sim: TelegramSim, folder: Path, **settings: Any) -> Bot:
    """The assistant with its bot, as `make serve` runs it where a token is set."""
    return Bot(folder, sim.environment(folder, **settings))
