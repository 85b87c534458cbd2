"""Lets the channel's thread breathe while Rasa loads its model."""

from __future__ import annotations

import gc
import sys

# While a model loads, Python's garbage collector looks through a million objects again and again, 0.3 seconds at a time in
# which no other thread runs. Without it, and with quicker changes between threads, the longest pause was 0.08 to 0.14 seconds.
QUICK = 0.001
_usual = sys.getswitchinterval()


def begin() -> None:
    """The model is about to be loaded."""
    gc.disable()
    sys.setswitchinterval(QUICK)


def end() -> None:
    """It is loaded. What it made stays to the end, so the collector need never look at it again."""
    gc.freeze()
    gc.enable()
    sys.setswitchinterval(_usual)
