"""Starts the action server and Rasa together, and stops both: `python -m tools.launch serve` or `shell`."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Optional

import yaml

from common.paths import PROJECT
from common.yaml_files import read_yaml
from tools.rasa_quietly import quiet_environment

HOST = "127.0.0.1"
ACTION_SERVER_SECONDS = 30
RASA_SECONDS = 180
STOP_SECONDS = 15
# One sentence at a time is encoded fastest by one thread, and leaves the other core to the action server.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "TF_INTRA_OP_PARALLELISM_THREADS": "1", "TF_INTER_OP_PARALLELISM_THREADS": "1"}
# glibc then gives large freed blocks back, such as those of loading the model: some 60 MB less. Other systems ignore it.
FREE_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144", "MALLOC_TRIM_THRESHOLD_": "262144"}


def main() -> int:
    """Run the command; the exit code is Rasa's."""
    arguments = _arguments()
    if not any((PROJECT / "models").glob("*.tar.gz")) and not arguments.model:
        return _fail("there is no trained model in models/: run 'make train'")
    action_port = arguments.action_port or _port_of_endpoints()
    # Somebody may talk to the shell while `make serve` runs: its action server does for both.
    shared = arguments.command == "shell" and _answers(f"http://{HOST}:{action_port}/health")
    port = arguments.port
    if arguments.command == "shell" and _taken(port):
        port = _free_port()
    for name, wanted in (("Rasa", port), *([] if shared else [("the action server", action_port)])):
        if _taken(wanted):
            return _fail(f"port {wanted}, which {name} needs, is taken: stop what uses it, or choose another with --port or --action-port")
    with tempfile.TemporaryDirectory() as folder:
        endpoints = _endpoints(Path(folder), action_port)
        processes: list[subprocess.Popen] = []
        try:
            if not shared:
                processes.append(_start_action_server(action_port))
                if not _wait(f"http://{HOST}:{action_port}/health", processes[0], ACTION_SERVER_SECONDS):
                    return _fail("the action server did not start; what it said stands above")
            rasa = _start_rasa(arguments, port, endpoints)
            processes.append(rasa)
            if arguments.command == "serve":
                _announce(rasa, port)
            return _follow(rasa)
        finally:
            _stop(processes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["serve", "shell"])
    parser.add_argument("--port", type=int, default=5005, help="Rasa's port")
    parser.add_argument("--action-port", type=int, help="the action server's port; endpoints.yml says which by default")
    parser.add_argument("--model", help="a model file or folder; the newest in models/ by default")
    return parser.parse_args()


def _fail(reason: str) -> int:
    print(f"Cannot start: {reason}.", file=sys.stderr, flush=True)
    return 1


def _port_of_endpoints() -> int:
    url = read_yaml(PROJECT / "endpoints.yml")["action_endpoint"]["url"]
    return int(url.split(":")[2].split("/")[0])


def _endpoints(folder: Path, action_port: int) -> Path:
    """endpoints.yml itself, or a copy with another port for the action server."""
    path = PROJECT / "endpoints.yml"
    if action_port == _port_of_endpoints():
        return path
    settings = read_yaml(path)
    settings["action_endpoint"]["url"] = f"http://{HOST}:{action_port}/webhook"
    copy = folder / "endpoints.yml"
    copy.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return copy


def _start_action_server(port: int) -> subprocess.Popen:
    command = [sys.executable, "-W", "ignore", "-m", "rasa_sdk", "--actions", "actions", "--port", str(port), "--quiet"]
    # Its own session, so that Ctrl-C reaches Rasa first and a last turn can still end.
    return subprocess.Popen(command, cwd=PROJECT, env=quiet_environment(), stdout=subprocess.DEVNULL, start_new_session=True)


def _start_rasa(arguments: argparse.Namespace, port: int, endpoints: Path) -> subprocess.Popen:
    command = [sys.executable, "-W", "ignore", "-m", "tools.rasa_quietly", "run" if arguments.command == "serve" else "shell"]
    command += ["--interface", HOST, "--port", str(port), "--endpoints", str(endpoints)]
    command += ["--model", arguments.model or str(PROJECT / "models")]
    if arguments.command == "serve":
        command += ["--credentials", str(PROJECT / "credentials.yml")]
    return subprocess.Popen(command, cwd=PROJECT, env={**ONE_THREAD, **FREE_MEMORY, **quiet_environment()})


def _announce(rasa: subprocess.Popen, port: int) -> None:
    print("Starting …", flush=True)
    if _wait(f"http://{HOST}:{port}/", rasa, RASA_SECONDS):
        print(f"Ready: http://{HOST}:{port}/webhooks/rest/webhook (Ctrl-C stops it)", flush=True)


def _wait(url: str, process: subprocess.Popen, seconds: float) -> bool:
    """Whether the address answers before the time is up and while the process lives."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if _answers(url):
            return True
        time.sleep(0.1)
    return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _follow(rasa: subprocess.Popen) -> int:
    """Wait for Rasa; hand a stop signal on to it."""

    def hand_on(number: int, frame: object) -> None:
        if rasa.poll() is None:
            rasa.send_signal(signal.SIGTERM if number == signal.SIGTERM else signal.SIGINT)

    signal.signal(signal.SIGTERM, hand_on)
    # The terminal sends Ctrl-C to Rasa too; once is enough.
    signal.signal(signal.SIGINT, signal.SIG_IGN if sys.stdin.isatty() else hand_on)
    code: Optional[int] = rasa.wait()
    return 0 if code in (0, -signal.SIGINT, -signal.SIGTERM, 130) else int(code or 0)


def _stop(processes: list[subprocess.Popen]) -> None:
    for process in reversed(processes):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    os.chdir(PROJECT)
    sys.exit(main())
