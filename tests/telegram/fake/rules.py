"""What the Bot API refuses, in the words in which it does (core.telegram.org/bots/api, formatting options and limits)."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any, Dict, List, Optional

LONGEST_TEXT = 4096
LONGEST_DATA = 64
MOST_BUTTONS = 100
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "tg-emoji", "a", "code", "pre", "blockquote"}
ENTITIES = {"lt", "gt", "amp", "quot"}
KINDS_OF_BUTTON = {"callback_data", "url", "copy_text", "web_app", "switch_inline_query", "login_url", "pay"}


class Refused(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, retry_after: Optional[int] = None) -> None:
        """Hold what is answered."""
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after


def bad(description: str) -> Refused:
    """A "Bad Request"."""
    return Refused(400, f"Bad Request: {description}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.bold: List[str] = []
        self._open: List[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {len(self.text.encode())}')
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise bad(f"can't parse entities: Unmatched end tag at byte offset {len(self.text.encode())}")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise bad("can't parse entities: Unsupported start tag")
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        # Telegram reads these four; any other stays as it stands.
        self._add({"lt": "<", "gt": ">", "amp": "&", "quot": '"'}[name] if name in ENTITIES else f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._add(chr(int(name[1:], 16) if name[:1] in "xX" else int(name)))

    def handle_comment(self, data: str) -> None:
        raise bad("can't parse entities: Unsupported start tag")

    def _add(self, text: str) -> None:
        self.text += text
        if "b" in self._open:
            self.bold.append(text)

    def close(self) -> None:
        super().close()
        if self._open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{self._open[-1]}\"")


def text_of(arguments: Dict[str, str]) -> tuple[str, str]:
    """A message's text as its reader sees it, and what of it is bold.

    Raises:
        Refused: Telegram would not take it.

    """
    text, mode = arguments.get("text", ""), arguments.get("parse_mode")
    bold = ""
    if mode == "HTML":
        if re.search(r"&(?!\w+;|#)", text):
            pass  # A lone & is taken as it stands.
        reader = _Reader()
        reader.feed(text)
        reader.close()
        text, bold = reader.text, "".join(reader.bold)
    elif mode:
        raise bad(f"unsupported parse_mode {mode}: this stand-in reads HTML and plain text")
    if not text.strip():
        raise bad("message text is empty")
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise bad("message is too long")
    return text, bold


def keyboard_of(arguments: Dict[str, str]) -> List[List[Dict[str, Any]]]:
    """The inline keyboard of a call; empty if there is none.

    Raises:
        Refused: Telegram would not take it.

    """
    written = arguments.get("reply_markup")
    if not written:
        return []
    try:
        rows = json.loads(written)["inline_keyboard"]
    except (ValueError, KeyError, TypeError):
        raise bad("object expected as reply markup") from None
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if len(KINDS_OF_BUTTON & set(button)) != 1:
            raise bad("can't parse inline keyboard button: exactly one of the optional fields must be used")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= LONGEST_DATA:
            raise bad("BUTTON_DATA_INVALID")
        if "url" in button and not re.match(r"(https?|tg)://", button["url"]):
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return rows
