"""What is said to the bots: real questions, none of them twice, so that no cache helps."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path
from typing import Iterable, Iterator, List

from common.paths import DATA, PROJECT
from common.yaml_files import read_yaml

SEED = 12


def own_questions() -> Iterator[str]:
    """Everything that anybody wrote down for our bot, in a fixed random order: held-out, tuning and example questions."""
    files = [*(PROJECT / "tests" / "nlu").glob("*.yml"), PROJECT / "tests" / "tuning.yml", *DATA.rglob("*.yml")]
    return iter(_shuffled(text for path in files for text in examples_of(path)))


def stock_sentences(bot: Path) -> Iterator[str]:
    """The stock bot's own example sentences, then two of them in one message."""
    own = _shuffled(examples_of(bot / "data" / "nlu.yml"))
    yield from own
    for first, second in permutations(own, 2):
        yield f"{first}, {second}"


def mixed(first: Iterator[str], second: Iterator[str]) -> Iterator[str]:
    """One of the first, one of the second, and so on."""
    for pair in zip(first, second, strict=False):
        yield from pair


def examples_of(path: Path) -> List[str]:
    """The example sentences of a Rasa NLU file; none of any other file."""
    content = read_yaml(path)
    intents = content.get("nlu") or [] if isinstance(content, dict) else []
    lines = [line for intent in intents for line in intent.get("examples", "").splitlines()]
    return [line.removeprefix("- ").strip() for line in lines if line.startswith("- ")]


def _shuffled(texts: Iterable[str]) -> List[str]:
    distinct = sorted({text for text in texts if text})
    random.Random(SEED).shuffle(distinct)  # noqa: S311  an order, not a secret
    return distinct
