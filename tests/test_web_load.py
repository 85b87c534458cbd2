"""Five hundred messages from fifty browsers, a tenth of the connections cut: each message is answered exactly once."""

from __future__ import annotations

import json
import random
import socket
import statistics
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Dict, List

from tests.servers import HOST, Servers
from tests.web_client import PREFIX, new_id

CLIENTS = 50
MESSAGES = 10
CUT_SHARE = 0.1
SEED = 50
# Of the whole run, also on a machine that is busy with other things; a quiet one needs some twenty seconds.
LONGEST = 600.0
# Then a browser gives a connection up, and tries again.
PATIENCE = 30.0


@dataclass
class Seen:
    """What one browser has lived through."""

    steps: List[int] = field(default_factory=list)
    seconds: List[float] = field(default_factory=list)
    cuts: Dict[str, int] = field(default_factory=dict)
    connections: int = 0
    asked_to_wait: int = 0
    differing_repeats: int = 0


def test_every_message_is_answered_exactly_once(servers: Servers, capsys: Any) -> None:
    """Each browser walks the twelve steps with "next step": a message that is lost or seen twice shows in the steps that follow."""
    begun = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        seen = list(pool.map(lambda number: walk(servers.port, number), range(CLIENTS)))
    duration = time.monotonic() - begun
    seconds = sorted(second for one in seen for second in one.seconds)
    cuts = {kind: sum(one.cuts.get(kind, 0) for one in seen) for kind in KINDS}
    with capsys.disabled():
        print(
            f"\n{len(seconds)} messages from {CLIENTS} browsers in {duration:.1f} s; {sum(one.connections for one in seen)} connections, "
            f"{sum(cuts.values())} cut ({', '.join(f'{count} {kind}' for kind, count in cuts.items())}), "
            f"{sum(one.asked_to_wait for one in seen)} times asked to wait; "
            f"answered exactly once: {sum(len(one.steps) for one in seen if one.steps == WALK)} of {CLIENTS * MESSAGES}; "
            f"seconds until the answer: median {statistics.median(seconds):.2f}, 95 % {seconds[int(len(seconds) * 0.95)]:.2f}, "
            f"longest {seconds[-1]:.2f}"
        )
    assert [one.steps for one in seen] == [WALK] * CLIENTS
    assert sum(one.differing_repeats for one in seen) == 0
    assert sum(cuts.values()) >= CLIENTS * MESSAGES * CUT_SHARE / 2, "too few cuts to prove anything"
    assert all(cuts.values()), "each kind of cut was tried"
    assert duration < LONGEST


WALK = list(range(1, MESSAGES + 1))
KINDS = ("while sending", "while waiting", "while reading", "after reading")


def walk(port: int, number: int) -> Seen:
    """One browser: ten messages, one after the other, each sent until its answer has come whole."""
    chance, seen, session = random.Random(SEED * 1000 + number), Seen(), new_id()  # noqa: S311
    for step in WALK:
        text = "what is step 1" if step == 1 else "next step"
        body = json.dumps({"session": session, "id": new_id(), "text": text}).encode()
        begun, earlier = time.monotonic(), None
        while True:
            seen.connections += 1
            cut = chance.choice(KINDS) if chance.random() < CUT_SHARE else ""
            if cut:
                seen.cuts[cut] = seen.cuts.get(cut, 0) + 1
            answer = exchange(port, body, cut, chance)
            if not answer:
                # As a browser does: a little later, not all at once.
                time.sleep(chance.uniform(0.05, 0.3))
                continue
            if "error" in answer:
                seen.asked_to_wait += 1
                time.sleep(answer.get("retry_after", 1))
                continue
            if cut == "after reading":
                # It came, and the browser does not know: the same again.
                earlier = answer
                continue
            seen.differing_repeats += earlier is not None and earlier != answer
            break
        seen.seconds.append(time.monotonic() - begun)
        seen.steps.append(next(reply["progress"]["step"] for reply in answer["replies"] if reply["progress"]))
    return seen


def exchange(port: int, body: bytes, cut: str, chance: random.Random) -> Dict[str, Any]:
    """One connection with one request; an empty answer where the connection was cut before it was there."""
    head = (
        f"POST {PREFIX}/messages HTTP/1.1\r\nHost: {HOST}:{port}\r\nOrigin: http://{HOST}:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    request = head + body
    with suppress(OSError), socket.create_connection((HOST, port), timeout=PATIENCE) as connection:
        # Closing then resets the connection, as when a phone loses its network.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if cut == "while sending":
            connection.sendall(request[: chance.randrange(1, len(request))])
            return {}
        connection.sendall(request)
        if cut == "while waiting":
            time.sleep(chance.uniform(0, 0.2))
            return {}
        received = b""
        while part := connection.recv(200 if cut == "while reading" else 65536):
            received += part
            if cut == "while reading":
                return {}
        return json.loads(received.partition(b"\r\n\r\n")[2] or b"{}")
    return {}
