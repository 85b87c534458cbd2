"""The chat as its user meets it, for tests and screenshots."""

from __future__ import annotations

from typing import Any, List

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.fake_server import STRINGS, FakeServer

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WORDS = STRINGS["en"]


class Chat:
    """One page with the widget on it. Locators are by role and name, as a screen reader finds things."""

    def __init__(self, page: Page, server: FakeServer, words: Any = WORDS) -> None:
        """Wrap a page; nothing is loaded yet."""
        self.page = page
        self.server = server
        self.words = words

    def visit(self, path: str = "/", attributes: str = "") -> Chat:
        """Load the page and wait for the widget."""
        self.server.attributes = attributes
        self.page.goto(self.server.url + path)
        expect(self.page.get_by_role("navigation", name=self.words["bar"])).to_be_visible()
        return self

    def open(self) -> Chat:
        """Open the chat by its button."""
        self.launcher.click()
        expect(self.input).to_be_focused()
        return self

    @property
    def launcher(self) -> Locator:
        """The button that opens the chat."""
        return self.page.get_by_role("button", name=self.words["launcher_name"])

    @property
    def bar(self) -> Locator:
        """The emergency bar."""
        return self.page.get_by_role("navigation", name=self.words["bar"])

    @property
    def input(self) -> Locator:
        """The message field."""
        return self.page.get_by_label(self.words["input"], exact=True)

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.page.get_by_role("log")

    @property
    def status(self) -> Locator:
        """The one line about waiting and connection."""
        return self.page.locator("recovery-chat .status")

    def button(self, name: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=self.words.get(name, name), exact=True)

    def say(self, text: str, answered: bool = True) -> Chat:
        """Type a message and send it; wait until it is answered, unless told not to."""
        guidances = self.log.locator(".guidance")
        before = guidances.count()
        self.input.fill(text)
        self.input.press("Enter")
        if answered:
            expect(guidances).to_have_count(before + 1)
        return self

    def option(self, name: str) -> Chat:
        """Open the options and press one of them."""
        self.button("options").click()
        self.page.get_by_role("dialog").get_by_role("button", name=self.words[name], exact=True).click()
        return self

    def said_by_me(self) -> List[str]:
        """The person's messages, in order."""
        return self.log.locator(".mine .bubble").all_text_contents()

    def answers(self) -> List[str]:
        """The answers, in order, without greeting and guidance."""
        return [text for text in self.log.locator(".answer .prose").all_text_contents() if text.startswith("Answer to")]

    def violations(self) -> List[str]:
        """What axe finds against WCAG 2.2 AA in the page as it stands; at best nothing."""
        found = Axe().run(self.page, options={"runOnly": TAGS}).response["violations"]
        return [f"{each['id']} ({each['impact']}): {[node['html'][:160] for node in each['nodes']]}" for each in found]
