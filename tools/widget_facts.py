"""`python -m tools.widget_facts`: measures the widget on the points by which docs/web.md compares it with others."""

from __future__ import annotations

from typing import List

from playwright.sync_api import Page, sync_playwright

from tests.browser.chat import Chat
from tests.browser.fake_server import RELIGIOUS, FakeServer
from tools import widget
from tools.browser import launch

MOST_STOPS = 40
FOCUSED = """() => { let node = document.activeElement; while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node.closest('recovery-chat') || node.getRootNode().host ? node.getAttribute('aria-label') || node.textContent.trim()
    || node.labels?.[0]?.textContent || node.localName : ''; }"""


def main() -> int:
    """Print one line for each point."""
    with FakeServer() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        hosts, breaches = set(), []
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        page.on("console", lambda message: breaches.append(message.text) if "Content Security Policy" in message.text else None)
        chat = Chat(page, server).visit()
        closed, closed_stops = chat.violations(), stops(page)
        chat.visit().open().say(RELIGIOUS)
        lives = page.locator("recovery-chat [role=log], recovery-chat [role=status]").evaluate_all("all => all.map(node => node.role)")
        print(f"reply shown: {'yes' if 'higher power' in chat.log.inner_text() else 'no'}")
        print(f"axe, closed: {len(closed)}")
        print(f"axe, chat open: {len(chat.violations())}")
        print(f"live regions: {', '.join(sorted(lives))}")
        print(f"reachable by Tab, closed: {'; '.join(closed_stops)}")
        print(f"reachable by Tab, open: {'; '.join(stops(page))}")
        print(f"hosts contacted: {', '.join(sorted(hosts))} (the page's own: 127.0.0.1:{server.port})")
        print(f"strict CSP and Trusted Types: {breaches or 'works'}")
        print(f"gzip: {widget.gzipped(widget.build()):,} bytes")
        browser.close()
    return 0


def stops(page: Page) -> List[str]:
    """What Tab reaches in the widget, in order, from the page's beginning."""
    page.evaluate("document.activeElement.blur()")
    page.get_by_role("heading", name="A clinic").click()
    found: List[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        name = " ".join(page.evaluate(FOCUSED).split())
        if name and found and name == found[0]:
            break
        if name:
            found.append(name)
        elif found:
            break
    return found


if __name__ == "__main__":
    raise SystemExit(main())
