"""The spaCy pipeline: a blank English tokenizer and rule entities read from `data/`.

No spaCy model is downloaded: none is needed, since meaning comes from the sentence encoder (docs/decisions/0003).
"""

from __future__ import annotations

import gc
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Iterator, Tuple, cast

import spacy
from spacy.language import Language
from spacy.pipeline import EntityRuler

from common.paths import CONTACTS, ENTITIES
from common.yaml_files import read_yaml

# spaCy 3.4 keeps every word that it was ever given, some 150 bytes each. After so many new ones the pipeline is built anew, in half a
# second: neither do people's words stay, nor does the memory grow.
MOST_NEW_WORDS = 20_000


def rule_pipeline() -> Language:
    """The tokenizer with every rule entity of `data/entities/` and the countries of the contacts file.

    An entity's `label_` is its kind (`step`, `country`, `medicine`, …), its `ent_id_` the one name of what was meant,
    whatever the spelling.
    """
    if _new_words() > MOST_NEW_WORDS:
        _built.cache_clear()
        # A pipeline holds itself; without this the old one would stay beside the new one for a while.
        gc.collect()
    return _built()[0]


def _new_words() -> int:
    nlp, words = _built()
    return len(nlp.vocab.strings) - words


@lru_cache(maxsize=1)
def _built() -> Tuple[Language, int]:
    """The pipeline, and how many words it knew when it was new."""
    nlp = spacy.blank("en")
    ruler = cast(EntityRuler, nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"}))
    ruler.add_patterns(list(_patterns()))
    return nlp, len(nlp.vocab.strings)


def _patterns() -> Iterator[dict]:
    for path in sorted(ENTITIES.glob("*.yml")):
        yield from _patterns_of(path)
    for code, country in read_yaml(CONTACTS)["countries"].items():
        for name in [country["name"], *country.get("aliases", [])]:
            yield {"label": "country", "id": code, "pattern": name}


def _patterns_of(path: Path) -> Iterator[dict]:
    entity = read_yaml(path)
    for name, spellings in entity.get("values", {}).items():
        for spelling in spellings:
            yield {"label": entity["entity"], "id": str(name), "pattern": spelling}
    numbered = entity.get("numbered")
    if numbered:
        yield from _numbered(entity["entity"], numbered)


def _numbered(label: str, numbered: dict) -> Iterator[dict]:
    """Patterns such as "step 4", "4th step", "step4" out of a noun's spellings, the numbers' and the forms that join them."""
    for form in numbered["forms"]:
        side = "after" if "{after}" in form else "before"
        nouns = numbered["noun"] if "{noun}" in form else [""]
        for (name, spellings), noun in product(numbered["numbers"].items(), nouns):
            for spelling in spellings[side]:
                text = form.format(**{"noun": noun, side: spelling})
                # Several words are matched as spaCy splits them; one word, such as "step#4", must be one token's text.
                yield {"label": label, "id": str(name), "pattern": text if " " in text else [{"LOWER": text}]}
