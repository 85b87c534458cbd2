"""Ends the program where it cannot start."""

from __future__ import annotations

import logging
import sys
from typing import NoReturn


def cannot_start(reason: str) -> NoReturn:
    """Stop with one clear line on standard error and exit code 1.

    Rasa loads its parts inside Sanic, which writes a page of traceback about whatever ends it, `sys.exit` too.
    """
    logging.getLogger("sanic.error").disabled = True
    sys.exit(f"Cannot start: {reason}")
