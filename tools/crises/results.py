"""Everything that docs/evaluation.md reports: plays the published suites with servers of its own, and reads the held-out messages."""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Dict, List, Mapping, Sequence, Set, Tuple

from common.paths import DATA, PROJECT
from tests.servers import Servers
from tools.check.project import Project
from tools.check.wording import same_words
from tools.crises.figures import figures
from tools.crises.interview import COUNTRIES, Played, by_talk, count, play_all
from tools.crises.rubric import tally
from tools.crises.suites import Figure, Question, Suite, suites
from tools.crises.verdicts import held_out_verdicts
from tools.evaluate import MODEL
from tools.understanding.figures import Share
from tools.understanding.trained_nlu import TrainedNLU

# What the assistant says and how it chooses; the rest of the program is not part of the version.
VERSIONED = (DATA, PROJECT / "domain.yml", PROJECT / "config.yml")
# Whether the answer is chosen without the action server does not hang on the country: one with numbers of its own, one without.
COUNTRIES_WITHOUT_ACTIONS = ("US", "XX")


@dataclass(frozen=True)
class Results:
    """What one run found.

    Attributes:
        day: of the run.
        version: of the data (see `data_version`).
        trained: the day on which the model was trained.
        whole: the talks of each suite, by its id, in all countries.
        without_actions: the same in fewer countries, with the action server killed.
        known: of each suite, how many messages stand word for word among the examples, of how many.
        held_out: the figures of the held-out messages by name.

    """

    day: date
    version: str
    trained: date
    whole: Mapping[str, Sequence[Played]]
    without_actions: Mapping[str, Sequence[Played]]
    known: Mapping[str, Tuple[int, int]]
    held_out: Sequence[Tuple[str, Share]]

    def share(self, suite: Suite, figure: Figure) -> Share:
        """Our own figure."""
        return Share(*count(self.whole[suite.id], figure.set, figure.measure))

    def right_in(self, suite: Suite, country: str) -> Share:
        """How many talks of a suite are right in one country."""
        return _right([one for one in self.whole[suite.id] if one.country == country])

    def right_without_actions(self, suite: Suite) -> Share:
        """How many talks of a suite are right with the action server killed, in every country that was tried."""
        return _right(self.without_actions[suite.id])

    def rubric(self, suite: Suite) -> Dict[Question, Share]:
        """For each question that a program checks, how many of the talks that it is about pass it in every country."""
        return {
            question: _share([not failed for failed in talks.values()]) for question, talks in tally(suite, self.whole[suite.id]).items()
        }

    def faults(self) -> List[str]:
        """All that went wrong in a published suite, in words. Without actions only what goes wrong in another way than with them."""
        found, more = _faults(self.whole), _faults(self.without_actions)
        return [*found.values(), *(f"{line} (without actions)" for key, line in more.items() if key not in found)]


def measure(model: Path = MODEL) -> Results:
    """Play and read everything: some minutes.

    Raises:
        FileNotFoundError: there is no model.
        RuntimeError: the servers did not start; the message holds what they said.

    """
    # First, because it takes seconds and would fail on a bad model.
    nlu = TrainedNLU(model)
    held_out = list(figures(held_out_verdicts(nlu)).items())
    with tempfile.TemporaryDirectory() as folder, Servers(Path(folder), ["--model", str(model)]) as servers:

        def say(text: str, person: str) -> List[str]:
            return servers.say(text, person).texts

        whole = {suite.id: play_all(suite, COUNTRIES, say) for suite in suites()}
        servers.kill_actions()
        without_actions = {suite.id: play_all(suite, COUNTRIES_WITHOUT_ACTIONS, say) for suite in suites()}
    return Results(
        day=date.today(),
        version=data_version(),
        trained=nlu.trained_at.date(),
        whole=whole,
        without_actions=without_actions,
        known=known_messages(),
        held_out=held_out,
    )


def data_version() -> str:
    """The same for the same words, rules and settings: the first digits of their digest."""
    digest = hashlib.sha256()
    for root in VERSIONED:
        for path in sorted(root.rglob("*.yml")) if root.is_dir() else [root]:
            digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def known_messages() -> Dict[str, Tuple[int, int]]:
    """Of each suite, how many messages stand among the examples that the model learns from, but for case and punctuation."""
    examples: Set[str] = {same_words(example.text) for _, examples in Project(PROJECT).examples for example in examples}
    said = {suite.id: {same_words(turn.say) for talk in suite.talks for turn in talk.turns} for suite in suites()}
    return {name: (len(messages & examples), len(messages)) for name, messages in said.items()}


def _faults(suites_played: Mapping[str, Sequence[Played]]) -> Dict[Tuple[str, str], str]:
    """What went wrong, by message and reply: the same reply in several countries is one fault."""
    countries: Dict[Tuple[str, str], List[str]] = defaultdict(list)
    reasons: Dict[Tuple[str, str], Dict[str, None]] = defaultdict(dict)
    turns = ((one.country, turn) for played in suites_played.values() for one in played for turn in one.turns if not turn.is_right)
    for country, turn in turns:
        key = turn.wanted.say, " + ".join(turn.reply) or "nothing"
        countries[key].append(country)
        reasons[key].update(dict.fromkeys(fault.reason for fault in turn.faults))
    return {key: f"{key[0]!r} → {key[1]}: {'; '.join(reasons[key])} ({', '.join(where)})" for key, where in countries.items()}


def _right(played: Sequence[Played]) -> Share:
    return _share([all(one.holds("right") for one in ones) for ones in by_talk(played).values()])


def _share(truths: Sequence[bool]) -> Share:
    return Share(sum(truths), len(truths))
