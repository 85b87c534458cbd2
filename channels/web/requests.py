"""Reads what a browser sends. Nothing wrong in it gets further than here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, Optional

from sanic.request import Request

from channels.web.sessions import IDENTIFIER
from channels.web.words import language_or_english
from common.contacts import ENGLISH, country_codes

# A message of 2,000 characters takes at most 24 kB, if each of them is written as \uXXXX\uXXXX.
MAX_BYTES = 32_000
_LONGEST_PAYLOAD = 200


class Refusal(Exception):
    """A request that is not answered by the assistant, and why.

    Attributes:
        code: of the contract: bad_request, origin, too_long, not_json, too_many, busy.
        identifier: of the message, where it could be read.
        text: what somebody wrote, as far as it could be read: it may tell of a danger.
        language: of the website.
        country: as the page knows it; None where it says nothing.
        retry_after: seconds, where waiting helps.

    """

    def __init__(self, code: str, message: Optional[Message] = None, retry_after: Optional[int] = None) -> None:
        """Keep what a kind answer needs. The exception itself holds no word of it."""
        super().__init__(code)
        self.code = code
        self.identifier = message.identifier if message else None
        self.text = message.text if message else ""
        self.language = message.language if message else ENGLISH
        self.country = message.country if message else None
        self.retry_after = retry_after


@dataclass(frozen=True)
class Message:
    """What a browser sends: typed words or the payload of a button."""

    session: str
    identifier: str
    text: str
    is_button: bool
    language: str
    country: Optional[str]


def check_origin(request: Request, allowed: tuple) -> None:
    """Let pages of this server and of the allowed sites through.

    Programs that send no Origin are let through: there is no cookie that they could misuse.

    Raises:
        Refusal: another site's page is asking.

    """
    origin = request.headers.get("origin")
    if origin is not None and origin not in allowed and origin.partition("://")[2] != request.headers.get("host"):
        raise Refusal("origin", _readable(request))


def read_message(request: Request, characters: int) -> Message:
    """The message in a request.

    Raises:
        Refusal: it is not one, or it is too long.

    """
    body = _json_of(request)
    message = _message(body)
    if len(message.text) > characters or len(request.body) > MAX_BYTES:
        raise Refusal("too_long", message)
    fits = IDENTIFIER.fullmatch(message.session) and IDENTIFIER.fullmatch(message.identifier)
    one = isinstance(body.get("text"), str) != isinstance(body.get("payload"), str)
    if not fits or not one or (message.is_button and len(message.text) > _LONGEST_PAYLOAD):
        raise Refusal("bad_request", message)
    return message


def read_session(request: Request) -> str:
    """The conversation that a request is about.

    Raises:
        Refusal: there is none in it.

    """
    body = _json_of(request)
    session = str(body.get("session"))
    if not IDENTIFIER.fullmatch(session):
        raise Refusal("bad_request", _message(body))
    return session


def read_language(request: Request) -> str:
    """The website's language that a body asks for."""
    return language_or_english(_json_of(request).get("language"))


def _json_of(request: Request) -> Dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal("not_json")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refusal("bad_request") from None
    if not isinstance(body, dict):
        raise Refusal("bad_request")
    return body


def _message(body: Dict[str, Any]) -> Message:
    """What can be read of a body; wrong kinds of values become empty ones."""
    payload, text, country = (body.get(name) for name in ("payload", "text", "country"))
    is_button = isinstance(payload, str)
    return Message(
        session=_word(body.get("session")),
        identifier=_word(body.get("id")),
        text=_word(payload if is_button else text),
        is_button=is_button,
        language=language_or_english(body.get("language")),
        country=country if country in country_codes() else None,
    )


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _readable(request: Request) -> Optional[Message]:
    try:
        return _message(_json_of(request))
    except Refusal:
        return None
