"""The lines that put the chat on a website."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from channels.web.files import WIDGET

SCRIPT = "recovery-chat.js"
# What a frame needs: to run, to send, to follow links and numbers, to save the chat, and to leave the page when asked.
_SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-downloads allow-top-navigation-by-user-activation"


def integrity() -> str:
    """The subresource integrity of the widget's script: a browser runs no other.

    Raises:
        OSError: there is no such file.

    """
    digest = hashlib.sha384((WIDGET / SCRIPT).read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def script_snippet(server: str, language: str, fallback: str) -> str:
    """The script and the element, with what is shown until the script has loaded, or where it can't.

    Args:
        server: the server's address, without a slash at the end.
        language: of the website.
        fallback: words for the emergency number.

    """
    return (
        f'<script src="{escape(server)}/webhooks/web/widget/{SCRIPT}"\n'
        f'        integrity="{integrity()}"\n'
        f'        crossorigin="anonymous" defer></script>\n'
        f'<recovery-chat server="{escape(server)}" language="{escape(language)}">\n'
        f"  <p>{escape(fallback)}</p>\n"
        f"</recovery-chat>"
    )


def frame_snippet(server: str, language: str, title: str) -> str:
    """The frame, for pages with scripts of others, which then cannot read what is written."""
    return (
        f'<iframe src="{escape(server)}/webhooks/web/frame?language={escape(language)}"\n'
        f'        title="{escape(title)}" width="400" height="640"\n'
        f'        sandbox="{_SANDBOX}"></iframe>'
    )
