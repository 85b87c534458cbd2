"""Runs commands to their end or their time limit, and says what processes use."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence

STOP_SECONDS = 20
LOG_LINES_SHOWN = 15


class BenchError(RuntimeError):
    """Something that makes the figures impossible, in one line."""


def environment(**more: str) -> Dict[str, str]:
    """The same for both bots: no telemetry, and compiled modules kept, as a user's machine keeps them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", **more}


class Spent(NamedTuple):
    """Seconds: on the clock, and of all cores' work. Other programs hardly change the second."""

    clock: float
    processor: float


def run(command: Sequence[str], folder: Path, log: Path, seconds: float, env: Optional[Mapping[str, str]] = None) -> Spent:
    """Run a command to its end.

    Returns:
        what it took.

    Raises:
        BenchError: it failed, or took longer than `seconds`; the end of what it said is in the message.

    """
    begun, used = time.monotonic(), _children_seconds()
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=folder, env=env or environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise BenchError(f"{command_name(command)} took longer than {seconds:.0f} seconds") from None
        finally:
            stop(process)
    if code:
        raise BenchError(f"{command_name(command)} failed:\n{tail(log)}")
    return Spent(time.monotonic() - begun, _children_seconds() - used)


def _children_seconds() -> float:
    """Of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def command_name(command: Sequence[str]) -> str:
    """A command in short."""
    return " ".join([Path(command[0]).name, *command[1:4]])


def tail(log: Path) -> str:
    """The end of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES_SHOWN:])


def stop(process: subprocess.Popen) -> None:
    """End a process that still runs, and all its descendants, gently first."""
    if process.poll() is not None:
        return
    family = {pid: command_line(pid) for pid in [process.pid, *descendants(process.pid)]}
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    for pid, command in family.items():
        # The system may have given a dead process's number to somebody else.
        if command and command_line(pid) == command:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    process.wait()


def descendants(pid: int) -> List[int]:
    """The ids of a process's children, their children, and so on."""
    children = [child for child, (parent, _) in _processes().items() if parent == pid]
    return [*children, *(grandchild for child in children for grandchild in descendants(child))]


def command_line(pid: int) -> str:
    """What a process was started with; empty if it is gone."""
    return _processes().get(pid, (0, ""))[1]


def _processes() -> Dict[int, tuple[int, str]]:
    lines = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [line.split(None, 3) for line in lines]
    # Z: dead, and nobody has asked for its exit code yet.
    return {int(row[0]): (int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")}


def memory(pid: int, field: str = "VmRSS") -> float:
    """A process's memory in MB, as Linux counts it: `VmRSS` is resident now, `VmHWM` the most that ever was."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{field}:")) * 1024 / 1e6


def processor_seconds(pid: int) -> float:
    """The work of all cores for a process since its start."""
    # The name, in brackets, may hold spaces: the numbers are counted from behind it.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Watch:
    """Sees, while its context lasts, how much of the machine other programs took."""

    # The share of all cores, 0 to 1; time that a host takes away counts too. Known once the context has ended.
    other_load = 0.0

    def __enter__(self) -> Watch:
        """Begin."""
        self._busy, self._total = _ticks()
        self._own = _own_seconds()
        return self

    def __exit__(self, *exception: object) -> None:
        """End. What was started within must have ended too, or its work is taken for that of others."""
        busy, total = _ticks()
        own = (_own_seconds() - self._own) * os.sysconf("SC_CLK_TCK")
        self.other_load = max(0.0, (busy - self._busy - own) / max(1, total - self._total))


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime + _children_seconds()


def _ticks() -> tuple[int, int]:
    """Busy and all ticks of all cores since the machine's start."""
    ticks = [int(number) for number in Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)
