"""One browser and one fake server for all browser tests; a new, empty context for each test."""

from __future__ import annotations

import os
import re
from typing import Any, Callable, Iterator, List

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chat import Chat
from tests.browser.fake_server import FakeServer
from tools import browser as chromium
from tools import widget

NO_BROWSER = "NO BROWSER: the website widget is NOT tested. Install chromium, or set CHROMIUM to a browser's program."
NOTE_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective + " " + event.blockedURI));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not chromium.find():
        if os.environ.get("CI") == "true":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        running = chromium.launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def one_server() -> Iterator[FakeServer]:
    assert widget.BUILT.read_text(encoding="utf-8") == widget.build(), "widget/recovery-chat.js is old: run python -m tools.widget"
    with FakeServer() as server:
        yield server


@pytest.fixture
def server(one_server: FakeServer) -> FakeServer:
    one_server.reset()
    return one_server


@pytest.fixture
def new_context(browser: Browser, server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Make contexts whose requests are watched: one to a foreign host, or a breach of the page's policy, fails the test."""
    contexts: List[BrowserContext] = []
    foreign: List[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options})
        context.set_default_timeout(8_000)
        context.add_init_script(NOTE_VIOLATIONS)
        # Chromium takes every name under localhost for this machine.
        own = re.compile(rf"blob:|http://(127\.0\.0\.1|([\w]+\.)?localhost):{server.port}/")
        context.on("request", lambda request: None if own.match(request.url) else foreign.append(request.url))
        contexts.append(context)
        return context

    yield make
    breaches = [breach for context in contexts for page in context.pages for breach in page.evaluate("window.violations || []")]
    for context in contexts:
        context.close()
    assert not foreign, f"requests to others: {foreign}"
    assert not breaches, f"breaches of the content security policy: {breaches}"


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def chat(page: Page, server: FakeServer) -> Chat:
    """A page with the closed chat."""
    return Chat(page, server).visit()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A skipped browser is said in words, not by an "s" in a row of dots."""
    if not chromium.find():
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)
