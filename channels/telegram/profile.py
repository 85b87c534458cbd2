"""What people see of the bot before they write: its commands and descriptions, in every language."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from pathlib import Path
from typing import Any, Dict, List, Tuple

from telegram.error import RetryAfter, TelegramError

from channels.telegram.api import Api
from channels.telegram.words import words
from common.contacts import ENGLISH, contact_words, fill

logger = logging.getLogger(__name__)

TRIES = 5
PAUSE = 2.0


def calls(country: str) -> List[Tuple[str, Dict[str, Any]]]:
    """The calls that say it all. English is also what people with other languages get."""
    made: List[Tuple[str, Dict[str, Any]]] = []
    for language, texts in words().items():
        code = {} if language == ENGLISH else {"language_code": language}
        commands = [{"command": entry["names"][0], "description": entry["about"]} for entry in texts["commands"].values()]
        filled = {name: fill(text, contact_words(country, language)).strip() for name, text in texts["profile"].items()}
        made += [
            ("setMyCommands", {"commands": commands, **code}),
            ("setMyDescription", {"description": filled["description"], **code}),
            ("setMyShortDescription", {"short_description": filled["short_description"], **code}),
        ]
    return [*made, ("setChatMenuButton", {"menu_button": {"type": "commands"}})]


async def publish(api: Api, country: str, note: Path) -> None:
    """Tell Telegram, unless it was told the same before: it allows such calls only now and then.

    Args:
        api: the Bot API.
        country: whose numbers stand in the descriptions.
        note: a file for what was told last.

    """
    wanted = calls(country)
    mark = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
    if note.is_file() and note.read_text(encoding="ascii", errors="ignore") == mark:
        return
    for method, arguments in wanted:
        if not await _told(api, method, arguments):
            logger.error("Telegram: %s failed; it is tried again at the next start.", method)
            return
    try:
        note.write_text(mark, encoding="ascii")
    except OSError:
        return


async def _told(api: Api, method: str, arguments: Dict[str, Any]) -> bool:
    for attempt in range(TRIES):
        try:
            await api.call(method, **arguments)
            return True
        except RetryAfter as error:
            wait = error.retry_after
            await asyncio.sleep(min(60.0, wait if isinstance(wait, (int, float)) else wait.total_seconds()))
        except TelegramError:
            await asyncio.sleep(PAUSE * (attempt + 1))
    return False
