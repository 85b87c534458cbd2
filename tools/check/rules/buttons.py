"""A button is short and asks for a topic that exists."""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, Optional

from tools.check.problem import Problem
from tools.check.project import Project

MOST_CHARACTERS = 36
# Telegram's limit.
MOST_BYTES = 64
# The same form as `components.turn_guard.PAYLOAD`, which takes rasa to import; a test compares the two.
PAYLOAD = re.compile(r"/(?P<intent>[a-z0-9_]+)(\{\"(?P<entity>country|group_need|topic)\": ?\"(?P<value>[A-Za-z0-9_]{1,40})\"\})?")


def check(project: Project) -> Iterator[Problem]:
    """Report buttons that don't fit, or that lead nowhere."""
    for reply in project.replies:
        for index, button in enumerate(reply.buttons):
            title, payload = button["title"], button["payload"]
            if len(title) > MOST_CHARACTERS:
                message = f"the button '{title}' has {len(title)} characters; at most {MOST_CHARACTERS} fit, so shorten it"
                yield Problem(reply.file.path, reply.line("buttons", index, "title"), message)
            wrong = _wrong_with(payload, project)
            if wrong:
                yield Problem(reply.file.path, reply.line("buttons", index, "payload"), f"the button's payload {payload} {wrong}")


def _wrong_with(payload: str, project: Project) -> Optional[str]:
    found = PAYLOAD.fullmatch(payload)
    if not found:
        return "would be read as plain text; write /intent, at most with one entity as in components/turn_guard.py"
    if found["intent"] not in project.intents:
        return f"names the intent {found['intent']}, which does not exist; mend the name"
    if len(payload.encode()) > MOST_BYTES:
        return f"has more than {MOST_BYTES} bytes, which Telegram refuses; shorten it"
    if found["entity"] and found["value"] not in _values(project)[found["entity"]]:
        return f"has the {found['entity']} {found['value']}, which does not exist; mend the value"
    return None


def _values(project: Project) -> Dict[str, List[str]]:
    return {"country": list(project.countries), "group_need": list(project.data("data/groups.yml")["needs"]), "topic": project.intents}
