"""The emergency numbers as the widget needs them: it keeps them, and works with them while the server is down."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional

from channels.web.words import fixed_text, guidance, in_language, strings
from common.contacts import contact_words, contacts

# What stands first, and which place in a reply it fills.
_ROLES = {"crisis": "crisis_line", "drug": "drug_line", "poison": "poison_line", "violence": "violence_line"}
_OVERDOSE_CARD = "utter_emergency_overdose"
_NUMBERED = re.compile(r"^\d+\. ")
_WEBSITE = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/\S*)?")

Line = Dict[str, Any]


def help_of(country: str, language: str) -> Dict[str, Any]:
    """A country's lines, the emergency guidance, and the steps to take in an overdose.

    The steps are those of the emergency card, so that there is one text to review.
    """
    card = fixed_text(in_language(_OVERDOSE_CARD, language), country)
    return {
        "emergency": contact_words(country, language)["emergency"],
        "lines": lines_of(country, language),
        "guidance": guidance(country, language),
        "overdose_steps": [_NUMBERED.sub("", line) for line in card.splitlines() if line.strip()],
    }


def lines_of(country: str, language: str) -> List[Line]:
    """What can be called, written to or opened, the most urgent first.

    Each has a role, a label, what to say of it, its number as people write it, and what a link needs: `tel` (digits), `sms` (number and
    text) or `url`; None where it has none.
    """
    entry, words = contacts()["countries"][country], contact_words(country, language)
    lines = {line["id"]: line for line in entry["lines"]}
    found = [_emergency(entry, words["emergency"], language)]
    used = {line["id"] for line in lines.values() if line["kind"] == "emergency"}
    for role, place in _ROLES.items():
        shown = entry["shows"][place]
        line = lines.get(shown) if isinstance(shown, str) else None
        if role == "crisis" or line:
            found.append(_line(role, line, words[place]))
        if line:
            used.add(line["id"])
    texts = [line for line in lines.values() if line["kind"] == "suicide_text" and line["show_in_emergency"]]
    found[2:2] = [_line("text", line, _said(line, words, language)) for line in texts]
    used |= {line["id"] for line in texts}
    others = [line for line in lines.values() if line["id"] not in used and line["show_in_emergency"]]
    return [*found, *(_line(line["kind"], line, _said(line, words, language)) for line in others)]


def _emergency(entry: Mapping[str, Any], words: str, language: str) -> Line:
    line = next(line for line in entry["lines"] if line["kind"] == "emergency")
    # An unchecked number is not shown: the words say to look for it.
    number = _first(line) if line["show_in_emergency"] else None
    label = f"{strings()[language]['role_emergency']}: {words}"
    return {"role": "emergency", "label": label, "say": words, "number": number, "tel": _digits(number), "sms": None, "url": None}


def _line(role: str, line: Optional[Mapping[str, Any]], said: str) -> Line:
    if line is None:
        return {"role": role, "label": said, "say": said, "number": None, "tel": None, "sms": None, "url": _url(said)}
    number = _first(line)
    texts_only = line["kind"] == "suicide_text"
    sms = {"number": _digits(number), "body": line.get("text", "") if texts_only else ""} if texts_only or line.get("takes_texts") else None
    website = line.get("website")
    return {
        "role": role,
        "label": line["name"],
        "say": said,
        "number": number,
        "tel": None if texts_only else _digits(number),
        "sms": sms,
        "url": f"https://{website}" if website else None,
    }


def _said(line: Mapping[str, Any], words: Mapping[str, str], language: str) -> str:
    say = line.get("say_in", {}).get(language, line["say"])
    return str(say.format(emergency=words["emergency"], **{key: line.get(key, "") for key in ("number", "text", "website")}))


def _first(line: Mapping[str, Any]) -> Optional[str]:
    """The first of "112 or 15"."""
    return line["number"].split(" or ")[0] if line["number"] else None


def _digits(number: Optional[str]) -> Optional[str]:
    return re.sub(r"\D", "", number) if number else None


def _url(said: str) -> Optional[str]:
    return f"https://{said}" if _WEBSITE.fullmatch(said) else None
