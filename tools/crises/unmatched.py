"""Which of the English danger patterns match none of the examples: either nobody has written so yet, or the pattern is written wrong."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT

from common.paths import DATA, PROJECT
from common.yaml_files import read_yaml
from components.danger_rules import PATTERNS, PatternIndex, compiled_all, danger_rules


def unmatched() -> Iterator[str]:
    """A line for each pattern without a match, with the entry that it stands in."""
    rules, main = danger_rules(), read_yaml(PATTERNS)
    written = list(_written(main))
    index = PatternIndex(rules.vocab)
    for number, (entry, pattern) in enumerate(written):
        index.add(str(number), compiled_all(entry, [pattern], main["words"]))
    matched = {name for text in _examples() for name, _, _ in index.find(*rules.document(text))}
    for number, (entry, pattern) in enumerate(written):
        if str(number) not in matched:
            yield f"{entry}: {pattern}"


def _written(main: Dict[str, Any]) -> Iterator[Tuple[str, str]]:
    """Every pattern with the entry that it stands in."""
    for part in ("signs", "boundaries"):
        for rule in main[part]:
            yield from ((rule["id"], pattern) for pattern in rule["says"])
    for flag, entry in main["flags"].items():
        yield from ((flag, pattern) for pattern in entry["says"])
    for flag, patterns in main["about"].items():
        yield from ((flag, pattern) for pattern in patterns)


def _examples() -> List[str]:
    importer = TrainingDataImporter.load_from_config(str(PROJECT / "config.yml"), str(PROJECT / "domain.yml"), [str(DATA)])
    return [example.get(TEXT) for example in importer.get_nlu_data().intent_examples if example.get(TEXT)]
