"""Runs the stand-in until Ctrl-C, and prints how to point the bot at it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from tests.telegram.fake.server import FakeTelegram

TOKEN = "7000000001:" + "stand-in-token-for-tests-only-0001"


async def _run(port: int) -> None:
    fake = FakeTelegram(TOKEN)
    await fake.start("127.0.0.1", port)
    print(f"TELEGRAM_TOKEN={TOKEN} TELEGRAM_API=http://127.0.0.1:{port} make telegram", flush=True)
    print(f'curl -s http://127.0.0.1:{port}/sim/message -H \'Content-Type: application/json\' -d \'{{"chat": 5, "text": "/start"}}\'')
    print(f"curl -s http://127.0.0.1:{port}/sim/chat -H 'Content-Type: application/json' -d '{{\"chat\": 5}}'", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(parser.parse_args().port))
