"""Sends thousands of hostile messages to a server of its own: `python -m tools.crises.fuzz` (some minutes).

Prints every turn without guidance or with a fault, and the server's memory on the way.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.hostile_messages import complaints, hostile_messages
from tests.servers import Servers, descendants, new_person
from tools.bench.processes import memory

STEPS = 10


def main() -> None:
    """Send the messages, half of them from new persons unless told otherwise, the others within one conversation."""
    parser = argparse.ArgumentParser(prog="python -m tools.crises.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many messages")
    parser.add_argument("--one-person", action="store_true", help="all within one conversation, so that no more than that is kept")
    arguments = parser.parse_args()
    count = arguments.count
    somebody, wrong = new_person(), 0
    with tempfile.TemporaryDirectory() as folder, Servers(Path(folder)) as servers:
        for number, message in enumerate(hostile_messages(count), 1):
            for complaint in complaints(servers, message, somebody if number % 2 or arguments.one_person else new_person()):
                wrong += 1
                print(f"message {number}, {complaint}")
            if number % max(1, count // STEPS) == 0:
                print(f"{number} messages, {wrong} faults, {_memory(servers):.0f} MB", flush=True)


def _memory(servers: Servers) -> float:
    """The resident memory of all server processes, in MB."""
    assert servers.process
    return sum(memory(pid) for pid in [servers.process.pid, *descendants(servers.process.pid)])


if __name__ == "__main__":
    main()
