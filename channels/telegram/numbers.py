"""Writes phone numbers so that a phone can dial them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Pattern

from common.contacts import contacts

# Telegram makes a link of +1-800-555-0100, and a US phone dials it. In other countries free numbers are often not reached with
# the country's code before them: they stay as people there write them.
_NORTH_AMERICAN = re.compile(r"1-\d{3}-\d{3}-\d{4}")


@lru_cache(maxsize=1)
def _numbers() -> Pattern[str]:
    lines = [line for country in contacts()["countries"].values() for line in country["lines"]]
    found = {match for line in lines for match in _NORTH_AMERICAN.findall(str(line.get("number") or ""))}
    return re.compile(rf"(?<![\d+-])(?:{'|'.join(map(re.escape, sorted(found)))})(?![\d-])")


def dialable(text: str) -> str:
    """The text with each North American number of the contacts file in its international form."""
    return _numbers().sub(lambda match: f"+{match[0]}", text)
