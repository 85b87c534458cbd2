"""The detector's first voice: what `data/emergency/patterns.yml` and its sisters for other languages say of a message.

Rules name a danger outright; context says why it may be none (a figure of speech, the past, a novel). The design follows
ConText (Chapman 2007; medspaCy holds the same idea as data): find the mention, then look at what stands around it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, FrozenSet, Iterable, Iterator, List, Sequence, Set, Tuple

import spacy
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from common.paths import EMERGENCY, ENCODER
from common.yaml_files import read_yaml
from components.pattern_language import END, START, STOP, compiled, literal_words, loose_form
from components.plain_words import Spellings, plain_words

PATTERNS = EMERGENCY / "patterns.yml"
LANGUAGES = EMERGENCY / "languages"

E0, E1, E2, E3 = range(4)
LEVELS = ("E0", "E1", "E2", "E3")
ENGLISH = "en"
# The flag of a message that is a wish to quit and nothing else.
QUITTING = "quitting"
# Those of a message that tells of help that is called and not there, and of one that says that the danger has passed.
AWAITED, OVER = "awaited", "over"
# Stands for every word that no pattern names: spaCy's vocabulary never forgets a word, and people's words are not kept.
OTHER = "~"
# Languages known by their script.
SCRIPTS = {
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "zh": re.compile("[\u3400-\u9fff]"),
}
# A message with so large a share of another language's words is searched with its rules, and with so large a one is taken to be in it.
MIXED_SHARE = 0.2
LANGUAGE_SHARE = 0.4
SHORTEST_TELLING = 3


@dataclass(frozen=True)
class Reading:
    """What the rules say of one message.

    Attributes:
        level: E0 to E3.
        kind: the danger; empty at E0.
        rule: the id of the rule that decided; empty at E0.
        flags: what speaks against a danger, such as "figure" or "past", whether or not a rule matched.
        about: whom or what it is about, such as "self", "child" or "mixed", in the order of the file.
        language: of the words; "en" unless another language's rules matched.
        boundary: the boundary that the message asks to cross; empty if none.
        sure: whether the rule names its danger so plainly that it needs no second voice.
        readable: whether half of the words or more are words of a language known here. Of others the learned voices know nothing.

    """

    level: int = E0
    kind: str = ""
    rule: str = ""
    flags: FrozenSet[str] = frozenset()
    about: Tuple[str, ...] = ()
    language: str = ENGLISH
    boundary: str = ""
    sure: bool = False
    readable: bool = True


@dataclass(frozen=True)
class _Rule:
    level: int
    kind: str
    language: str
    firm: bool
    sure: bool


class PatternIndex:
    """Patterns, of which only those are run that a message can match.

    One spaCy Matcher with all patterns took 5.6 ms a message, mostly for gaps that led nowhere. Here every pattern has a Matcher
    of its own, found through its rarest slot, and is run only if the message has a word for each of its slots. Many patterns share a
    slot, so which slots a message has words for is found out once.
    """

    def __init__(self, vocab: Vocab) -> None:
        """Hold no pattern yet; `vocab` is that of the documents to be searched."""
        self._vocab = vocab
        # Each slot of plain words by its words, and the slots that a word is in.
        self._slots: Dict[FrozenSet[str], int] = {}
        self._slots_of: Dict[str, List[int]] = {}
        # The patterns by their rarest slot; those without a slot of plain words always have to be run.
        self._by_slot: Dict[int, List[int]] = {}
        self._anywhere: List[int] = []
        self._all: List[Tuple[str, List[Dict[str, Any]], FrozenSet[int]]] = []
        # Built when first needed: to build all of them takes seconds, and most are never needed.
        self._matchers: Dict[int, Matcher] = {}

    def add(self, name: str, patterns: Sequence[List[Dict[str, Any]]]) -> None:
        """Add patterns under a name."""
        for pattern in patterns:
            slots = sorted((frozenset(words) for words in map(literal_words, pattern) if words), key=len)
            number = len(self._all)
            numbers = [self._slot(words) for words in slots]
            self._all.append((name, pattern, frozenset(numbers)))
            (self._by_slot.setdefault(numbers[0], []) if numbers else self._anywhere).append(number)

    def _slot(self, words: FrozenSet[str]) -> int:
        if words not in self._slots:
            self._slots[words] = len(self._slots)
            for word in words:
                self._slots_of.setdefault(word, []).append(self._slots[words])
        return self._slots[words]

    def find(self, document: Doc, words: Sequence[str]) -> Iterator[Tuple[str, int, int]]:
        """Every match: the pattern's name, its first token, and the one after its last."""
        present = {slot for word in {START, END, *words} for slot in self._slots_of.get(word, ())}
        candidates = [number for slot in present for number in self._by_slot.get(slot, ())]
        for number in [*self._anywhere, *sorted(candidates)]:
            name, _, slots = self._all[number]
            if slots <= present:
                for _, start, end in self._matcher(number)(document):
                    yield name, start, end

    def _matcher(self, number: int) -> Matcher:
        if number not in self._matchers:
            name, pattern, _ = self._all[number]
            self._matchers[number] = Matcher(self._vocab)
            self._matchers[number].add(name, [pattern])
        return self._matchers[number]


class DangerRules:
    """The rules, compiled once.

    Args:
        common_words: ordinary words that are never taken for a misspelled word of the rules.

    """

    def __init__(self, common_words: Iterable[str] = ()) -> None:
        """Read and compile all pattern files.

        Raises:
            ValueError: a pattern can't be read; the message names file, entry and pattern.

        """
        self.vocab = spacy.blank("en").vocab
        self._patterns: Dict[str, PatternIndex] = {}
        self._rules: Dict[str, _Rule] = {}
        self._boundaries: Dict[str, str] = {}
        self._lexicons: Dict[str, Set[str]] = {}
        main = read_yaml(PATTERNS)
        self._flags: Dict[str, Dict[str, Any]] = main["flags"]
        self._about = list(main["about"])
        # What a wish to quit is about, where the classifier hears something else in it.
        self.quitting_topics: List[str] = self._flags["quitting"]["topics"]
        known: Set[str] = set()
        tokens: List[Dict[str, Any]] = []
        for path in [PATTERNS, *sorted(LANGUAGES.glob("*.yml"))]:
            language = ENGLISH if path == PATTERNS else path.stem
            data = read_yaml(path)
            index = self._patterns[language] = PatternIndex(self.vocab)
            words = set(data.get("common_words", []))
            for name, says in self._entries(data, language):
                patterns = compiled_all(f"{path.name}, {name}", says, main["words"])
                index.add(name, patterns)
                words |= {word for pattern in patterns for token in pattern for word in literal_words(token)}
                tokens += [token for pattern in patterns for token in pattern]
            if language == ENGLISH:
                known = words
            self._lexicons[language] = words if language == ENGLISH else words - known - STOP_WORDS
        self._named = {word for token in tokens for word in literal_words(token)}
        self._loosely_named = re.compile("|".join({form for token in tokens if (form := loose_form(token))}))
        self._ranks = {name: -rank for rank, name in enumerate(self._rules)}
        # Words of other languages are no slips of the finger either.
        foreign = {word for language, words in self._lexicons.items() if language != ENGLISH for word in words}
        self._spellings = Spellings.read(known, ({*common_words} | foreign) - known)
        self._words = self._spellings.known | self._spellings.common

    def _entries(self, data: Dict[str, Any], language: str) -> Iterator[Tuple[str, List[str]]]:
        """Every entry of a pattern file under a name of its own, with its patterns; rules and boundaries are noted."""
        for rule in data.get("signs", []):
            name = f"rule:{rule['id']}"
            self._rules[name] = _Rule(LEVELS.index(rule["level"]), rule["kind"], language, bool(rule.get("firm")), bool(rule.get("sure")))
            yield name, rule["says"]
        for rule in data.get("boundaries", []):
            name = f"boundary:{rule['id']}"
            self._boundaries[name] = rule["boundary"]
            yield name, rule["says"]
        for part in ("flags", "about"):
            for flag, entry in data.get(part, {}).items():
                yield (f"flags {language}:{flag}", entry["says"]) if part == "flags" else (f"about:{flag}", entry)

    def document(self, text: str) -> Tuple[Doc, List[str]]:
        """A message as the patterns see it, between its two signs and with no word that none of them names, and its plain words."""
        words = plain_words(text, self._spellings)
        named = [word if word in self._named or self._loosely_named.match(word) else OTHER for word in words]
        return Doc(self.vocab, words=[START, *named, END]), words

    def read(self, text: str) -> Reading:
        """What the rules say of a message."""
        document, words = self.document(text)
        shares = self._shares(words)
        spoken = _language(shares)
        found = [
            match
            for language, index in self._patterns.items()
            if language == ENGLISH or shares[language] >= MIXED_SHARE
            for match in index.find(document, words)
        ]
        # Context lowers what is said in its own language: the Hindi for "closed" is an English band.
        against: Dict[str, Dict[str, List[Tuple[int, int]]]] = {language: {} for language in self._patterns}
        about: Set[str] = set()
        for name, start, end in found:
            part, _, flag = name.partition(":")
            if part.startswith("flags "):
                against[part.removeprefix("flags ")].setdefault(flag, []).append((start, end))
            if part == "about":
                about.add(flag)
        stops = [place for place, word in enumerate(words, 1) if word == STOP]
        # Of equal levels the one that the file names first: it is ordered by what to act on first.
        candidates = [
            (rule.level if rule.firm else self._lowered(rule.level, (start, end), against[rule.language], stops), self._ranks[name], name)
            for name, start, end in found
            for rule in [self._rules.get(name)]
            if rule
        ]
        level, _, name = max(candidates, default=(E0, 0, ""))
        rule = self._rules[name] if level > E0 else None
        return Reading(
            level=level,
            kind=rule.kind if rule else "",
            rule=name.partition(":")[2] if rule else "",
            flags=frozenset(against[rule.language if rule else spoken]),
            about=tuple(flag for flag in self._about if flag in about),
            language=rule.language if rule and rule.language != ENGLISH else spoken,
            boundary=next((self._boundaries[name] for name, _, _ in found if name in self._boundaries), ""),
            sure=bool(rule and rule.sure),
            readable=2 * sum(word in self._words for word in words if word != STOP) >= len(words) - len(stops),
        )

    def language(self, words: Sequence[str]) -> str:
        """The language of plain words: by script, or by the words of another language's rules; English where nothing says otherwise."""
        return _language(self._shares(words))

    def _shares(self, words: Sequence[str]) -> Dict[str, float]:
        """Of each other language the share of words, or of letters, that are its and not English ones. Very short words are in many."""
        telling = [word for word in words if len(word) >= SHORTEST_TELLING or not word.isascii()]
        letters = "".join(telling)
        shares = {}
        for language, lexicon in self._lexicons.items():
            if language != ENGLISH:
                script = SCRIPTS.get(language)
                written = len(script.findall(letters)) / max(len(letters), 1) if script and not letters.isascii() else 0.0
                shares[language] = max(written, sum(word in lexicon for word in telling) / max(len(telling), 1))
        return shares

    def _lowered(self, level: int, span: Tuple[int, int], against: Dict[str, List[Tuple[int, int]]], stops: List[int]) -> int:
        """A rule's level after what speaks against it within reach."""
        for flag, places in against.items():
            reach, unless = self._flags[flag]["reach"], self._flags[flag].get("unless")
            if unless not in against and any(_within_reach(reach, span, place, stops) for place in places):
                level = min(level, LEVELS.index(self._flags[flag]["at_most"]))
        return level


def _language(shares: Dict[str, float]) -> str:
    best = max(shares, key=lambda language: shares[language], default=ENGLISH)
    return best if shares.get(best, 0.0) >= LANGUAGE_SHARE else ENGLISH


def _within_reach(reach: str, span: Tuple[int, int], place: Tuple[int, int], stops: List[int]) -> bool:
    """Whether context at a place counts for a match: anywhere, in the same sentence, or only where they overlap."""
    if reach == "message":
        return True
    if reach == "phrase":
        return place[0] < span[1] and span[0] < place[1]
    between = range(min(span[1], place[1]), max(span[0], place[0]))
    return not any(stop in between for stop in stops)


def compiled_all(where: str, says: Sequence[str], lists: Dict[str, List[str]]) -> List[List[Dict[str, Any]]]:
    """Written patterns as patterns of spaCy's Matcher.

    Raises:
        ValueError: one can't be read; the message begins with `where`.

    """
    patterns: List[List[Dict[str, Any]]] = []
    for written in says:
        try:
            patterns += compiled(written, lists)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error
    return patterns


@lru_cache(maxsize=1)
def danger_rules() -> DangerRules:
    """The project's rules; compiled once in a process."""
    return DangerRules(_common_words())


def _common_words() -> List[str]:
    """Ordinary English words: the sentence encoder's vocabulary. None if it is missing: the rules must work all the same."""
    tokenizer = ENCODER / "tokenizer.json"
    try:
        return list(json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"])
    except (OSError, ValueError, LookupError):
        return []
