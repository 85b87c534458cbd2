"""The measurements, the two bots always taking turns, so that what disturbs the machine disturbs both."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from typing import Callable, Dict, Iterator, List, Sequence

from tools.bench.bots import OURS, STOCK, Bot
from tools.bench.processes import Watch, environment, run
from tools.bench.sentences import mixed, own_questions, stock_sentences
from tools.bench.server import TURNS_PER_PERSON, Server, new_person
from tools.bench.setup import installed_megabytes

ROUNDS = 3
TRAIN_SECONDS = 1200
TURNS_BEFORE_MEMORY = 50
SEQUENTIAL_TURNS = 200
CLIENTS = 8
TURNS_PER_CLIENT = 30
# Turn 10 and turn 400, each as the median of ten around it.
EARLY, LATE = slice(5, 15), slice(395, 405)
LONG_TALK, LONG_TALK_SHARE = 405, 27

# By measure, then by bot: the value of each round.
Samples = Dict[str, Dict[str, List[float]]]
BOTS: Sequence[Bot] = (STOCK, OURS)


class Bench:
    """One run of all measurements."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Start without any figure."""
        self._say = say
        self.samples: Samples = defaultdict(lambda: defaultdict(list))
        # The share of the machine that other programs took during each measurement, 0 to 1.
        self.other_load: List[float] = []
        self.silent_turns: Dict[str, int] = {}

    def run(self) -> None:
        """Measure everything."""
        for bot in BOTS:
            self._note(bot, "installed", installed_megabytes(bot))
        for number in range(1, ROUNDS + 1):
            for bot in BOTS:
                self._train(bot, number)
        for number in range(1, ROUNDS + 1):
            for bot in BOTS:
                self._start(bot, number)
        with self._watched(), ExitStack() as stack:
            servers = [stack.enter_context(Server(bot)) for bot in BOTS]
            self._talk(servers)

    def _note(self, bot: Bot, name: str, value: float) -> None:
        self.samples[name][bot.name].append(value)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        with Watch() as watch:
            yield
        self.other_load.append(watch.other_load)

    def _train(self, bot: Bot, number: int) -> None:
        commands = {"train": bot.train(), **({"make train": OURS.train_as_make_does()} if bot is OURS else {})}
        for name, command in commands.items():
            shutil.rmtree(bot.models, ignore_errors=True)
            # A cache folder of its own, so that nothing is left over from another training.
            with self._watched(), tempfile.TemporaryDirectory() as cache:
                spent = run(command, bot.folder, bot.log, TRAIN_SECONDS, environment(RASA_CACHE_DIRECTORY=cache))
            self._note(bot, name, spent.clock)
            self._note(bot, f"{name} work", spent.processor)
            self._say(f"{bot.name}: {name}, round {number} of {ROUNDS}: {spent.clock:.1f} s")
        if number == 1:
            self._note(bot, "model", bot.model.stat().st_size / 1e6)

    def _start(self, bot: Bot, number: int) -> None:
        with self._watched(), Server(bot) as server:
            server.talk(own_questions() if bot is OURS else mixed(stock_sentences(bot.folder), own_questions()), TURNS_BEFORE_MEMORY)
            used = server.memory()
            self._note(bot, "start", server.seconds_to_first_answer)
            for name, value in used.items():
                self._note(bot, f"memory {name}", value)
        self._say(f"{bot.name}: start, round {number} of {ROUNDS}: {server.seconds_to_first_answer:.1f} s, {used['all']:.0f} MB")

    def _talk(self, servers: Sequence[Server]) -> None:
        """All that needs both bots running; an idle server takes nothing from the other.

        Our bot is asked its questions; the stock bot hears its own kind of sentence and those questions by turns.
        """
        own_kind = {STOCK.name: stock_sentences(STOCK.folder), OURS.name: own_questions()}
        sentences = {STOCK.name: mixed(own_kind[STOCK.name], own_questions()), OURS.name: own_kind[OURS.name]}
        for server in servers:
            server.talk(sentences[server.bot.name], TURNS_PER_PERSON)
        self._say(f"{SEQUENTIAL_TURNS} turns one after the other …")
        before = [server.processor_seconds() for server in servers]
        for _ in range(SEQUENTIAL_TURNS // TURNS_PER_PERSON):
            for server in servers:
                for seconds in server.talk(sentences[server.bot.name], TURNS_PER_PERSON):
                    self._note(server.bot, "turn", seconds * 1000)
        for server, used in zip(servers, before, strict=True):
            self._note(server.bot, "turn work", (server.processor_seconds() - used) * 1000 / SEQUENTIAL_TURNS)
        self._say(f"{CLIENTS} clients at once …")
        for _ in range(ROUNDS):
            for server in servers:
                self._note(server.bot, "throughput", server.turns_per_second(sentences[server.bot.name], CLIENTS, TURNS_PER_CLIENT))
        self._say(f"One conversation of {LONG_TALK} turns …")
        people = {server.bot.name: new_person() for server in servers}
        for _ in range(LONG_TALK // LONG_TALK_SHARE):
            for server in servers:
                for seconds in server.talk(own_kind[server.bot.name], LONG_TALK_SHARE, people[server.bot.name]):
                    self._note(server.bot, "long talk", seconds * 1000)
        self.silent_turns = {server.bot.name: server.silent_turns for server in servers}

    def figures(self) -> Dict[str, Dict[str, float]]:
        """By measure and bot, one number: the median of the rounds, and what is made of the single turns."""
        found = {
            name: {bot: statistics.median(values) for bot, values in by_bot.items()}
            for name, by_bot in self.samples.items()
            if name not in ("turn", "long talk")
        }
        for bot, turns in self.samples["turn"].items():
            cuts = statistics.quantiles(turns, n=20, method="inclusive")
            found.setdefault("p50", {})[bot], found.setdefault("p95", {})[bot] = statistics.median(turns), cuts[18]
        for bot, turns in self.samples["long talk"].items():
            early, late = statistics.median(turns[EARLY]), statistics.median(turns[LATE])
            found.setdefault("turn 10", {})[bot], found.setdefault("turn 400", {})[bot] = early, late
            found.setdefault("growth", {})[bot] = late / early
        return found
