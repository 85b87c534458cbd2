"""`python -W ignore -m tests.telegram.soak`: three hundred messages from thirty chats, through duplicates, limits, errors and a restart.

Prints what came of them; exit code 1 if a message was lost, answered twice, or answered out of order within its chat.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List

from common.paths import DATA
from common.yaml_files import read_yaml
from tests.servers import HOST, READY, START_SECONDS, free_ports, wait_until
from tests.telegram.telegram_sim import SECRET, TelegramSim, bot

PEOPLE, EACH = 30, 10
DUPLICATES, LIMITS, ERRORS = 0.05, 0.05, 0.02
PACE_SECONDS = 0.02
LONGEST_SECONDS = 40


@dataclass(frozen=True)
class Result:
    """What came of it."""

    messages: int
    duplicates: int
    limits: int
    errors: int
    lost: int
    twice: int
    disordered: int
    seconds: float
    exit_code: int

    @property
    def good(self) -> bool:
        """Whether each message was answered exactly once and in order."""
        return not (self.lost or self.twice or self.disordered)

    def __str__(self) -> str:
        """One line of figures."""
        return (
            f"{self.messages} messages in {PEOPLE} chats, {self.duplicates} delivered twice, {self.limits} answers of 429, "
            f"{self.errors} of 5xx, one restart: {self.lost} lost, {self.twice} answered twice, {self.disordered} out of order; "
            f"{self.seconds:.0f} s with the restart"
        )


def run(folder: Path, mode: str = "polling", hard: bool = False, each: int = EACH) -> Result:
    """Play it once.

    Args:
        folder: for logs and the bot's state.
        mode: polling or webhook.
        hard: whether the restart is a crash (SIGKILL) and not a stop.
        each: messages of each person.

    """
    die = random.Random(3621)  # noqa: S311 (no secret)
    with TelegramSim() as sim:
        settings: Dict[str, Any] = {"mode": mode}
        if mode == "webhook":
            port = free_ports(1)[0]
            settings |= {"webhook_url": "https://bot.example", "webhook_port": port, "secret": SECRET}
            sim.sim("webhook", deliver_to=f"http://{HOST}:{port}")
        assistant = bot(sim, folder, **settings)
        people = [sim.new_person() for _ in range(PEOPLE)]
        # The steps in a random order: each answer says which step it is about, and so which message it answers.
        asked: Dict[int, List[int]] = {person: die.sample(range(1, 13), each) for person in people}
        turns = [(person, index) for index in range(each) for person in people]
        twice: List[int] = []
        with assistant:
            sim.sim(
                "faults",
                faults=[
                    {"kind": "429", "method": "sendMessage", "share": LIMITS, "seconds": 1},
                    {"kind": "5xx", "method": "sendMessage", "share": ERRORS},
                ],
            )
            begun = time.monotonic()
            for number, (person, index) in enumerate(turns):
                update = sim.say(person, f"what is step {asked[person][index]}?")["update_id"]
                if die.random() < DUPLICATES:
                    twice.append(update)
                    sim.sim("again", update_id=update)
                time.sleep(PACE_SECONDS)
                if number == len(turns) // 2:
                    code = assistant.stop(9 if hard else 15)
                    # People go on writing while it starts.
                    assistant.launch()
            wait_until(lambda: assistant.log.count(READY) == 2 or assistant.exit_code is not None, 2 * START_SECONDS, "the second start")
            if assistant.exit_code is not None:
                raise RuntimeError(f"the second start failed:\n{assistant.log}")
            until = time.monotonic() + LONGEST_SECONDS
            while time.monotonic() < until and any(len(_steps(sim, person)) < each for person in people):
                time.sleep(0.3)
            sim.quiet(3)
            seconds = time.monotonic() - begun
        lost = answered_twice = disordered = 0
        for person in people:
            steps = _steps(sim, person)
            counts = Counter(steps)
            lost += sum(step not in counts for step in asked[person])
            answered_twice += sum(count - 1 for count in counts.values())
            firsts = list(dict.fromkeys(steps))
            disordered += sum(a != b for a, b in zip(firsts, [step for step in asked[person] if step in counts], strict=False))
        codes = Counter(entry["code"] for entry in sim.sim("calls", method="sendMessage"))
        if lost:
            positions = [n for n, (person, index) in enumerate(turns) if asked[person][index] not in _steps(sim, person)]
            print(f"lost: {positions}; {sim.sim('state')['waiting']} wait", file=sys.stderr)
            print(_kinds(sim, people), assistant.log, file=sys.stderr)
        return Result(len(turns), len(twice), codes[429], codes[502], lost, answered_twice, disordered, seconds, code)


def _steps(sim: TelegramSim, person: int) -> List[int]:
    return [step for message in sim.replies(person) for step in [_step_of(message["text"])] if step]


def _kinds(sim: TelegramSim, people: List[int]) -> Counter:
    """How the replies that answer no step begin: they are the bot's own fixed texts."""
    return Counter(message["text"][:60] for person in people for message in sim.replies(person) if not _step_of(message["text"]))


@lru_cache(maxsize=1)
def _beginnings() -> Dict[str, int]:
    """How each step's answer begins."""
    found = {}
    for number in range(1, 13):
        reply = read_yaml(DATA / "answers" / "steps" / f"step_{number}.yml")["responses"][f"utter_step_{number}"][0]["text"]
        found[reply[:50]] = number
    return found


def _step_of(text: str) -> int:
    """The step that an answer is about; 0 for none."""
    return next((number for beginning, number in _beginnings().items() if beginning in text), 0)


def main() -> int:
    """Play it as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    parser.add_argument("--crash", action="store_true", help="end the bot with SIGKILL instead of a stop")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(Path(folder), chosen.mode, chosen.crash)
    print(f"{chosen.mode}{', crash' if chosen.crash else ''}: {result}")
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
