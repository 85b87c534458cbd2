"""A running bot, and talking to it over REST."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import threading
import time
import uuid
from contextlib import ExitStack
from typing import Dict, Iterator, List, Optional

from tools.bench.bots import HOST, Bot
from tools.bench.processes import BenchError, command_line, descendants, environment, memory, processor_seconds, stop, tail

START_SECONDS = 300
TURN_SECONDS = 60
# Turns that one person takes before the next one comes; longer talks are measured apart.
TURNS_PER_PERSON = 10
GREETING = "hello"


class Server:
    """A bot that runs while the context lasts."""

    def __init__(self, bot: Bot) -> None:
        """Choose free ports."""
        self.bot = bot
        self._ports = _free_ports("rasa", "actions")
        self._process: Optional[subprocess.Popen] = None
        self.seconds_to_first_answer = 0.0
        # Turns that brought no text at all.
        self.silent_turns = 0

    def __enter__(self) -> Server:
        """Start it, and wait for its first answer.

        Raises:
            BenchError: it did not come up; the end of what it said is in the message.

        """
        begun = time.monotonic()
        with self.bot.log.open("w") as log:
            command = self.bot.serve(self._ports)
            self._process = subprocess.Popen(
                command, cwd=self.bot.folder, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self._wait_for_answer(begun + START_SECONDS)
        except BaseException:
            stop(self._process)
            raise
        self.seconds_to_first_answer = time.monotonic() - begun
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop it with all its processes."""
        assert self._process
        stop(self._process)

    def _wait_for_answer(self, until: float) -> None:
        assert self._process
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise BenchError(f"{self.bot.name} stopped while it started:\n{tail(self.bot.log)}")
            try:
                if self._post(self.connect(), new_person(), GREETING):
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise BenchError(f"{self.bot.name} gave no answer within {START_SECONDS} seconds:\n{tail(self.bot.log)}")

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept alive; one client uses it at a time."""
        return http.client.HTTPConnection(HOST, self._ports["rasa"], timeout=TURN_SECONDS)

    def turn(self, connection: http.client.HTTPConnection, person: str, text: str) -> float:
        """Say something; the seconds until the whole answer is there.

        Raises:
            BenchError: the server did not answer with 200 within a minute.

        """
        begun = time.perf_counter()
        try:
            texts = self._post(connection, person, text)
        except (OSError, http.client.HTTPException) as error:
            raise BenchError(f"{self.bot.name} failed in a turn ({type(error).__name__}):\n{tail(self.bot.log)}") from error
        self.silent_turns += not texts
        return time.perf_counter() - begun

    def _post(self, connection: http.client.HTTPConnection, person: str, text: str) -> List[str]:
        body = json.dumps({"sender": person, "message": text})
        connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        content = reply.read()
        if reply.status != 200:
            raise http.client.HTTPException(str(reply.status))
        return [message["text"] for message in json.loads(content) if message.get("text")]

    def talk(self, sentences: Iterator[str], turns: int, person: Optional[str] = None) -> List[float]:
        """Take turns one after the other: the seconds of each. Without a person, a new one comes after every ten turns."""
        connection, taken = self.connect(), []
        for number in range(turns):
            if number % TURNS_PER_PERSON == 0:
                stranger = new_person()
            taken.append(self.turn(connection, person or stranger, next(sentences)))
        connection.close()
        return taken

    def turns_per_second(self, sentences: Iterator[str], clients: int, turns: int) -> float:
        """How many turns all clients together finish in a second, each one taking `turns` one after the other."""
        shares = [iter([next(sentences) for _ in range(turns)]) for _ in range(clients)]
        failures: List[BaseException] = []

        def client(own: Iterator[str]) -> None:
            try:
                self.talk(own, turns)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=client, args=(own,)) for own in shares]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return clients * turns / (time.perf_counter() - begun)

    @property
    def _family(self) -> List[int]:
        assert self._process
        return [self._process.pid, *descendants(self._process.pid)]

    def processor_seconds(self) -> float:
        """The work of all cores for all its processes so far."""
        return sum(processor_seconds(pid) for pid in self._family)

    def memory(self) -> Dict[str, float]:
        """Megabytes: `resident` and `peak` of the Rasa process, and `all` resident ones together."""
        family = self._family
        rasa = next(pid for pid in family if self.bot.rasa_mark in command_line(pid))
        return {"resident": memory(rasa), "peak": memory(rasa, "VmHWM"), "all": sum(memory(pid) for pid in family)}


def new_person() -> str:
    """A conversation id that nobody has used."""
    return uuid.uuid4().hex


def _free_ports(*names: str) -> Dict[str, int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in names]
        for probe in probes:
            probe.bind((HOST, 0))
        return {name: probe.getsockname()[1] for name, probe in zip(names, probes, strict=True)}
