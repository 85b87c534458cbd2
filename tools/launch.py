"""Starts the action server and Rasa together, and stops both: `python -m tools.launch serve`, `telegram` or `shell`."""

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

import yaml

from common.paths import PROJECT
from common.yaml_files import read_yaml
from tools import telegram_token
from tools.rasa_quietly import quiet_environment

HOST = "127.0.0.1"
ACTION_SERVER_SECONDS = 30
RASA_SECONDS = 180
STOP_SECONDS = 15
# Variables that only the channel reads.
TELEGRAM = "TELEGRAM_"
# The action server holds nothing that could be lost, and may be the very thing that hangs.
ACTION_SERVER_STOP_SECONDS = 2
# One sentence at a time is encoded fastest by one thread, and leaves the other core to the action server.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "TF_INTRA_OP_PARALLELISM_THREADS": "1", "TF_INTER_OP_PARALLELISM_THREADS": "1"}
# glibc then gives large freed blocks back, such as those of loading the model: some 60 MB less. Other systems ignore it.
FREE_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144", "MALLOC_TRIM_THRESHOLD_": "262144"}


# The number of the stop signal, once there was one. Every wait looks at it.
_stopping = 0


def main() -> int:
    """Run the command; the exit code is Rasa's, and 0 after a stop signal."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _note_stop)
    arguments = _arguments()
    if arguments.command == "telegram" and not telegram_token.is_set():
        return _fail(telegram_token.MISSING)
    model = Path(arguments.model) if arguments.model else PROJECT / "models"
    # Rasa itself would take another model without a word where this one is missing.
    if not (model.is_file() or any(model.glob("*.tar.gz"))):
        return _fail(f"there is no trained model in {model}: run 'make train'")
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
                    return 0 if _stopping else _fail("the action server did not start; what it said stands above")
            rasa = _start_rasa(arguments.command, port, endpoints, model)
            processes.append(rasa)
            if arguments.command != "shell":
                _announce(rasa, port)
            return _follow(rasa)
        finally:
            _stop(processes, gently=arguments.command != "shell" or _stopping != signal.SIGINT)


def _note_stop(number: int, frame: object) -> None:
    global _stopping
    _stopping = number


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["serve", "telegram", "shell"])
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
    # Whoever does not talk to Telegram gets no token. Its own session, so that Ctrl-C reaches Rasa first and a last turn can still end.
    environment = {name: value for name, value in quiet_environment().items() if not name.startswith(TELEGRAM)}
    return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)


def _start_rasa(name: str, port: int, endpoints: Path, model: Path) -> subprocess.Popen:
    command = [sys.executable, "-W", "ignore", "-m", "tools.rasa_quietly", "shell" if name == "shell" else "run"]
    command += ["--interface", HOST, "--port", str(port), "--endpoints", str(endpoints), "--model", str(model.resolve())]
    if name != "shell":
        command += ["--credentials", str(PROJECT / "credentials.yml")]
    # The terminal sends Ctrl-C to Rasa as well, which would end in a page of traceback. So Rasa inherits that the signal is
    # ignored, and is told by the launcher. At the shell's prompt Ctrl-C is a key, not a signal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.Popen(command, cwd=PROJECT, env={**ONE_THREAD, **FREE_MEMORY, **quiet_environment(), **_mode(name)})
    finally:
        signal.signal(signal.SIGINT, _note_stop)


def _mode(name: str) -> dict[str, str]:
    """`make telegram` needs nothing but a token, whatever credentials.yml says for a server."""
    return {f"{TELEGRAM}MODE": "polling"} if name == "telegram" else {}


def _announce(rasa: subprocess.Popen, port: int) -> None:
    print("Starting …", flush=True)
    if _wait(f"http://{HOST}:{port}/", rasa, RASA_SECONDS):
        print(f"Ready: http://{HOST}:{port}/ (Ctrl-C stops it)", flush=True)


def _wait(url: str, process: subprocess.Popen, seconds: float) -> bool:
    """Whether the address answers before the time is up, while the process lives and nobody wants to stop."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None and not _stopping:
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
    """Wait until Rasa ends by itself or somebody wants to stop."""
    while not _stopping and rasa.poll() is None:
        time.sleep(0.02)
    return 0 if _stopping else int(rasa.poll() or 0)


def _stop(processes: list[subprocess.Popen], gently: bool) -> None:
    """End Rasa first, so that a last turn still has its action server.

    Ctrl-C in the middle of a turn of the shell is not gentle: after its first prompt the shell takes the signal again,
    and given time it would print a page of traceback. Nothing is lost by it.
    """
    for process in reversed(processes):
        if process.poll() is None:
            process.terminate() if gently else process.kill()
            try:
                process.wait(ACTION_SERVER_STOP_SECONDS if process is processes[0] else STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


if __name__ == "__main__":
    os.chdir(PROJECT)
    sys.exit(main())
