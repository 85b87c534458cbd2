"""Finds a browser of the Chromium family on this machine, and starts it without a window."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Optional[str]:
    """The browser's program: $CHROMIUM, or the first of the usual names on the path; None if there is none."""
    return os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, NAMES) if path), None)


def launch(playwright: Playwright) -> Browser:
    """A browser without a window.

    Raises:
        RuntimeError: there is none.

    """
    program = find()
    if not program:
        raise RuntimeError("No browser found: install chromium, or set CHROMIUM to a browser's program.")
    # Containers have a small /dev/shm; and Chromium's sandbox refuses to work for root.
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return playwright.chromium.launch(executable_path=program, args=arguments)
