"""The Telegram channel says the same things in each language, and its buttons lead somewhere."""

from __future__ import annotations

from typing import Dict, Iterator

from common.contacts import ENGLISH
from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import PLACE


def check(project: Project) -> Iterator[Problem]:
    """Report texts that another language has, other names in braces, commands named twice, and buttons for no intent."""
    files = project.telegram
    if ENGLISH not in files:
        yield Problem("data/telegram/en.yml", 1, "this file is missing; bring it back")
        return
    english = files[ENGLISH].data["texts"]
    taken: Dict[str, str] = {}
    for file in files.values():
        texts = file.data["texts"]
        for name in sorted({*english} - {*texts}):
            yield Problem(file.path, file.line("texts"), f"{name} is missing; add it")
        for name, text in texts.items():
            line = file.line("texts", name)
            if name not in english:
                yield Problem(file.path, line, f"nothing says {name}; take it out, or add it to en.yml too")
            elif set(PLACE.findall(text)) != set(PLACE.findall(english[name])):
                yield Problem(file.path, line, f"{name} must have the same names in braces in each language; mend it")
        for name, entry in file.data["commands"].items():
            for word in entry["names"]:
                if taken.setdefault(word, name) != name:
                    yield Problem(file.path, file.line("commands", name), f"/{word} is another command in another file; rename one")
        for name, buttons in file.data.get("buttons", {}).items():
            for index, button in enumerate(buttons):
                if button["payload"][1:] not in project.intents:
                    yield Problem(file.path, file.line("buttons", name, index), f"{button['payload']} is no intent of domain.yml; mend it")
