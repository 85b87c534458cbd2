"""Finds a browser of the Chromium family on this machine, and starts it without a window.

`python -m tools.browser` installs Debian's, where there is none and it may (as root, with apt-get).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

PACKAGES = ("chromium", "fonts-dejavu-core")
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


def install() -> bool:
    """Install Debian's browser and a font; whether there is one afterwards."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing a browser for the tests (a minute) …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return find() is not None


def main() -> int:
    """Say which browser the tests will use; 1 if there is none where one is a must (CI=true)."""
    if find() or install():
        print(f"Browser for the tests: {find()}")
        return 0
    print("NO BROWSER: the website widget will NOT be tested. Install chromium, or set CHROMIUM to a browser's program.", file=sys.stderr)
    return int(os.environ.get("CI") == "true")


if __name__ == "__main__":
    sys.exit(main())
