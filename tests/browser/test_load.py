"""Fifty people at once over a bad network: every message is answered exactly once in their view."""

from __future__ import annotations

import time
from typing import Any, Callable, List

from playwright.sync_api import BrowserContext, Page

from tests.browser.fake_server import FakeServer

CLIENTS, EACH, CUT = 50, 10, 0.10
LIMIT = 120.0
WIDGET = "document.querySelector('recovery-chat')"
ANSWERED = f"{WIDGET}?.shadowRoot?.querySelectorAll('.guidance').length"
VIEW = f"""[...{WIDGET}.shadowRoot.querySelectorAll('.mine .bubble, .answer .prose')].map((node) => node.textContent).slice(2)"""


def test_five_hundred_messages_over_a_bad_network(new_context: Callable[..., BrowserContext], server: FakeServer, capsys: Any) -> None:
    """Each client is a widget with storage and a session of its own; every tenth connection is cut, before or after the answer."""
    context = new_context(viewport={"width": 200, "height": 200})
    pages: List[Page] = []
    for number in range(CLIENTS):
        # Every name under localhost is this machine, and an origin of its own.
        page = context.new_page()
        page.goto(f"http://c{number}.localhost:{server.port}/elsewhere", wait_until="commit")
        pages.append(page)
    for page in pages:
        page.wait_for_function(f"{WIDGET}?.shadowRoot?.querySelector('.launcher')")
    server.faults.cut = CUT
    begin = time.monotonic()
    for number, page in enumerate(pages):
        page.evaluate(f"for (let n = 0; n < {EACH}; n += 1) {WIDGET}.ask('{number}-' + n)")
    waiting = list(pages)
    while waiting and time.monotonic() - begin < LIMIT:
        waiting = [page for page in waiting if page.evaluate(ANSWERED) < EACH]
        time.sleep(0.1)
    seconds = time.monotonic() - begin
    expected = [[text for n in range(EACH) for text in (f"{number}-{n}", f"Answer to: {number}-{n}")] for number in range(CLIENTS)]
    seen = [page.evaluate(VIEW) for page in pages]
    connections = sum(method == "POST" and path.endswith("/messages") for method, path in server.requests)
    right = sum(len(wanted) // 2 for shown, wanted in zip(seen, expected, strict=True) if shown == wanted)
    with capsys.disabled():
        print(
            f"\n{CLIENTS} widgets, {CLIENTS * EACH} messages, {server.cuts} of {connections} connections cut: "
            f"{right} answered exactly once and in order, in {seconds:.0f} s; "
            f"the assistant saw {len(server.treated)} messages, each {max(server.treated.values())} time(s) at most"
        )
    assert seen == expected
    assert len(server.treated) == CLIENTS * EACH and set(server.treated.values()) == {1}
    assert server.cuts >= CLIENTS * EACH * CUT / 2, "too few were cut to show anything"
