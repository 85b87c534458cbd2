"""The security headers of everything that the web channel answers, whatever route or error it comes from."""

from __future__ import annotations

from typing import Dict, Tuple

from sanic.request import Request
from sanic.response import HTTPResponse

PREFIX = "/webhooks/web/"
MESSAGES, DELETE = f"{PREFIX}messages", f"{PREFIX}delete"
FRAME = f"{PREFIX}frame"
WIDGET = f"{PREFIX}widget/"
SETTINGS = f"{PREFIX}settings"
PAGES = ("/", "/privacy", "/safety")

# Everything from this server, nothing inline, no HTML out of text; nothing that could send words elsewhere.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noarchive",
}
# A browser asks once an hour whether another site's page may send JSON.
_PREFLIGHT_SECONDS = 3600


def is_ours(path: str) -> bool:
    """Whether a path is one of the web channel's."""
    return path.startswith(PREFIX) or path in PAGES or path == PREFIX.rstrip("/")


def secured(request: Request, response: HTTPResponse, frame_ancestors: Tuple[str, ...]) -> HTTPResponse:
    """The answer with the headers on it.

    Args:
        request: what was asked.
        response: the answer; changed in place.
        frame_ancestors: sites that may show the frame page, besides this server's own pages.

    """
    path = request.path
    # Rasa's own, for channels with cookies.
    response.headers.pop("Access-Control-Allow-Credentials", None)
    response.headers.update(_ALWAYS)
    ancestors = " ".join(["'self'", *frame_ancestors]) if path == FRAME else _POLICY["frame-ancestors"]
    response.headers["Content-Security-Policy"] = "; ".join(
        f"{name} {value}" for name, value in {**_POLICY, "frame-ancestors": ancestors}.items()
    )
    is_shared = path.startswith((WIDGET, MESSAGES, DELETE, SETTINGS))
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_shared or path == FRAME else "same-origin"
    if path != FRAME:
        response.headers["X-Frame-Options"] = "DENY"
    response.headers.setdefault("Cache-Control", "no-store")
    if is_shared:
        response.headers.update(_for_other_sites(request))
    return response


def _for_other_sites(request: Request) -> Dict[str, str]:
    """What other sites' pages may read: files and settings, and the answers to what they send, a refusal too.

    Whether a page may send anything is decided by its origin (`channels.web.requests.check_origin`). A refused one can still show the
    emergency numbers that the refusal holds. There are no cookies, so nothing of the reader's goes along.
    """
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    if request.method == "OPTIONS":
        headers |= {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
        }
    return headers
