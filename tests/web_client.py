"""Talks to the web channel the way a browser does."""

from __future__ import annotations

import http.client
import json
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional

from tests.servers import HOST

PREFIX = "/webhooks/web"


def new_id() -> str:
    """128 random bits, as the browser's crypto makes them."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers in lower case, and the body."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Dict[str, Any]:
        """The body as JSON."""
        return json.loads(self.content)

    @property
    def types(self) -> List[str]:
        """The replies' types, in order."""
        return [reply["type"] for reply in self.body["replies"]]

    @property
    def texts(self) -> List[str]:
        """The replies' texts, in order."""
        return [reply["text"] for reply in self.body["replies"]]

    @property
    def buttons(self) -> Dict[str, str]:
        """The payloads of all buttons, by title."""
        return {button["title"]: button["payload"] for reply in self.body["replies"] for button in reply["buttons"]}


def ask(port: int, path: str, body: Any = None, method: Optional[str] = None, **headers: str) -> Answer:
    """One request, whatever its status. A body that is no bytes goes as JSON, from one of the server's own pages."""
    sent = {"Content-Type": "application/json", "Origin": f"http://{HOST}:{port}"} if body is not None else {}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"http://{HOST}:{port}{path}", content, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return Answer(reply.status, {key.lower(): value for key, value in reply.headers.items()}, reply.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, {key.lower(): value for key, value in error.headers.items()}, error.read())


@dataclass
class Browser:
    """One tab with one conversation."""

    port: int
    session: str = field(default_factory=new_id)

    def say(self, text: str, identifier: Optional[str] = None, **more: Any) -> Answer:
        """Type something."""
        return self.send({"text": text}, identifier, **more)

    def press(self, payload: str, identifier: Optional[str] = None, **more: Any) -> Answer:
        """Press a button."""
        return self.send({"payload": payload}, identifier, **more)

    def send(self, message: Dict[str, Any], identifier: Optional[str] = None, **more: Any) -> Answer:
        """Send a message as it stands."""
        return ask(self.port, f"{PREFIX}/messages", {"session": self.session, "id": identifier or new_id(), **message, **more})

    def delete(self) -> Answer:
        """Delete the conversation."""
        return ask(self.port, f"{PREFIX}/delete", {"session": self.session})

    def send_and_hang_up(self, text: str, identifier: str) -> None:
        """Send a message whole, and cut the connection before the answer comes."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        body = json.dumps({"session": self.session, "id": identifier, "text": text})
        headers = {"Content-Type": "application/json", "Origin": f"http://{HOST}:{self.port}"}
        connection.request("POST", f"{PREFIX}/messages", body, headers)
        connection.close()
