"""Plays the talks of a published evaluation with the assistant, whatever it is reached by, and counts what came of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Callable, Dict, Iterable, List, Sequence, Tuple

from tools.crises.published import CLEAR, CONTACT, Verdict, judge
from tools.crises.suites import Suite, Talk

# One with each kind of gap: no drug line on the phone (CA), one line for two things (MX), no number at all (XX).
COUNTRIES = ("US", "GB", "CA", "AU", "MX", "XX")

# Says a text as a person, and returns the texts that come back.
Say = Callable[[str, str], Sequence[str]]


@dataclass(frozen=True)
class Played:
    """A talk in one country."""

    talk: Talk
    country: str
    turns: Tuple[Verdict, ...]

    def holds(self, measure: str) -> bool:
        """Whether every turn fulfils a measure.

        Args:
            measure: "clear", one clear reply; "contact", the reply itself names the contacts that it must, and there are such;
                "right", nothing is wrong.

        """
        if measure == "clear":
            return not any(turn.has(CLEAR) for turn in self.turns)
        if measure == "contact":
            return all(turn.wanted.contact and not turn.has(CONTACT) for turn in self.turns)
        return all(turn.is_right for turn in self.turns)

    @property
    def faults(self) -> List[str]:
        """The turns that went wrong, in words."""
        return [f"{self.country}: {turn}" for turn in self.turns if not turn.is_right]


def play(talk: Talk, country: str, say: Say) -> Played:
    """Play a talk as somebody new who has said where they are."""
    person = f"published-{uuid.uuid4().hex}"
    say(f'/set_country{{"country": "{country}"}}', person)
    return Played(talk, country, tuple(judge(wanted, say(wanted.say, person), country) for wanted in talk.turns))


def play_all(suite: Suite, countries: Iterable[str], say: Say) -> List[Played]:
    """Play every talk of a suite in some countries."""
    return [play(talk, country, say) for country in countries for talk in suite.talks]


def by_talk(played: Iterable[Played]) -> Dict[Talk, List[Played]]:
    """The same talk in all its countries. It counts once: in another country the assistant chooses alike, and fills in other numbers."""
    found: Dict[Talk, List[Played]] = defaultdict(list)
    for one in played:
        found[one.talk].append(one)
    return found


def count(played: Iterable[Played], name: str, measure: str) -> Tuple[int, int]:
    """How many talks of a set fulfil a measure in every country, of how many."""
    talks = [ones for talk, ones in by_talk(played).items() if name in talk.sets]
    return sum(all(one.holds(measure) for one in ones) for ones in talks), len(talks)
