"""What an operator can set of the web channel in credentials.yml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any, Dict, Mapping, NoReturn, Optional, Tuple

from components.cannot_start import cannot_start
from components.turn_guard import MAX_CHARACTERS

KEY = "channels.web.channel.WebChannel"
# An origin as browsers send it: scheme, host, perhaps a port; no path, no slash at the end.
_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Settings:
    """The web channel's settings.

    Attributes:
        allowed_origins: other sites whose pages may hold the widget, such as "https://clinic.example".
        frame_ancestors: other sites that may show the chat in a frame.
        characters: the longest message that is taken.
        messages_per_minute: of one conversation, on average; some more at once are fine.
        replay_minutes: how long a reply is kept for a browser that asks again because its connection broke.
        run_by: who runs this assistant, and how to reach them, as the privacy page says it.

    """

    allowed_origins: Tuple[str, ...] = ()
    frame_ancestors: Tuple[str, ...] = ()
    characters: int = field(default=MAX_CHARACTERS, metadata={"least": 100, "most": MAX_CHARACTERS})
    messages_per_minute: int = field(default=30, metadata={"least": 5, "most": 600})
    replay_minutes: int = field(default=10, metadata={"least": 1, "most": 60})
    run_by: str = ""


def read_settings(credentials: Optional[Mapping[str, Any]]) -> Settings:
    """The settings in credentials.yml; what is left out keeps its default.

    Stops the program with one line on an unknown key or a wrong value.
    """
    given: Dict[str, Any] = dict(credentials or {})
    known = {entry.name: entry for entry in fields(Settings)}
    for key in given:
        if key not in known:
            _wrong(key, "is not a setting", f"use one of: {', '.join(known)}")
    for key in ("allowed_origins", "frame_ancestors"):
        if key in given:
            given[key] = _origins(key, given[key])
    for key in ("characters", "messages_per_minute", "replay_minutes"):
        if key in given:
            least, most = known[key].metadata["least"], known[key].metadata["most"]
            value = given[key]
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                _wrong(key, f"is {value!r}", f"write a whole number from {least} to {most}")
    if "run_by" in given and (not isinstance(given["run_by"], str) or len(given["run_by"]) > _LONGEST_NAME):
        _wrong("run_by", "is no short text", f"write at most {_LONGEST_NAME} characters in quotes")
    return Settings(**given)


def _origins(key: str, value: Any) -> Tuple[str, ...]:
    if not isinstance(value, list):
        _wrong(key, f"is {value!r}", 'write a list, such as ["https://clinic.example"]')
    for origin in value:
        if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
            _wrong(
                key, f"holds {origin!r}", 'write each as "https://clinic.example", in small letters, without a path or a slash at the end'
            )
    return tuple(value)


def _wrong(key: str, wrong: str, mend: str) -> NoReturn:
    cannot_start(f"credentials.yml, {KEY}, {key} {wrong}; {mend}.")
