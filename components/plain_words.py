"""Brings a message into the plain form that the danger rules are written in.

People in danger type with one thumb, in capitals, in emoji, around a word filter, or all of these. Every step here undoes one such
habit and nothing else; the meaning stays. What each word is changed into stands in `data/emergency/spellings.yml`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Dict, FrozenSet, Iterable, List

from spacy.matcher import levenshtein

from common.paths import EMERGENCY
from common.yaml_files import read_yaml
from components.pattern_language import STOP

# Longer messages are cut before they come here; this bounds the work of whoever calls it otherwise.
MOST_CHARACTERS = 4000

# Combining marks of Latin letters only: those of Devanagari are vowels.
_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("(?<=\\w)['`\u00b4\u2018\u2019\u02bc](?=\\w)")
_STOPS = re.compile(r"[.!?;:\u2026\u3002\uff01\uff1f\u061f\u0964\n\r]+")
# Arabic vowel marks and stretching, too: most people write without them.
_INVISIBLE = re.compile("[\u0640\u064b-\u0652\u0670\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0f]")
_SPELLED_OUT = re.compile(r"(?<!\w)(?:[a-z][\s.\-_*]+){2,}[a-z](?!\w)")
# A letter hidden behind another sign: k!ll, su1cide, unal1ve, d*e.
_DISGUISE = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l", "+": "t"})
_DISGUISED = re.compile(r"(?<!\w)(?=[\w@$!|*+]*[a-z])[a-z0-9@$!|*+]*[0-9@$!|*+][a-z0-9@$!|*+]*[a-z0-9](?!\w)")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
# Scripts written without spaces: each sign is a word.
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
# Vowel signs of Devanagari are no letters to Python.
_WORD = re.compile("(?:[^\\W_]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963])+|\\.")
# Shorter words have too many real neighbours for a slip of the finger to be told from another word.
_SHORTEST_MENDED = 6


@dataclass(frozen=True)
class Spellings:
    """The words that the rules know, and the spellings that stand for them.

    Attributes:
        known: words of the rules, in plain form; a disguised or misspelled word is mended towards these only.
        common: ordinary words, which are never taken for a slip ("bleeding" and "breeding").
        instead: spelling -> plain words.
        pictures: emoji -> plain words.

    """

    known: FrozenSet[str] = frozenset()
    common: FrozenSet[str] = frozenset()
    instead: Dict[str, str] = field(default_factory=dict)
    pictures: Dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, known: Iterable[str], common: Iterable[str] = ()) -> Spellings:
        """Read the data file, for rules that know these words."""
        data = read_yaml(EMERGENCY / "spellings.yml")
        instead = {_plain_letters(spelling): word for word, spellings in data["words"].items() for spelling in spellings}
        pictures = {sign: word for word, signs in data["pictures"].items() for sign in signs}
        return cls(frozenset(known), frozenset(common), instead, pictures)


def plain_words(text: str, spellings: Spellings) -> List[str]:
    """The words of a text in plain form, with STOP where a sentence ends.

    Args:
        text: any text.
        spellings: what stands for what.

    """
    text = text[:MOST_CHARACTERS].replace("\u2019", "'")
    for sign, meaning in spellings.pictures.items():
        if sign in text:
            text = text.replace(sign, f" {meaning} ")
    text = _plain_letters(text)
    text = _SPELLED_OUT.sub(lambda found: _joined(found.group(), spellings), text)
    text = _DISGUISED.sub(lambda found: _undisguised(found.group(), spellings), text)
    text = _STOPS.sub(f" {STOP} ", text)
    text = _UNSPACED.sub(r" \1 ", text)
    words: List[str] = []
    for word in _WORD.findall(text):
        words += _mended(word, spellings).split()
    return _joined_spellings(words, spellings)


def _plain_letters(text: str) -> str:
    """Small letters without accents, invisible signs or apostrophes; fancy alphabets as plain ones."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return _APOSTROPHES.sub("", text)


def _joined(spelled: str, spellings: Spellings) -> str:
    """Join "k i l l" to one word, if the rules know it; else leave it: "a b c" is no word."""
    word = re.sub(r"[^a-z]", "", spelled)
    return word if word in spellings.known or word in spellings.instead else spelled


def _undisguised(word: str, spellings: Spellings) -> str:
    """Turn "su1cide" and "d*e" into the word that the rules know, else leave it: "m30" is a pill, "24" a number."""
    plain = word.translate(_DISGUISE)
    if plain in spellings.known or plain in spellings.instead:
        return plain
    if "*" in word:
        pattern = re.compile(re.escape(word).replace(r"\*", "[a-z]"))
        fitting = sorted(known for known in spellings.known if len(known) == len(word) and pattern.fullmatch(known))
        if fitting:
            return fitting[0]
    return word


def _mended(word: str, spellings: Spellings) -> str:
    if word in spellings.instead:
        return spellings.instead[word]
    if word in spellings.known:
        return word
    stretched = _STRETCHED.sub(r"\1", word)
    if stretched != word:
        for candidate in (_STRETCHED.sub(r"\1\1", word), stretched):
            if candidate in spellings.known or candidate in spellings.common or candidate in spellings.instead:
                return spellings.instead.get(candidate, candidate)
        word = stretched
    if len(word) < _SHORTEST_MENDED or word in spellings.common or not word.isascii():
        return word
    return _nearest(word, spellings.known) or word


@lru_cache(maxsize=4096)
def _nearest(word: str, known: FrozenSet[str]) -> str:
    """The rules' one word that a slip of the finger (one letter more, less, other, or two swapped) makes of this one; "" if none."""
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)} & known
    if swapped:
        return sorted(swapped)[0]
    near = [
        other for other in known if len(other) >= _SHORTEST_MENDED and abs(len(other) - len(word)) <= 1 and levenshtein(word, other, 1) <= 1
    ]
    return sorted(near)[0] if near else ""


def _joined_spellings(words: List[str], spellings: Spellings) -> List[str]:
    """Spellings of two or three words ("o d", "over dose") as one."""
    result: List[str] = []
    index = 0
    while index < len(words):
        for length in (3, 2):
            part = " ".join(words[index : index + length])
            if length <= len(words) - index and part in spellings.instead:
                result += spellings.instead[part].split()
                index += length
                break
        else:
            result.append(words[index])
            index += 1
    return result
