"""Sends thousands of hostile messages to a server of its own: `python -m tools.crises.fuzz` (some minutes).

Prints every turn without guidance or with a fault, and the server's memory on the way.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import List

from tests.hostile_messages import Hostile, hostile_messages
from tests.replies import country_of_guidance, faults
from tests.servers import LONGEST_TURN, Servers, descendants, new_person
from tools.bench.processes import memory

STEPS = 10


def main() -> None:
    """Send the messages, half from new persons, half within one conversation."""
    parser = argparse.ArgumentParser(prog="python -m tools.crises.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many messages")
    count = parser.parse_args().count
    somebody, wrong = new_person(), 0
    with tempfile.TemporaryDirectory() as folder, Servers(Path(folder)) as servers:
        for number, message in enumerate(hostile_messages(count), 1):
            for complaint in complaints(servers, message, somebody if number % 2 else new_person()):
                wrong += 1
                print(f"message {number}: {complaint}")
            if number % (count // STEPS) == 0:
                print(f"{number} messages, {wrong} faults, {_memory(servers):.0f} MB", flush=True)


def complaints(servers: Servers, message: Hostile, person: str) -> List[str]:
    """What is wrong with the turn that a message gets."""
    reply = servers.post({"sender": person, **message.body})
    # A message may name a country, so the numbers may be any one country's, but in all of a turn the same.
    countries = country_of_guidance(reply.texts[-1]) if reply.texts else []
    found = faults(reply, countries[0]) if countries else ["no guidance"]
    return [*found, f"it took {reply.seconds:.1f} seconds"] if reply.seconds > LONGEST_TURN else found


def _memory(servers: Servers) -> float:
    """The resident memory of all server processes, in MB."""
    assert servers.process
    return sum(memory(pid) for pid in [servers.process.pid, *descendants(servers.process.pid)])


if __name__ == "__main__":
    main()
