"""How a danger pattern is written, and what it becomes. Imports no spaCy, so that the checker can read patterns, too."""

from __future__ import annotations

import re
from itertools import product
from typing import Any, Dict, Iterator, List

# The message's beginning and end, and the end of a sentence, as words of their own.
START, END = "<", ">"
STOP = "."
# As many words may stand where a pattern says "..".
GAP = "{0,4}"


def compiled(pattern: str, lists: Dict[str, List[str]]) -> Iterator[List[Dict[str, Any]]]:
    """A written pattern as patterns of spaCy's Matcher.

    Written: words in plain form; `a|b` one of several; `a_b` words that belong together, as one of several; `over*` a word that begins
    so; `#` a digit; `{name}` one of a list; `word?` that may be missing; `..` up to four words; `<` and `>` the message's beginning and
    end. A blank always ends a part: "end it all|my life" is "end it", then "all" or "my", then "life".

    Args:
        pattern: the written pattern.
        lists: the named lists; their entries may be several words.

    Raises:
        ValueError: an unknown list, or nothing at all.

    """
    slots: List[List[List[Dict[str, Any]]]] = []
    for part in pattern.split():
        optional = part.endswith("?") and len(part) > 1
        choices = _choices(part[:-1] if optional else part, lists)
        slots.append([*choices, []] if optional else choices)
    if not slots:
        raise ValueError("an empty pattern")
    for combination in product(*slots):
        tokens = [token for choice in combination for token in choice]
        if tokens:
            yield tokens


def _choices(part: str, lists: Dict[str, List[str]]) -> List[List[Dict[str, Any]]]:
    """The token sequences that one part of a pattern stands for: all its single words as one, each longer one by itself."""
    if part == "..":
        return [[{"LOWER": {"NOT_IN": [STOP, START, END]}, "OP": GAP}]]
    if part in (START, END, STOP):
        return [[{"LOWER": part}]]
    words = [word for alternative in part.split("|") for word in _listed(alternative, lists)]
    single = [word for word in words if " " not in word]
    sequences: List[List[Dict[str, Any]]] = [[_token([word]) for word in words_of.split()] for words_of in words if " " in words_of]
    return [*sequences, [_token(single)]] if single else sequences


def _token(words: List[str]) -> Dict[str, Any]:
    """One token that is one of several words."""
    whole = sorted(word for word in words if not set(word) & set("*#"))
    loose = sorted(word for word in words if set(word) & set("*#"))
    if loose:
        forms = (re.escape(word).replace(r"\#", r"\d").replace(r"\*", ".*") for word in [*whole, *loose])
        return {"LOWER": {"REGEX": f"^(?:{'|'.join(forms)})$"}}
    return {"LOWER": {"IN": whole} if len(whole) > 1 else whole[0]}


def _listed(word: str, lists: Dict[str, List[str]]) -> List[str]:
    """A word, or the words of the list that it names; lists may name lists."""
    name = re.fullmatch(r"\{(\w+)\}", word)
    if not name:
        return [word.replace("_", " ")]
    if name[1] not in lists:
        raise ValueError(f"no list is called {name[1]}")
    return [inner for entry in lists[name[1]] for inner in _listed(entry, lists)]


def literal_words(token: Dict[str, Any]) -> List[str]:
    """The words that one slot of a pattern may be; none where it is open."""
    value = token.get("LOWER")
    if isinstance(value, str):
        return [value]
    return list(value.get("IN", [])) if isinstance(value, dict) else []


def loose_form(token: Dict[str, Any]) -> str:
    """The regular expression of what one slot of a pattern may be besides plain words; empty for other slots."""
    value = token.get("LOWER")
    return str(value.get("REGEX", "")) if isinstance(value, dict) else ""
