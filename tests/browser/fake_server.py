"""A stand-in for the web channel: speaks its contract, answers at once, and fails in whatever way a test asks for.

It runs in a thread of its own, so that a test can drive a browser with Playwright's plain functions meanwhile. Words and phone
numbers come from data/, as in the real channel.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Callable, Coroutine, Dict, List, Optional, Tuple

import yaml
from aiohttp import web

from common.paths import PROJECT
from tests.servers import HOST, free_ports
from tools import widget

Json = Dict[str, Any]

# As strict as a page can be: no inline style or script, nothing from elsewhere, and no text may become markup.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
ROLES = {"emergency": "emergency", "suicide": "crisis", "suicide_text": "text", "poison": "poison", "drug": "drug", "violence": "violence"}
OVERDOSE = "my friend is blue and not breathing"
STEP = "what is step 3?"
LOW = "i feel like ending it"
RELIGIOUS = "Is this religious?"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A clinic</title><link rel="stylesheet" href="/page.css">
<script src="/webhooks/web/widget/recovery-chat.js" integrity="{integrity}" crossorigin defer></script></head>
<body><main><h1>A clinic</h1><p>Words of the page around the chat.</p><p><a href="/other">Another page</a></p></main>
<recovery-chat {attributes}><p class="fallback">In an emergency call <a href="tel:{emergency}">{emergency}</a>.</p></recovery-chat>
</body></html>"""
STYLES = """body{font-family:'DejaVu Sans',sans-serif;margin:0;color:#14252a;background:#fff}main{padding:24px;max-width:60ch}
a{color:#0b5c66}@media(prefers-color-scheme:dark){body{background:#0b1214;color:#e9f1f2}a{color:#86d3d6}}"""


def contacts() -> Json:
    """The lines of some countries, in the channel's form."""
    countries = yaml.safe_load((PROJECT / "data/emergency/contacts.yml").read_text(encoding="utf-8"))["countries"]
    found = {}
    for code in ("US", "IE", "GB", "ES", "XX"):
        country = countries[code]
        lines = []
        for line in country["lines"]:
            role = ROLES.get(line["kind"])
            if not role or not (line["show_in_emergency"] or role == "emergency"):
                continue
            number, text, website = line.get("number"), line.get("text"), line.get("website")
            say = line["say"].format(number=number, text=text, website=website, emergency=country["emergency_words"])
            texting = role == "text"
            lines.append(
                {
                    "role": role,
                    "label": f"{line['name']}: {say}",
                    "say": say,
                    "number": number,
                    "tel": None if texting or not number else number.replace(" ", ""),
                    "sms": {"number": number, "body": text} if texting else None,
                    "url": f"https://{website}" if website else None,
                    "hours": line.get("hours"),
                }
            )
        if not any(line["role"] == "crisis" for line in lines):
            finder = {"say": "findahelpline.com", "url": "https://findahelpline.com", "number": None, "tel": None, "sms": None}
            lines.append({"role": "crisis", "label": "findahelpline.com", **finder})
        card = card_text("emergency_overdose").format(emergency=country["emergency_words"])
        steps = [row.split(". ", 1)[1] for row in card.splitlines() if row[:1].isdigit()]
        found[code] = {"lines": lines, "guidance": guidance(country["emergency_words"], lines), "overdose_steps": steps}
    return found


def card_text(name: str) -> str:
    """The first text of an emergency card, its gaps unfilled."""
    card = yaml.safe_load((PROJECT / f"data/emergency/cards/{name}.yml").read_text(encoding="utf-8"))
    return str(card["responses"][f"utter_{name}"][0]["text"])


def guidance(emergency: str, lines: List[Json]) -> str:
    """The words that end each turn."""
    text = yaml.safe_load((PROJECT / "data/emergency/guidance.yml").read_text(encoding="utf-8"))["responses"]["utter_emergency_guidance"][
        0
    ]["text"]
    said = {line["role"]: line["say"] for line in reversed(lines)}
    return str(text).format(
        emergency=emergency, crisis_line=said.get("crisis", "findahelpline.com"), drug_line=said.get("drug", "findahelpline.com")
    )


CONTACTS = contacts()
STRINGS = {
    language: yaml.safe_load((PROJECT / f"data/web/strings/{language}.yml").read_text(encoding="utf-8")) for language in ("en", "es")
}


def settings(language: str) -> Json:
    """What the widget asks for first."""
    names = {"US": "United States", "IE": "Ireland", "GB": "United Kingdom", "ES": "Spain", "XX": "Another country"}
    return {
        "version": 1,
        "language": language,
        "default_country": "US",
        "strings": STRINGS[language],
        "countries": [{"code": code, "name": name} for code, name in names.items()],
        "contacts": CONTACTS,
        "limits": {"characters": 1000},
    }


def reply(kind: str, text: str, **more: Any) -> Json:
    """One reply in the contract's form."""
    return {"type": kind, "text": text, "lang": "en", "buttons": [], "sources": [], "progress": None, **more}


def answer_to(said: str, country: str) -> Json:
    """The turn for some words: a few of them are known, all others are answered with themselves."""
    buttons = [{"title": "Tell me more", "payload": "/tell_me_more"}, {"title": "Secular groups", "payload": "/secular_groups"}]
    if said == OVERDOSE:
        text = card_text("emergency_overdose").format(emergency=CONTACTS[country]["lines"][0]["say"])
        card = reply(
            "card",
            text,
            buttons=[{"title": "Breathing now", "payload": "/breathing"}, {"title": "I'm safe now", "payload": "/im_safe_now"}],
        )
        turn: Json = {"level": "E3", "kind": "overdose", "replies": [card]}
    elif said == LOW:
        text = (
            "Thank you for telling me. You don't have to carry this alone. "
            f"Contact {next(line['say'] for line in CONTACTS[country]['lines'] if line['role'] == 'crisis')}. Are you safe right now?"
        )
        turn = {"level": "E2", "kind": "suicide", "replies": [reply("concern", text, buttons=[{"title": "Yes", "payload": "/affirm"}])]}
    elif said == STEP:
        text = "Step 3 of 12\nStep 3 is about deciding to accept help.\n• One day at a time\n• With others\nMore at na.org, if you like."
        soft = reply("soft", "Should things get heavy, you can talk to someone at any hour.")
        turn = {"level": "E1", "kind": "suicide", "replies": [soft, reply("answer", text, buttons=buttons, progress={"step": 3, "of": 12})]}
    elif said == RELIGIOUS:
        text = "Many groups speak of a higher power, and each person decides what that means. Some groups are secular. You choose."
        source = {"title": "SMART Recovery: what it is", "url": "https://smartrecovery.org/what-is-it"}
        turn = {"level": "E0", "kind": "", "replies": [reply("answer", text, buttons=buttons, sources=[source])]}
    else:
        turn = {"level": "E0", "kind": "", "replies": [reply("answer", f"Answer to: {said}")]}
    turn["replies"].append(reply("guidance", CONTACTS[country]["guidance"]))
    return {"country": country, "language": "en", **turn}


@dataclass
class Faults:
    """How the server misbehaves; all zero is a healthy one."""

    delay: float = 0.0
    # Answers to the next requests, before any is treated: (status, seconds for Retry-After).
    refusals: List[Tuple[int, float]] = field(default_factory=list)
    # The share of connections that are cut: half of them before the message is read, half after it was answered.
    cut: float = 0.0
    # Cut the next connections after the message was treated: the answer is lost on its way.
    lose: int = 0
    # What is put in the place of the turn, whatever was said.
    turn: Optional[Callable[[str, str], Json]] = None
    settings_down: bool = False
    delete_down: bool = False


class FakeServer:
    """The server, and what it has seen. `with FakeServer() as server:` runs it."""

    def __init__(self, port: Optional[int] = None) -> None:
        """Choose a port; nothing runs yet."""
        self.port = port or free_ports(1)[0]
        self.url = f"http://{HOST}:{self.port}"
        self.faults = Faults()
        # How often the assistant itself saw a message, by (session, id): more than once is a fault.
        self.treated: Counter = Counter()
        self.said: List[Json] = []
        self.requests: List[Tuple[str, str]] = []
        self.deleted: List[str] = []
        self.cuts = 0
        self.attributes = ""
        self.chance = random.Random(7)  # noqa: S311 - chance for tests, not for secrets
        self._kept: Dict[Tuple[str, str], Json] = {}
        self._countries: Dict[str, str] = {}
        self._script = widget.BUILT.read_text(encoding="utf-8")

    def __enter__(self) -> FakeServer:
        """Run it in a thread."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop it, and the thread."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def start(self) -> None:
        """Listen; after `stop`, on the same port again, with its memory."""
        self._run(self._start())

    def stop(self) -> None:
        """Cut all connections and listen no more, as a killed server does."""
        self._run(self._stop())

    def reset(self) -> None:
        """Be healthy and remember nothing."""
        self.faults = Faults()
        self.treated.clear()
        self.said.clear()
        self.requests.clear()
        self.deleted.clear()
        self.cuts = 0
        self._kept.clear()
        self.attributes = ""

    def _run(self, work: Coroutine) -> Any:
        future: Future = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(10)

    async def _start(self) -> None:
        app = web.Application(middlewares=[self._note])
        app.router.add_get("/", self._page)
        app.router.add_get("/other", self._other)
        app.router.add_get("/page.css", self._styles)
        app.router.add_get("/webhooks/web/frame", self._page)
        app.router.add_get("/webhooks/web/settings", self._settings)
        app.router.add_get("/webhooks/web/widget/recovery-chat.js", self._widget)
        app.router.add_post("/webhooks/web/messages", self._messages)
        app.router.add_post("/webhooks/web/delete", self._delete)
        app.router.add_route("OPTIONS", "/webhooks/web/{any}", self._preflight)
        app.router.add_get("/elsewhere", self._elsewhere)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port, reuse_address=True).start()

    async def _stop(self) -> None:
        await self._runner.cleanup()

    @web.middleware
    async def _note(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append((request.method, request.path))
        response = await handler(request)
        if request.path.startswith("/webhooks/web/"):
            response.headers.update({"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"})
        return response

    async def _page(self, request: web.Request) -> web.Response:
        attributes = request.query.get("attributes", self.attributes)
        text = PAGE.format(integrity=widget.integrity(self._script), attributes=attributes, emergency=CONTACTS["US"]["lines"][0]["tel"])
        if request.path.endswith("frame"):
            text = text.replace("<main>", "<main hidden>")
        text = text.replace("", "")
        return web.Response(
            text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
        )

    async def _other(self, request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><html lang=en><title>Neutral</title><h1>Neutral page</h1>", content_type="text/html")

    async def _elsewhere(self, request: web.Request) -> web.Response:
        """Another site's page, when it is asked for under the name localhost: it has no policy, and embeds the widget of this one."""
        text = PAGE.format(integrity=widget.integrity(self._script), attributes=self.attributes, emergency="")
        return web.Response(text=text.replace('src="/', f'src="{self.url}/'), content_type="text/html")

    async def _preflight(self, request: web.Request) -> web.Response:
        return web.Response(headers={"Access-Control-Allow-Headers": "content-type"})

    async def _styles(self, request: web.Request) -> web.Response:
        return web.Response(text=STYLES, content_type="text/css")

    async def _widget(self, request: web.Request) -> web.Response:
        return web.Response(text=self._script, content_type="text/javascript")

    async def _settings(self, request: web.Request) -> web.Response:
        if self.faults.settings_down:
            return web.Response(status=503)
        return web.json_response(settings("es" if request.query.get("language") == "es" else "en"))

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        fate = self.chance.random()
        if fate < self.faults.cut / 2:
            return self._cut(request)
        body = await request.json()
        if self.faults.refusals:
            status, wait = self.faults.refusals.pop(0)
            notice = [reply("notice", "Please wait a little."), reply("guidance", CONTACTS["US"]["guidance"])]
            return web.json_response({"id": body["id"], "error": "x", "retry_after": wait, "replies": notice}, status=status)
        key = (body["session"], body["id"])
        if key not in self._kept:
            self.treated[key] += 1
            self.said.append(body)
            said = body.get("text") or body.get("payload", "")
            country = self._countries[body["session"]] = body.get("country") or self._countries.get(body["session"], "US")
            turn = (self.faults.turn or answer_to)(said, country)
            self._kept[key] = {"id": body["id"], **turn}
        await asyncio.sleep(self.faults.delay)
        if self.faults.lose > 0:
            self.faults.lose -= 1
            return self._cut(request)
        if fate < self.faults.cut:
            return self._cut(request)
        return web.json_response(self._kept[key])

    async def _delete(self, request: web.Request) -> web.Response:
        if self.faults.delete_down:
            return web.Response(status=500)
        body = json.loads(await request.text())
        self.deleted.append(body["session"])
        return web.json_response({"deleted": True, "replies": [reply("notice", "Deleted.")]})

    def _cut(self, request: web.Request) -> web.Response:
        self.cuts += 1
        if request.transport:
            request.transport.abort()
        return web.Response()
