"""The messages in the files that measure how dangers are seen. Nothing is trained on them."""

from __future__ import annotations

from typing import Any, Iterator, Tuple

from tools.check.answers import Question
from tools.check.yaml_file import Key, YamlFile

# The shapes of files whose every text is a message.
MESSAGES = ("detect", "ignore", "forbidden", "other_languages", "levels", "endings")
SCENES = "scenes"


def messages_in(file: YamlFile, shape: str) -> Iterator[Question]:
    """The messages of a file with one of these shapes, with their lines; none of any other file."""
    if shape in MESSAGES:
        texts = _texts(file.data)
    elif shape == SCENES:
        texts = (((name, index, "say"), turn["say"]) for name, turns in file.data.items() for index, turn in enumerate(turns))
    else:
        return
    for keys, text in texts:
        yield Question(text, file.line(*keys))


def _texts(data: Any, above: Tuple[Key, ...] = ()) -> Iterator[Tuple[Tuple[Key, ...], str]]:
    """Every text in nested mappings and lists, with the way to it."""
    if isinstance(data, str):
        yield above, data
        return
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield from _texts(value, (*above, key))
