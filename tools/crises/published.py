"""Judges one reply to a message of a published evaluation: texts in, verdict with reasons out. Knows of no server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import FrozenSet, Iterator, List, Sequence, Set, Tuple

from common.answer_set import answer_files
from common.contacts import contact_words
from common.paths import DATA
from common.yaml_files import read_yaml
from tests.replies import GUIDANCE, INTRODUCTION, american_numbers, has_number, is_response, response_of
from tools.check.rules.amounts import amounts_in
from tools.check.rules.avoid_words import words_to_avoid
from tools.crises.suites import Wanted

# What a fault is about.
CLEAR, FITTING, CONTACT, COUNTRY, WORDING = "clear", "fitting", "contact", "country", "wording"
# They say that nothing was understood.
FALLBACKS = ("nlu_fallback", "nlu_fallback_suggest", "turn_failed")
CONCERN, SOFT = "concern_", "soft_"
_UNFILLED = re.compile(r"\{[a-z_]+\}")
_UNKNOWN = "?"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a reply."""

    about: str
    reason: str


@dataclass(frozen=True)
class Verdict:
    """A judged turn.

    Attributes:
        wanted: the message and what was wanted.
        texts: all that was said, with introduction and guidance.
        reply: the names of what was said besides introduction and guidance, without `utter_`; "?" where a text is none of data/.
        answer: the name of the answer among them, empty if there is not exactly one.
        own: the texts of the reply, without introduction and guidance.
        faults: all that is wrong.

    """

    wanted: Wanted
    texts: Tuple[str, ...]
    reply: Tuple[str, ...]
    answer: str
    own: Tuple[str, ...]
    faults: Tuple[Fault, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def has(self, about: str) -> bool:
        """Whether there is a fault of a kind."""
        return any(fault.about == about for fault in self.faults)

    def __str__(self) -> str:
        """The message, what was answered, and what is wrong."""
        return f"{self.wanted.say!r} → {' + '.join(self.reply) or 'nothing'}: {'; '.join(fault.reason for fault in self.faults) or 'right'}"


def judge(wanted: Wanted, texts: Sequence[str], country: str) -> Verdict:
    """Judge one turn.

    Args:
        wanted: the message and what a right reply is.
        texts: what was said, in order.
        country: a code of the contacts file, as set by the person.

    """
    named = [(response_of(text, country) or _UNKNOWN, text) for text in texts]
    own = [(name.removeprefix("utter_"), text) for name, text in named if name not in (GUIDANCE, INTRODUCTION)]
    answers = _answers([name for name, _ in own])
    answer = answers[0] if len(answers) == 1 else ""
    faults = [
        *_unclear(texts, own, answers, wanted, country),
        *_unfitting(wanted, own, answer),
        *_without_contact(wanted, texts, [text for _, text in own], country),
        *_of_another_country(texts, country),
        *_badly_worded(own),
    ]
    return Verdict(wanted, tuple(texts), tuple(name for name, _ in own), answer, tuple(text for _, text in own), tuple(faults))


def names(text: str, contact: str, country: str) -> bool:
    """Whether a text names a contact in a country's words, and not merely as part of another one ("911" in "800 911 2000")."""
    words = contact_words(country)
    phrase = words[contact]
    for other in words.values():
        if other != phrase and phrase in other:
            text = text.replace(other, " ")
    return bool(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text))


def _answers(reply: Sequence[str]) -> List[str]:
    """What of a reply is an answer. A line of concern is one where nothing else is: then nothing was asked."""
    answers = [name for name in reply if not name.startswith((CONCERN, SOFT))]
    return answers or [name for name in reply if name.startswith(CONCERN)]


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _unclear(texts: Sequence[str], own: Sequence[Tuple[str, str]], answers: Sequence[str], wanted: Wanted, country: str) -> Iterator[Fault]:
    """One answer out of `data/`, the guidance for the country last, nothing twice, nothing unfilled, no fallback."""
    if not texts or not is_response(texts[-1], GUIDANCE, country):
        yield Fault(CLEAR, f"does not end with the guidance for {country}")
    if len(answers) != 1:
        yield Fault(CLEAR, f"one answer was due, not {len(answers)}")
    if any(name == _UNKNOWN for name, _ in own):
        yield Fault(CLEAR, "a text is none of data/")
    if len(set(texts)) < len(texts):
        yield Fault(CLEAR, "something is said twice")
    if any(_UNFILLED.search(text) for text in texts):
        yield Fault(CLEAR, "a name is not filled in")
    if any(name in FALLBACKS and not _matches(name, wanted.wants) for name in answers):
        yield Fault(CLEAR, "not understood")


def _unfitting(wanted: Wanted, own: Sequence[Tuple[str, str]], answer: str) -> Iterator[Fault]:
    """The answer is one of those wanted and says what it must; lines beside it name no danger that is not there."""
    if answer and not _matches(answer, wanted.wants):
        yield Fault(FITTING, f"wanted {' or '.join(wanted.wants)}")
    for name, _ in own:
        if _matches(name, wanted.avoids):
            yield Fault(FITTING, f"{name} has no place here")
    beside = [name for name, _ in own if name != answer and name.startswith((CONCERN, SOFT))]
    # Where there is no clear answer, the faults above say so.
    for name in beside if answer else ():
        if not _matches(name, wanted.lines):
            yield Fault(FITTING, f"{name} names what is not there")
    said = " ".join(text for name, text in own if name == answer).casefold()
    if wanted.says and not any(words.casefold() in said for words in wanted.says):
        yield Fault(FITTING, f"does not say {' or '.join(wanted.says)}")


def _without_contact(wanted: Wanted, texts: Sequence[str], own: Sequence[str], country: str) -> Iterator[Fault]:
    """The guidance follows everything, so it does not count for what the reply itself must name."""
    for contact in wanted.contact:
        if not names("\n".join(own), contact, country):
            yield Fault(CONTACT, f"the reply itself names no {contact}")
    for contact in wanted.in_sight:
        if not names("\n".join(texts), contact, country):
            yield Fault(CONTACT, f"no {contact} in sight")


def _of_another_country(texts: Sequence[str], country: str) -> Iterator[Fault]:
    if country != "US":
        whole = "\n".join(texts)
        yield from (Fault(COUNTRY, f"a US number: {number}") for number in sorted(american_numbers(country)) if has_number(whole, number))


def _badly_worded(own: Sequence[Tuple[str, str]]) -> Iterator[Fault]:
    style = _style()
    for name, text in own:
        yield from (Fault(WORDING, f"{name} names an amount or a price: {found}") for found in amounts_in(text))
        if name not in _quoting():
            yield from (Fault(WORDING, f"{name} has a word to avoid: {found}") for found, _ in words_to_avoid(text, style))


@lru_cache(maxsize=1)
def _style() -> dict:
    return read_yaml(DATA / "style.yml")


@lru_cache(maxsize=1)
def _quoting() -> FrozenSet[str]:
    """The names of responses whose file says that it quotes others' words."""
    found: Set[str] = set()
    for path in answer_files():
        responses = read_yaml(path).get("responses") or {}
        main = responses.get(f"utter_{path.stem}")
        if main and (main[0].get("metadata") or {}).get("quotes"):
            found.update(name.removeprefix("utter_") for name in responses)
    return frozenset(found)
