"""The replies that need no model and no action server: guidance, cards, lines of concern, and the text for a failed turn."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict

from common.paths import DATA, EMERGENCY
from common.yaml_files import read_yaml


@lru_cache(maxsize=1)
def fixed_responses() -> Dict[str, Dict[str, Any]]:
    """Each by its name, as its file holds it: `text`, and `buttons` if it has any."""
    replies: Dict[str, Dict[str, Any]] = {}
    for path in [*EMERGENCY.rglob("*.yml"), DATA / "conversation" / "turn_failed.yml"]:
        for name, texts in (read_yaml(path).get("responses") or {}).items():
            replies[name] = texts[0]
    return replies
