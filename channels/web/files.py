"""Serves files of two folders: the widget's, and the pages' own."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Dict, Optional, Tuple

from sanic.request import Request
from sanic.response import HTTPResponse, raw

from common.paths import PROJECT

WIDGET = PROJECT / "widget"
PAGE_FILES = Path(__file__).parent / "static"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
# Short, because a page may name a file by its hash: an old copy would not be run.
SECONDS = 300


def servable(folder: Path) -> Dict[str, Path]:
    """The files directly in a folder that may be served, by name. A name that is not among them is never looked for on disk."""
    return {path.name: path for path in folder.glob("*") if path.suffix in TYPES and path.is_file()} if folder.is_dir() else {}


def serve(request: Request, folder: Path, name: str) -> Optional[HTTPResponse]:
    """A file of a folder; None if there is none of this name."""
    path = servable(folder).get(name)
    if path is None:
        return None
    content, tag = _read(path, path.stat().st_mtime_ns)
    return cacheable(request, content, tag, TYPES[path.suffix])


def cacheable(request: Request, content: bytes, tag: str, content_type: str) -> HTTPResponse:
    """Content that a browser may keep for some minutes, or 304 if it has this very content."""
    headers = {"ETag": f'"{tag}"', "Cache-Control": f"public, max-age={SECONDS}"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return HTTPResponse(status=304, headers=headers)
    return raw(content, headers=headers, content_type=content_type)


def tag_of(content: bytes) -> str:
    """What tells one content from another."""
    return hashlib.sha256(content).hexdigest()[:32]


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Tuple[bytes, str]:
    content = path.read_bytes()
    return content, tag_of(content)
