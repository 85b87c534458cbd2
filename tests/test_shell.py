"""`make shell` in a terminal: what a person sees, and that Ctrl-C ends it all."""

from __future__ import annotations

import os
import re
import signal
from typing import Iterator

import pytest

from tests.replies import is_response
from tests.servers import LONGEST_TURN, commands, descendants, free_ports, launcher, runs
from tests.terminal import Terminal

START_SECONDS = 120
READY = "Bot loaded. Type a message and press enter"
PROMPT = "Your input ->"
# How the guidance ends, whatever the country.
END_OF_TURN = "Automated info, not medical advice."
# What logs and warnings look like. That an action gave no answer may be said, in one line.
NOISE = re.compile(r"Traceback|[Ww]arning|WARN|INFO|DEBUG|Exception|tensorflow|site-packages|Deprecat")


@pytest.fixture
def shell() -> Iterator[Terminal]:
    port, action_port = free_ports(2)
    terminal = Terminal(launcher("shell", "--port", str(port), "--action-port", str(action_port)))
    try:
        terminal.read_until(PROMPT, START_SECONDS)
        yield terminal
    finally:
        terminal.close()


def test_a_chat_in_the_terminal(shell: Terminal) -> None:
    """One chat, as starting takes ten seconds: ready, a question, a question while the action server hangs, Ctrl-C."""
    assert shell.text.startswith(READY), shell.text

    shown, _ = _ask(shell, "what is step 4")
    assert "Step 4 of 12" in shown
    assert "1: Next step (/next_step)" in shown
    assert is_response(shown.splitlines()[-1], "utter_emergency_guidance")

    family = descendants(shell.pid)
    actions = next(pid for pid in family if "rasa_sdk" in commands()[pid])
    os.kill(actions, signal.SIGSTOP)
    shown, seconds = _ask(shell, "what is methadone")
    assert seconds < LONGEST_TURN
    lines = [line for line in shown.splitlines() if line.strip()]
    assert is_response(lines[-2], "utter_methadone")
    assert is_response(lines[-1], "utter_emergency_guidance")

    noise = [line for line in shell.text.splitlines() if NOISE.search(line)]
    os.kill(actions, signal.SIGCONT)
    shell.press_ctrl_c()
    assert shell.wait(20) == 0
    assert not [commands()[pid] for pid in family if runs(pid)]
    assert not noise
    assert len(re.findall("ERROR", shell.text)) <= 1


def test_ctrl_c_in_the_middle_of_a_turn(shell: Terminal) -> None:
    family = descendants(shell.pid)
    actions = next(pid for pid in family if "rasa_sdk" in commands()[pid])
    os.kill(actions, signal.SIGSTOP)
    shell.type("what is methadone")
    shell.read_until("what is methadone", 5)
    shell.read_for(1)
    shell.press_ctrl_c()
    assert shell.wait(10) == 0
    assert not [pid for pid in family if runs(pid)]
    assert "Traceback" not in shell.text


def _ask(shell: Terminal, text: str) -> tuple[str, float]:
    """Type a question; what was shown up to the end of the guidance, and the seconds it took."""
    start = len(shell.text)
    shell.type(text)
    seconds = shell.read_until(END_OF_TURN, 20, start)
    shown = shell.text[start:]
    shell.read_until(PROMPT, 5, shell.text.rindex(END_OF_TURN))
    return shown[: shown.index(END_OF_TURN) + len(END_OF_TURN)], seconds
