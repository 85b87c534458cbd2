"""A program in a terminal of its own, for tests of what a person sees."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import time
from typing import List

from common.paths import PROJECT
from tests.servers import descendants, end

_ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[=>])")
# A prompt asks the terminal where the cursor stands, and waits for the answer.
_WHERE_IS_THE_CURSOR = b"\x1b[6n"
_HERE = b"\x1b[1;1R"


class Terminal:
    """A program that believes that somebody sits before it.

    Args:
        command: the program and its arguments.

    """

    def __init__(self, command: List[str]) -> None:
        """Start the program."""
        self._seen = b""
        self.exit_code: int | None = None
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(PROJECT)
            os.execvpe(command[0], command, {**os.environ, "TERM": "xterm", "COLUMNS": "120"})  # noqa: S606

    @property
    def text(self) -> str:
        """All that was shown so far, without colors and cursor movements."""
        return _ESCAPES.sub("", self._seen.decode("utf-8", "replace")).replace("\r", "")

    def type(self, text: str) -> None:
        """Type a line and press Enter."""
        os.write(self._descriptor, text.encode() + b"\r")

    def press_ctrl_c(self) -> None:
        """Press Ctrl-C."""
        os.write(self._descriptor, b"\x03")

    def read_until(self, words: str, seconds: float, start: int = 0) -> float:
        """Read until words have been shown.

        Args:
            words: what to wait for.
            seconds: how long.
            start: where in `text` to look from.

        Returns:
            the seconds it took.

        Raises:
            TimeoutError: the words did not come; says what came instead.

        """
        begun = time.monotonic()
        while words not in self.text[start:]:
            if time.monotonic() - begun > seconds or not self._read():
                raise TimeoutError(f"{words!r} was not shown within {seconds} seconds, but: {self.text[start:]!r}")
        return time.monotonic() - begun

    def read_for(self, seconds: float) -> None:
        """Read whatever comes for some seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._read():
            pass

    def wait(self, seconds: float) -> int:
        """Wait for the program to end; its exit code.

        Raises:
            TimeoutError: it still runs.

        """
        until = time.monotonic() + seconds
        while self.exit_code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > until:
                raise TimeoutError(f"the program still runs: {self.text!r}")
            else:
                self._read()
        return self.exit_code

    def close(self) -> None:
        """End the program and all that it started, whatever they are doing."""
        if self.exit_code is None:
            family = [self.pid, *descendants(self.pid)]
            os.kill(self.pid, signal.SIGTERM)
            time.sleep(0.5)
            for pid in family:
                end(pid)
            os.waitpid(self.pid, 0)
        os.close(self._descriptor)

    def _read(self) -> bool:
        """Read what is there, for a tenth of a second at most; False when the program is gone."""
        ready, _, _ = select.select([self._descriptor], [], [], 0.1)
        if not ready:
            return True
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:
            return False
        if _WHERE_IS_THE_CURSOR in data:
            os.write(self._descriptor, _HERE)
        self._seen += data
        return bool(data)
