"""Runs the assistant's two servers for tests, the way `make serve` does, and talks to them over REST."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from common.paths import PROJECT

HOST = "127.0.0.1"
# Ten on a quiet machine; on one that is busy with other things it has taken minutes.
START_SECONDS = 300
STOP_SECONDS = 20
# What the issue promises for the worst turn; a healthy one takes some hundredths of it.
LONGEST_TURN = 6.0
READY = "Ready: "

Message = Dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What came back for one message: Rasa's REST messages, in order, and the seconds it took."""

    messages: List[Message]
    seconds: float

    @property
    def texts(self) -> List[str]:
        """The messages' texts."""
        return [message.get("text", "") for message in self.messages]


class Servers:
    """A launcher process with its children, on free ports, writing all that it says into one file.

    Args:
        folder: where the log goes.
        arguments: further arguments of `tools.launch`.
        environment: variables added to this process's own.
        program: what to start instead of the launcher, given the two ports; it prints no ready line.

    """

    def __init__(
        self,
        folder: Path,
        arguments: Sequence[str] = (),
        environment: Optional[Mapping[str, str]] = None,
        program: Optional[Callable[[int, int], List[str]]] = None,
    ) -> None:
        """Choose the ports; nothing starts yet."""
        self.port, self.action_port = free_ports(2)
        self.log_file = folder / "servers.log"
        self._command = (
            program(self.port, self.action_port)
            if program
            else launcher("serve", "--port", str(self.port), "--action-port", str(self.action_port), *arguments)
        )
        # Whoever tests on a machine with a bot's token must not have tests talk to Telegram.
        own = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
        self._environment = {**own, **(environment or {})}
        self._own_actions: Optional[subprocess.Popen] = None
        self.process: Optional[subprocess.Popen] = None

    def __enter__(self) -> Servers:
        """Start, and wait until a message would be answered."""
        self.launch()
        try:
            wait_until(lambda: self.exit_code is not None or self._is_ready(), START_SECONDS, "the servers to start")
        except TimeoutError:
            # Nobody else would: the end of a block that was never entered is not reached.
            self.stop()
            raise
        if self.exit_code is not None:
            raise RuntimeError(f"The servers did not start:\n{self.log}")
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop everything that was started here."""
        self.stop()

    def launch(self) -> None:
        """Start without waiting."""
        with self.log_file.open("a") as log:
            self.process = subprocess.Popen(
                self._command, cwd=PROJECT, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    @property
    def exit_code(self) -> Optional[int]:
        """The launcher's exit code, None while it runs."""
        return self.process.poll() if self.process else None

    @property
    def log(self) -> str:
        """All that the servers have said so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send the launcher a stop signal, and wait; the exit code is its own. Nothing survives this call."""
        assert self.process
        family = [self.process.pid, *descendants(self.process.pid)]
        if self.exit_code is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            if self._own_actions:
                end(self._own_actions.pid)
                self._own_actions.wait()
            for pid in family:
                end(pid)

    def say(self, text: Any, person: Optional[str] = None, **more: Any) -> Reply:
        """Send one message over REST, as a new person unless one is named.

        Raises:
            urllib.error.HTTPError: the status is not 200.

        """
        return self.post({"sender": person or new_person(), "message": text, **more})

    def post(self, body: Dict[str, Any]) -> Reply:
        """Send a body to the REST channel as it stands."""
        request = urllib.request.Request(
            f"http://{HOST}:{self.port}/webhooks/rest/webhook", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        begun = time.monotonic()
        with urllib.request.urlopen(request, timeout=30) as reply:
            return Reply(json.load(reply), time.monotonic() - begun)

    def kill_actions(self) -> None:
        """Kill the action server and leave it dead."""
        end(self._actions_pid())
        wait_until(lambda: not answers(self._health), 5, "the action server to die")

    def freeze_actions(self) -> None:
        """Make the action server hang: it takes connections and never answers."""
        os.kill(self._actions_pid(), signal.SIGSTOP)

    def thaw_actions(self) -> None:
        """Let a hanging action server go on."""
        os.kill(self._actions_pid(), signal.SIGCONT)
        wait_until(lambda: answers(self._health), 10, "the action server to go on")

    def restart_actions(self) -> None:
        """Start an action server where the killed one was."""
        command = [sys.executable, "-W", "ignore", "-m", "rasa_sdk", "--actions", "actions", "--port", str(self.action_port), "--quiet"]
        with self.log_file.open("a") as log:
            self._own_actions = subprocess.Popen(
                command, cwd=PROJECT, env={**self._environment, "SANIC_HOST": HOST}, stdout=subprocess.DEVNULL, stderr=log
            )
        wait_until(lambda: answers(self._health), 20, "the action server to start")

    def mend_actions(self) -> None:
        """Make sure that the action server answers, whatever a test has done to it."""
        try:
            self.thaw_actions()
        except LookupError:
            self.restart_actions()

    @property
    def _health(self) -> str:
        return f"http://{HOST}:{self.action_port}/health"

    def _is_ready(self) -> bool:
        return READY in self.log if "tools.launch" in self._command else answers(f"http://{HOST}:{self.port}/")

    def _actions_pid(self) -> int:
        assert self.process
        family = {**commands(), self.process.pid: ""}
        for pid in [*descendants(self.process.pid), *([self._own_actions.pid] if self._own_actions else [])]:
            if "rasa_sdk" in family.get(pid, ""):
                return pid
        raise LookupError("no action server runs")


def launcher(*arguments: str) -> List[str]:
    """The command that `make shell` and `make serve` run."""
    return [sys.executable, "-m", "tools.launch", *arguments]


def new_person() -> str:
    """A conversation id that nobody has used."""
    return f"test-{uuid.uuid4().hex}"


def free_ports(count: int) -> List[int]:
    """Ports that nobody uses at this moment, all different."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]


def answers(url: str) -> bool:
    """Whether an address answers with 200 within a second."""
    try:
        with urllib.request.urlopen(url, timeout=1) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_until(done: Callable[[], bool], seconds: float, what: str) -> None:
    """Look ten times a second whether something is done.

    Raises:
        TimeoutError: it was not done in time.

    """
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise TimeoutError(f"Waited {seconds} seconds for {what}.")
        time.sleep(0.1)


def end(pid: int) -> None:
    """Kill a process if it still runs; a stopped one too."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def runs(pid: int) -> bool:
    """Whether a process still runs (a dead one that nobody has waited for does not)."""
    return pid in commands()


def commands() -> Dict[int, str]:
    """The command line of every process that runs, by its id."""
    return {pid: command for pid, _, command in _processes()}


def descendants(pid: int) -> List[int]:
    """The ids of a process's children, their children, and so on."""
    children = [child for child, parent, _ in _processes() if parent == pid]
    return [*children, *(grandchild for child in children for grandchild in descendants(child))]


def _processes() -> List[tuple[int, int, str]]:
    lines = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [line.split(None, 3) for line in lines]
    return [(int(row[0]), int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")]
