"""Makes Telegram messages of a turn's replies: one message where it fits, escaped, with a keyboard and the guidance at its end."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence

from channels.telegram.numbers import dialable
from channels.telegram.tokens import Tokens
from channels.telegram.words import GUIDANCE

# Telegram counts UTF-16 units after reading the HTML, and takes 4096.
LONGEST = 4000
# Two titles of this length fit beside each other on a small phone.
SHORT_TITLE = 17
CARD = "utter_emergency_"
# What the reader chose by button stands above the reply: a tap leaves no message in the chat.
CHOSEN = "› "
# Where to part a long text, the best place first: after a paragraph, a line, a sentence, a word.
PLACES = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])[\"')”]*\s+|(?<=[。！？])"), re.compile(r"\s+"))

Keyboard = List[List[Dict[str, Any]]]


@dataclass(frozen=True)
class Outgoing:
    """One Telegram message.

    Attributes:
        text: as a reader sees it.
        lead: so many of its first characters are bold.
        keyboard: rows of buttons.

    """

    text: str
    lead: int = 0
    keyboard: Keyboard = field(default_factory=list)

    @property
    def html(self) -> str:
        """The text for parse mode HTML. Nothing that anybody wrote or that a reply holds is taken for a tag."""
        bold = f"<b>{html.escape(self.text[: self.lead], quote=False)}</b>" if self.lead else ""
        return bold + html.escape(self.text[self.lead :], quote=False)


def is_card(reply: Dict[str, Any]) -> bool:
    """Whether a reply is an emergency card."""
    name = str(reply.get("utter_action") or "")
    return name.startswith(CARD) and not name.startswith(GUIDANCE)


def messages_of(
    replies: Sequence[Dict[str, Any]], tokens: Tokens, chosen: str = "", call_page: Optional[Dict[str, str]] = None
) -> List[Outgoing]:
    """A turn as Telegram messages, in order; the last one has the buttons and ends with the guidance.

    Args:
        replies: as Rasa hands them to a channel.
        tokens: keeps payloads that are too long for a button.
        chosen: what stood on the button that was tapped.
        call_page: title and address of a page with numbers to tap, shown under a card.

    """
    texts = [dialable(text) for reply in replies for text in [_text_of(reply)] if text]
    if not texts:
        return []
    card = any(is_card(reply) for reply in replies)
    lead = len(_first_sentence(texts[0])) if is_card(replies[0]) else 0
    if chosen and not card:
        texts.insert(0, CHOSEN + chosen)
    keyboard = keyboard_of([button for reply in replies for button in reply.get("buttons") or []], tokens)
    if card and call_page:
        keyboard.append([{"text": call_page["title"], "url": call_page["url"]}])
    parts = split("\n\n".join(texts))
    return [Outgoing(part, lead if index == 0 else 0, keyboard if index == len(parts) - 1 else []) for index, part in enumerate(parts)]


def keyboard_of(buttons: Sequence[Dict[str, Any]], tokens: Tokens) -> Keyboard:
    """Two short buttons a row, a long one alone; the same button once."""
    keyboard: Keyboard = []
    known = set()
    for button in buttons:
        title, payload = str(button.get("title") or "").strip(), str(button.get("payload") or button.get("title") or "")
        if not title or (title, payload) in known:
            continue
        known.add((title, payload))
        made = {"text": title, "callback_data": tokens.data_for(payload)}
        last = keyboard[-1] if keyboard else []
        if len(last) == 1 and len(title) <= SHORT_TITLE and len(last[0]["text"]) <= SHORT_TITLE:
            last.append(made)
        else:
            keyboard.append([made])
    return keyboard


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, longest: int = LONGEST) -> List[str]:
    """Parts that each fit into a message, parted at paragraphs, lines, sentences or words; nothing but white space is lost."""
    parts: List[str] = []
    text = text.strip()
    while units(text) > longest:
        window = _beginning(text, longest)
        cut = next((ends[-1] for place in PLACES for ends in [_ends(place, window)] if ends), (len(window), len(window)))
        parts.append(text[: cut[0]].rstrip())
        text = text[cut[1] :].lstrip()
    return [part for part in [*parts, text] if part]


def _ends(place: re.Pattern[str], window: str) -> List[tuple[int, int]]:
    """Where a window may be parted; not so early that a crumb is sent."""
    return [match.span() for match in place.finditer(window) if match.start() > len(window) // 3]


def _beginning(text: str, longest: int) -> str:
    """As many characters as fit; a character outside the basic plane counts twice and is never halved."""
    if units(text[:longest]) <= longest:
        return text[:longest]
    return text.encode("utf-16-le")[: longest * 2].decode("utf-16-le", "ignore")


def _text_of(reply: Dict[str, Any]) -> str:
    pieces = [str(reply.get(name) or "").strip() for name in ("text", "image", "attachment")]
    return "\n".join(piece for piece in pieces if piece)


def _first_sentence(text: str) -> str:
    found = re.match(r".+?[.!?](?=\s|$)|[^\n]+", text)
    return found[0] if found else ""
