"""The real bot in other circumstances: behind a webhook, while its model loads, over a restart, with Telegram down, without a token."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Iterator, Tuple

import pytest

from common.paths import PROJECT
from tests.servers import HOST, READY, START_SECONDS, Servers, free_ports, wait_until
from tests.telegram.cases import GUIDANCE, HELP
from tests.telegram.soak import run as soak
from tests.telegram.telegram_sim import SECRET, TelegramSim, bot

WEBHOOK_PATH = "/webhooks/telegram/webhook"


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tuple[TelegramSim, Servers, int]]:
    """Telegram, a bot that it calls, and the port that it calls."""
    port = free_ports(1)[0]
    with TelegramSim() as sim:
        sim.sim("webhook", deliver_to=f"http://{HOST}:{port}")
        folder = tmp_path_factory.mktemp("webhook")
        with bot(sim, folder, mode="webhook", webhook_url="https://bot.example", webhook_port=port, secret=SECRET) as running:
            wait_until(lambda: sim.sim("webhook"), 20, "the webhook to be set")
            yield sim, running, port


def _post(port: int, body: bytes, secret: str | None = None) -> int:
    headers = {"Content-Type": "application/json", **({"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {})}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://{HOST}:{port}{WEBHOOK_PATH}", body, headers), timeout=10) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_webhook_is_answered_at_once_and_its_message_afterwards(hooked: Tuple[TelegramSim, Servers, int]) -> None:
    sim, _, _ = hooked
    person = sim.new_person()
    number = sim.say(person, "what is a sponsor?")["update_id"]
    assert sim.wait_for(person)[0]["text"].endswith(GUIDANCE)
    sim.sim("again", update_id=number)
    sim.quiet()
    assert len(sim.replies(person)) == 1
    deliveries = [entry for entry in sim.sim("state")["deliveries"] if entry["update_id"] == number]
    assert [entry["status"] for entry in deliveries] == [204, 204]
    assert all(entry["seconds"] < 1 for entry in deliveries)


def test_a_forged_webhook_is_refused_and_does_nothing(hooked: Tuple[TelegramSim, Servers, int]) -> None:
    sim, running, port = hooked
    calls = len(sim.sim("calls"))
    person = sim.new_person()
    sim.sim("chat", chat=person)
    forged = b'{"update_id": 5, "message": {"message_id": 1, "text": "hello", "chat": {"id": %d, "type": "private"}}}' % person
    assert {_post(port, forged, secret) for secret in (None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "é")} == {403}
    sim.quiet()
    assert len(sim.sim("calls")) == calls
    assert _post(port, b"not json", SECRET) == 204
    assert SECRET not in running.log and sim.token not in running.log


def test_order_is_kept_in_a_chat(hooked: Tuple[TelegramSim, Servers, int]) -> None:
    sim, _, _ = hooked
    person = sim.new_person()
    for step in (3, 7, 1, 12):
        sim.say(person, f"what is step {step}")
    texts = [message["text"] for message in sim.wait_for(person, 4)]
    assert [text.partition(" of 12")[0] for text in texts] == ["Step 3", "Step 7", "Step 1", "Step 12"]


def test_while_the_model_loads_emergencies_are_answered_and_nothing_is_lost(tmp_path: Path) -> None:
    with TelegramSim() as sim:
        running = bot(sim, tmp_path)
        early, danger, deleted = (sim.new_person() for _ in range(3))
        sim.say(early, "what is step 3?")
        sim.say(danger, HELP)
        sim.say(deleted, "/delete")
        running.launch()
        try:
            wait_until(lambda: bool(sim.sim("calls", method="getUpdates")), START_SECONDS, "the channel to ask for updates")
            sim.wait_for(danger, seconds=60)
            assert READY not in running.log
            took = []
            while READY not in running.log and len(took) < 200:
                person = sim.new_person()
                sent = sim.say(person, "/emergency")
                took.append(sim.wait_for(person)[0]["at"] - sent["at"])
                time.sleep(0.1)
            print(f"/emergency while loading: {len(took)} times, median {statistics.median(took):.3f} s, longest {max(took):.3f} s")
            # The longest of dozens on a machine that others use as well says little; most must keep the promise.
            assert statistics.median(took) < 0.2 and sorted(took)[int(len(took) * 0.8)] < 0.4
            wait_until(lambda: READY in running.log, START_SECONDS, "the servers to start")
            wait_until(lambda: any(text["text"].startswith("Step 3") for text in sim.replies(early)), 30, "the answer")
            sim.quiet()
            assert [text["text"].startswith("Call 911") for text in sim.replies(danger)] == [True]
            assert "I have forgotten" in sim.replies(deleted)[0]["text"]
            # The model knows what was said before it was there: the emergency goes on.
            assert "911" in sim.ask(danger, "ok")[-1]["text"].split("\n")[0]
        finally:
            running.stop()
        assert sim.token not in running.log


def test_the_start_does_not_wait_for_telegram(tmp_path: Path) -> None:
    with TelegramSim() as sim:
        sim.sim("faults", faults=[{"kind": "5xx", "method": "*"}])
        with bot(sim, tmp_path) as running:
            assert running.say("what is a sponsor?").texts
            assert "Telegram can't be reached" in running.log
            sim.sim("faults", faults=[])
            assert sim.ask(sim.new_person(), "hello")[-1]["text"].endswith(GUIDANCE)
            assert sim.token not in running.log


def test_a_refused_token_is_said_once_and_never_shown(tmp_path: Path) -> None:
    with TelegramSim() as sim:
        wrong = "7000000001:" + "w" * 40
        with bot(sim, tmp_path, token=wrong) as running:
            wait_until(lambda: "Telegram refuses the token" in running.log, 20, "the token to be refused")
            assert running.say("hello").texts
            assert wrong not in running.log and "w" * 40 not in running.log


def test_each_message_is_answered_once_and_in_order_over_a_restart(tmp_path: Path) -> None:
    result = soak(tmp_path, each=5)
    print(result)
    assert result.good, str(result)
    assert result.exit_code == 0
    assert result.duplicates and result.limits and result.errors


@pytest.mark.parametrize("command", [["make", "--silent", "telegram-token"], [".venv/bin/python", "-m", "tools.launch", "telegram"]])
def test_without_a_token_one_line_says_how_to_get_one(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert done.returncode != 0
    assert len(lines) == 1 and "@BotFather" in lines[0] and "TELEGRAM_TOKEN" in lines[0]


def test_a_wrong_setting_stops_the_start_with_one_line(tmp_path: Path) -> None:
    with TelegramSim() as sim:
        running = bot(sim, tmp_path, mode="webhook")
        running.launch()
        wait_until(lambda: running.exit_code is not None, START_SECONDS, "the start to fail")
        assert running.exit_code == 1
        lines = [line for line in running.log.splitlines() if "Cannot start" in line]
        assert len(lines) == 1 and "webhook_url" in lines[0] and sim.token not in running.log
