"""`make serve` starts whole or not at all, says why in one line, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Optional

import pytest
import yaml

from common.paths import ENCODER, PROJECT
from common.yaml_files import read_yaml
from tests.servers import HOST, Servers, descendants, end, free_ports, launcher, runs, wait_until
from tools.rasa_quietly import quiet_environment

MODEL = PROJECT / "models" / "assistant.tar.gz"
FAILED = "Cannot start: "
# How long a start may take to find out that it can't.
START_SECONDS = 60


def _run(command: List[str], environment: Optional[Dict[str, str]] = None) -> subprocess.CompletedProcess:
    """Run a command that should end soon; one that runs on as if all were well is stopped, and its exit code then says 0."""
    with subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            output, errors = process.communicate(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            output, errors = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _serve(*arguments: str, environment: Optional[Dict[str, str]] = None) -> subprocess.CompletedProcess:
    port, action_port = free_ports(2)
    return _run(launcher("serve", "--port", str(port), "--action-port", str(action_port), *arguments), environment)


def _plain_rasa(*arguments: str, environment: Optional[Dict[str, str]] = None) -> subprocess.CompletedProcess:
    port = free_ports(1)[0]
    command = [sys.executable, "-m", "rasa", "run", "--interface", HOST, "--port", str(port), *arguments]
    return _run(command, {**quiet_environment(), **(environment or {})})


def _the_one_line(result: subprocess.CompletedProcess) -> str:
    """The one line that says why a start failed; the exit code says so too."""
    line = _the_last_line(result)
    assert result.stderr.strip() == line
    return line


def _the_last_line(result: subprocess.CompletedProcess) -> str:
    """The same of plain `rasa`, whose old libraries print their warnings first."""
    assert result.returncode == 1, result
    assert "Traceback" not in result.stdout + result.stderr, result.stderr
    line = result.stderr.strip().splitlines()[-1]
    assert line.startswith(FAILED)
    return line


@pytest.mark.parametrize("which", ["--port", "--action-port"])
def test_a_taken_port_is_named_at_once(which: str) -> None:
    ports = dict(zip(["--port", "--action-port"], free_ports(2), strict=True))
    with socket.socket() as somebody:
        somebody.bind((HOST, ports[which]))
        somebody.listen()
        begun = time.monotonic()
        result = _run(launcher("serve", *(word for name, port in ports.items() for word in (name, str(port)))))
        assert str(ports[which]) in _the_one_line(result)
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize("name", ["nothing.tar.gz", "."])
def test_a_missing_model_is_named(tmp_path: Path, name: str) -> None:
    """Rasa itself takes whatever lies in models/ when the file that it is given is missing."""
    line = _the_one_line(_serve("--model", str(tmp_path / name)))
    assert str(tmp_path) in line
    assert "make train" in line


@pytest.fixture(scope="module")
def broken_starts(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, subprocess.CompletedProcess]:
    """Starts that must fail, two at a time: each keeps one core busy for seconds before it finds out."""
    folder = tmp_path_factory.mktemp("broken")
    starts = {
        "model": lambda: _serve("--model", str(_cut_short(MODEL, folder / "broken.tar.gz"))),
        "weights": lambda: _serve("--model", str(_model_with_folder(folder / "changed", _other_weights(folder / "weights")))),
        "folder": lambda: _plain_rasa("--model", str(_model_with_folder(folder / "missing", folder / "empty"))),
        "country": lambda: _plain_rasa("--endpoints", str(_endpoints_for("Narnia", folder / "endpoints.yml"))),
    }
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(starts, pool.map(lambda start: start(), starts.values()), strict=True))


def test_a_broken_model_stops_the_start(broken_starts: Dict[str, subprocess.CompletedProcess]) -> None:
    assert "model" in _the_one_line(broken_starts["model"])


def test_a_broken_weight_file_stops_the_start(broken_starts: Dict[str, subprocess.CompletedProcess]) -> None:
    line = _the_one_line(broken_starts["weights"])
    assert "model.safetensors" in line
    assert "SHA-256" in line


def test_a_missing_weight_file_stops_plain_rasa_too(broken_starts: Dict[str, subprocess.CompletedProcess]) -> None:
    line = _the_last_line(broken_starts["folder"])
    assert "model.safetensors" in line
    assert "missing" in line


def test_a_wrong_default_country_stops_plain_rasa_too(broken_starts: Dict[str, subprocess.CompletedProcess]) -> None:
    line = _the_last_line(broken_starts["country"])
    assert "Narnia" in line
    assert "default_country" in line


def _cut_short(model: Path, copy: Path) -> Path:
    copy.write_bytes(model.read_bytes()[:100_000])
    return copy


def _other_weights(folder: Path) -> Path:
    """As after a copy that went wrong: the published files, the weights different in one byte."""
    shutil.copytree(ENCODER, folder)
    with (folder / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, os.SEEK_END)
        last = weights.read(1)
        weights.seek(-1, os.SEEK_END)
        weights.write(bytes([last[0] ^ 1]))
    return folder


def _model_with_folder(folder: Path, model_folder: Path) -> Path:
    """The trained model, as if it had been trained with `model_folder` in config.yml; training takes half a minute."""
    with tarfile.open(MODEL) as archive:
        archive.extractall(folder / "unpacked")  # noqa: S202
    metadata = folder / "unpacked" / "metadata.json"
    text = metadata.read_text()
    changed = text.replace('"model_folder": null', f'"model_folder": {json.dumps(str(model_folder))}')
    assert changed != text
    metadata.write_text(changed)
    with tarfile.open(folder / "model.tar.gz", "w:gz") as archive:
        for path in (folder / "unpacked").iterdir():
            archive.add(path, path.name)
    return folder / "model.tar.gz"


def _endpoints_for(country: str, copy: Path) -> Path:
    settings = read_yaml(PROJECT / "endpoints.yml")
    settings["nlg"]["default_country"] = country
    copy.write_text(yaml.safe_dump(settings))
    return copy


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_while_starting_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    servers = Servers(tmp_path)
    servers.launch()
    assert servers.process
    wait_until(lambda: len(descendants(servers.process.pid)) == 2, 20, "both servers to be started")
    family = descendants(servers.process.pid)
    servers.process.send_signal(number)
    try:
        assert servers.process.wait(20) == 0
        assert not [pid for pid in family if runs(pid)]
        assert "Traceback" not in servers.log
    finally:
        for pid in family:
            end(pid)


def test_a_stop_signal_ends_both_servers(tmp_path: Path) -> None:
    with Servers(tmp_path) as servers:
        assert servers.process
        family = descendants(servers.process.pid)
        assert len(family) == 2
        servers.freeze_actions()
        begun = time.monotonic()
        servers.process.send_signal(signal.SIGTERM)
        assert servers.process.wait(20) == 0
        assert time.monotonic() - begun < 10, "not even a hanging action server holds up the end"
        assert not [pid for pid in family if runs(pid)]
        assert servers.log.splitlines() == ["Starting …", f"Ready: http://{HOST}:{servers.port}/ (Ctrl-C stops it)"]
