"""The languages in which emergencies are answered. Each has a file of its own under `data/emergency/translations/`."""

from __future__ import annotations

from functools import lru_cache
from typing import FrozenSet

from common.contacts import ENGLISH
from common.paths import EMERGENCY


@lru_cache(maxsize=1)
def languages() -> FrozenSet[str]:
    """The codes of the languages with translated replies."""
    return frozenset(path.stem for path in (EMERGENCY / "translations").glob("*.yml"))


def language_of(response: str) -> str:
    """The language of a response, by its name's ending: `utter_im_safe_now_es` is Spanish."""
    ending = response.rpartition("_")[2]
    return ending if ending in languages() else ENGLISH
