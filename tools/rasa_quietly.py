"""Runs the `rasa` command without telemetry, warnings or log noise: `python -m tools.rasa_quietly shell …`."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "LOG_LEVEL": "ERROR",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    # Open connections keep a stopping server alive for 15 seconds otherwise.
    "SANIC_GRACEFUL_SHUTDOWN_TIMEOUT": "3",
    # A message is a few hundred bytes; Rasa's own limit is 100 MB.
    "SANIC_REQUEST_MAX_SIZE": "1000000",
    # Both servers listen on this machine only, unless an operator says otherwise.
    "SANIC_HOST": "127.0.0.1",
}


def quiet_environment() -> dict[str, str]:
    """The environment for Rasa's processes; what an operator has set stays."""
    return {**QUIET, **os.environ}


def main() -> None:
    """Run rasa's own command line with this process's arguments."""
    os.environ.update(quiet_environment())
    logging.getLogger().setLevel(logging.ERROR)
    # Sanic switches DeprecationWarning on again after PYTHONWARNINGS has switched it off.
    warnings.showwarning = lambda *args, **kwargs: None  # type: ignore[assignment]
    sys.path.insert(0, str(Path.cwd()))
    from rasa.__main__ import main as rasa_main

    rasa_main()


if __name__ == "__main__":
    main()
