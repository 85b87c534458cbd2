"""Reads Telegram's updates. What is not needed (names, places, numbers, pictures) is not read, so that nothing can keep it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

# What Telegram is asked to send.
WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]

TEXT, EDITED, TAP, MEDIA, GROUP, ADDED_TO_GROUP, GONE, IGNORED = (
    "text",
    "edited",
    "tap",
    "media",
    "group",
    "added_to_group",
    "gone",
    "ignored",
)
# Kinds of content, and which of the texts in data/telegram answers them.
CONTENT = {
    **dict.fromkeys(("voice", "audio", "video_note"), "sound"),
    **dict.fromkeys(("photo", "video", "animation", "document", "paid_media", "story", "live_photo"), "picture"),
    **dict.fromkeys(("sticker", "dice", "game"), "sticker"),
    **dict.fromkeys(("location", "venue"), "location"),
    "contact": "contact",
    **dict.fromkeys(("poll", "checklist", "invoice", "giveaway", "giveaway_winners", "rich_message"), "other"),
}
# Telegram itself says that something happened. Nobody waits for a reply.
SERVICE = re.compile(
    r"(new|left|delete|group|supergroup|channel|message_auto|migrate|pinned|write_access|passport|proximity|boost|chat|forum|general|"
    r"video_chat|web_app|users?_|successful|refunded|connected|giveaway_c|direct|paid_message|checklist_tasks|gift|unique|suggested)\w*"
)
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Incoming:
    """One update, as far as this bot cares.

    Attributes:
        update_id: Telegram's number of it.
        kind: one of the constants above.
        chat_id: where it happened; 0 if nowhere.
        message_id: of the message, or of the one whose button was tapped.
        language: of the person's app, such as "es"; empty if not told.
        text: what was written, or a picture's caption.
        content: for media, the name of the text that answers it.
        album: pictures sent together have one number.
        tap_id: to answer a tap by.
        tap_data: what the button carried.
        tap_title: what stood on the button.

    """

    update_id: int
    kind: str
    chat_id: int = 0
    message_id: int = 0
    language: str = ""
    text: str = ""
    content: str = ""
    album: str = ""
    tap_id: str = ""
    tap_data: str = ""
    tap_title: str = ""


def read(update: Mapping[str, Any]) -> Optional[Incoming]:
    """What an update says; None if it is not one. Fields that Telegram adds one day are passed over."""
    if not isinstance(update, Mapping) or not isinstance(update.get("update_id"), int):
        return None
    number = update["update_id"]
    try:
        for name, reader in (("message", _message), ("edited_message", _edited), ("callback_query", _tap), ("my_chat_member", _member)):
            if isinstance(update.get(name), Mapping):
                return reader(number, update[name])
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    return Incoming(number, IGNORED)


def command_of(text: str) -> tuple[str, str]:
    """The command that a text begins with, in small letters and without the bot's name, and the rest; empty if there is none."""
    found = COMMAND.fullmatch(text.strip())
    return (found[1].lower(), (found[2] or "").strip()) if found else ("", "")


def _where(message: Mapping[str, Any]) -> Dict[str, Any]:
    return {
        "chat_id": int(message["chat"]["id"]),
        "message_id": int(message.get("message_id") or 0),
        "language": str((message.get("from") or {}).get("language_code") or "")[:2].lower(),
    }


def _message(number: int, message: Mapping[str, Any]) -> Incoming:
    place = _where(message)
    if message["chat"]["type"] != "private":
        return Incoming(number, IGNORED if message["chat"]["type"] == "channel" else GROUP, **place)
    if (message.get("from") or {}).get("is_bot"):
        return Incoming(number, IGNORED, **place)
    if isinstance(message.get("text"), str):
        return Incoming(number, TEXT, text=message["text"], **place)
    content = next((answer for name, answer in CONTENT.items() if name in message), "")
    if not content and any(SERVICE.fullmatch(name) for name in message if name not in ("chat", "message_id")):
        return Incoming(number, IGNORED, **place)
    album, caption = str(message.get("media_group_id") or ""), str(message.get("caption") or "")
    return Incoming(number, MEDIA, text=caption, content=content or "other", album=album, **place)


def _edited(number: int, message: Mapping[str, Any]) -> Incoming:
    # A live location is edited every few seconds.
    text = message.get("text") or message.get("caption")
    kind = EDITED if message["chat"]["type"] == "private" and isinstance(text, str) else IGNORED
    return Incoming(number, kind, text=text if isinstance(text, str) else "", **_where(message))


def _tap(number: int, query: Mapping[str, Any]) -> Incoming:
    message = query.get("message") or {}
    data, tap = str(query.get("data") or ""), str(query["id"])
    if (message.get("chat") or {}).get("type") != "private":
        return Incoming(number, TAP, tap_id=tap)
    place = {**_where(message), "language": str((query.get("from") or {}).get("language_code") or "")[:2].lower()}
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    title = next((str(button.get("text")) for row in rows for button in row if button.get("callback_data") == data), "")
    return Incoming(number, TAP, tap_id=tap, tap_data=data, tap_title=title, **place)


def _member(number: int, change: Mapping[str, Any]) -> Incoming:
    chat, status = change["chat"], change["new_chat_member"]["status"]
    place: Dict[str, Any] = {"chat_id": int(chat["id"]), "language": str((change.get("from") or {}).get("language_code") or "")[:2].lower()}
    gone = status in ("kicked", "left")
    if chat["type"] == "private":
        return Incoming(number, GONE if gone else IGNORED, **place)
    return Incoming(number, ADDED_TO_GROUP if chat["type"] != "channel" and not gone else IGNORED, **place)
