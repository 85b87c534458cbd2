"""`python -m tools.screenshots`: pictures of the website chat in its states, to be looked at by a person.

Without `--server` the pages come from the fake server of the browser tests: the words and numbers are the real ones, and states such
as "the server is down" can be had. With `--server http://127.0.0.1:5005` they come from a running assistant.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Dict

from playwright.sync_api import Browser, Page, expect, sync_playwright

from common.paths import PROJECT
from tests.browser.chat import WORDS, Chat
from tests.browser.fake_server import LOW, OVERDOSE, RELIGIOUS, STEP, STRINGS, FakeServer
from tools.browser import launch

FOLDER = PROJECT / ".screenshots"
PHONE: Dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
SIZES: Dict[str, Dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 860}},
    "phone": PHONE,
    "phone_dark": {**PHONE, "color_scheme": "dark"},
    "small_320": {"viewport": {"width": 320, "height": 640}, "device_scale_factor": 2},
    "forced_colours": {**PHONE, "forced_colors": "active"},
}


def main() -> int:
    """Write the pictures and say where they are."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("--server", help="a running assistant; without it, the fake server of the tests")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pictures go")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            if chosen.server:
                take(browser, Running(chosen.server), chosen.folder)
            else:
                with FakeServer() as server:
                    take(browser, server, chosen.folder)
                    take_failures(browser, server, chosen.folder)
        finally:
            browser.close()
    print(f"{len(list(chosen.folder.glob('*.png')))} pictures in {chosen.folder}")
    return 0


class Running:
    """A running assistant, in the form that `Chat` wants."""

    def __init__(self, url: str) -> None:
        """Take its address."""
        self.url = url.rstrip("/")
        self.attributes = ""


def take(browser: Browser, server: Any, folder: Path) -> None:
    """Closed, open, an answer, a step, the cards, the sheets; in each size and colour scheme."""
    for name, options in SIZES.items():
        page = browser.new_page(**options, reduced_motion="reduce")
        chat = Chat(page, server).visit()
        snap(page, folder, name, "1_closed")
        chat.open()
        snap(page, folder, name, "2_open")
        for number, (state, text) in enumerate((("answer", RELIGIOUS), ("step", STEP), ("urgent", LOW), ("emergency", OVERDOSE)), 3):
            chat.say(text)
            snap(page, folder, name, f"{number}_{state}")
        chat.button("options").click()
        snap(page, folder, name, "7_options")
        chat.page.get_by_role("dialog").get_by_role("button", name=WORDS["delete"]).click()
        snap(page, folder, name, "8_delete")
        chat.bar.get_by_role("button").click()
        snap(page, folder, name, "9_overdose")
        page.close()


def take_failures(browser: Browser, server: FakeServer, folder: Path) -> None:
    """The server down, Spanish, large text, another country."""
    page = browser.new_page(**PHONE)
    chat = Chat(page, server).visit().open().say(RELIGIOUS)
    server.stop()
    chat.say("are you there?", answered=False)
    expect(chat.log.locator(".mark")).to_be_visible()
    snap(page, folder, "phone", "server_down")
    server.start()
    chat = Chat(page, server, STRINGS["es"]).visit(attributes='language="es"')
    snap(page, folder, "phone", "spanish")
    page.close()
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    chat = Chat(page, server).visit()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    chat.open().say(OVERDOSE)
    snap(page, folder, "desktop", "text_200")
    page.close()
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    chat = Chat(page, server).visit(attributes='country="GB"').open().say(RELIGIOUS)
    snap(page, folder, "desktop", "united_kingdom")
    page.close()


def snap(page: Page, folder: Path, size: str, state: str) -> None:
    """One picture of what is in the window."""
    page.mouse.move(0, 0)
    page.screenshot(path=folder / f"{size}_{state}.png")


if __name__ == "__main__":
    raise SystemExit(main())
