"""The website's pages, made on the server out of words in `data/web/pages/`, readable without any script."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Optional

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic.request import Request
from sanic.response import HTTPResponse, html

from channels.web.embed import SCRIPT, frame_snippet, script_snippet
from channels.web.files import WIDGET, servable
from channels.web.help_lines import help_of
from channels.web.settings import Settings
from channels.web.words import LANGUAGES, country_names, language_or_english, page_words, strings
from common.contacts import ENGLISH, contact_words, fill
from components.conversation_store import Kept, kept_by
from components.turn_guard import default_country

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    # New templates would meet old words: both are read anew at the next start.
    auto_reload=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_NAMES = {"/": "home", "/privacy": "privacy", "/safety": "safety"}


def page(request: Request, settings: Settings) -> HTTPResponse:
    """The page at a path."""
    return _page(_NAMES[request.path], request, settings)


def frame(request: Request, settings: Settings) -> HTTPResponse:
    """The page that other sites show in a frame: the chat alone."""
    return _page("frame", request, settings)


def _page(name: str, request: Request, settings: Settings) -> HTTPResponse:
    language = _language(request)
    template = _TEMPLATES.get_template("text.html" if name in ("privacy", "safety") else f"{name}.html")
    values = _values(name, language, settings, kept_by(request.app.ctx.agent.tracker_store))
    if name == "home" and values["has_widget"]:
        server, fallback = _server(request), values["with_numbers"](values["page"]["embed_fallback"])
        values["script_snippet"] = script_snippet(server, language, fallback)
        values["frame_snippet"] = frame_snippet(server, language, values["words"]["site"]["name"])
    return html(template.render(values), headers={"Vary": "Accept-Language"})


def _values(name: str, language: str, settings: Settings, kept: Kept) -> Dict[str, Any]:
    """What a template may name."""
    country, names = default_country(), country_names(language)
    filling = {
        **contact_words(country, language),
        "turns": str(kept.turns),
        "hours": f"{kept.hours:g}",
        "minutes": str(settings.replay_minutes),
    }
    return {
        "name": name,
        "language": language,
        "words": page_words()[language],
        "page": page_words()[language].get(name, {}),
        "strings": strings()[language],
        "country": country,
        "country_name": names[country],
        "help": help_of(country, language),
        "elsewhere": [(names[code], help_of(code, language)["lines"]) for code in names if code != country],
        "settings": settings,
        "with_numbers": lambda text: fill(text, filling),
        "has_widget": SCRIPT in servable(WIDGET),
    }


def _server(request: Request) -> str:
    """The server's own address, as the browser knows it."""
    scheme = request.headers.get("x-forwarded-proto", request.scheme)
    return f"{'https' if scheme == 'https' else 'http'}://{request.headers.get('host', '')}"


def _language(request: Request) -> str:
    """The language that the address asks for, else the first that the browser prefers and the website speaks."""
    asked: Optional[str] = request.args.get("language")
    if asked:
        return language_or_english(asked)
    for wanted in request.headers.get("accept-language", "").split(","):
        code = wanted.partition(";")[0].strip().partition("-")[0].lower()
        if code in LANGUAGES:
            return code
    return ENGLISH
