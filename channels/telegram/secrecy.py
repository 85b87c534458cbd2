"""Keeps the token out of every log. HTTP libraries write the address of each request, and the token is part of it."""

from __future__ import annotations

import logging
from typing import Any, Sequence

# They write addresses at INFO, and people's words or the token into messages of exceptions.
TALKATIVE = ("httpx", "httpcore", "telegram", "aiohttp.access", "aiohttp.server", "aiohttp.web")
HIDDEN = "<secret>"


def keep_secret(secrets: Sequence[str]) -> None:
    """From now on no record of any logger in this process holds one of these texts. Talkative libraries are silenced."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    make = logging.getLogRecordFactory()

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        made = make(*args, **kwargs)
        try:
            message = made.getMessage()
        except (TypeError, ValueError):
            message = str(made.msg)
        if _holds(message, secrets):
            made.msg, made.args = _without(message, secrets), ()
        if made.exc_info and _in_chain(made.exc_info[1], secrets):
            made.msg, made.args = f"{made.getMessage()} ({type(made.exc_info[1]).__name__})", ()
            made.exc_info = None
        return made

    logging.setLogRecordFactory(record)


def _in_chain(error: Any, secrets: Sequence[str]) -> bool:
    """Whether an exception, or one that it came from, would print a secret."""
    met = set()
    while isinstance(error, BaseException) and id(error) not in met:
        met.add(id(error))
        if _holds(f"{error!r} {error}", secrets):
            return True
        error = error.__cause__ or error.__context__
    return False


def _holds(text: str, secrets: Sequence[str]) -> bool:
    return any(secret in text for secret in secrets)


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
