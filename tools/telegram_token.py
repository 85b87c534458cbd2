"""Says whether a Telegram token is set, and how to get one. Needs nothing installed: `make telegram` asks before it installs anything."""

from __future__ import annotations

import os
import sys
from typing import Mapping

TOKEN = "TELEGRAM_TOKEN"  # noqa: S105 (a variable's name)
MISSING = (
    f"{TOKEN} is not set: in Telegram, write /newbot to @BotFather, then run 'export {TOKEN}=<the token it gives you>' and this "
    "again (docs/telegram.md)"
)


def is_set(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a token. What it is worth, only Telegram knows."""
    return bool(environment.get(TOKEN, "").strip())


if __name__ == "__main__":
    if not is_set():
        sys.exit(f"Cannot start: {MISSING}.")
