"""The guidance that ends every turn stays short in every country and language."""

from __future__ import annotations

from typing import Iterator

from common.contacts import ENGLISH
from tools.check.problem import Problem
from tools.check.project import Project
from tools.check.wording import filled

GUIDANCE = "utter_emergency_guidance"
MOST_CHARACTERS = 260
MOST_CHARACTERS_US = 200


def check(project: Project) -> Iterator[Problem]:
    """Report countries in which it grows too long to be read each time."""
    languages = {GUIDANCE: ENGLISH, **{f"{GUIDANCE}_{language}": language for language in project.languages}}
    for reply in project.replies:
        language = languages.get(reply.name)
        if language is None:
            continue
        for code in project.countries:
            most = MOST_CHARACTERS_US if code == "US" else MOST_CHARACTERS
            length = len(filled(reply.text, project.contact_words(code, language)))
            if length > most:
                message = f"in {code} the guidance has {length} characters; at most {most} are read, so shorten it or the country's lines"
                yield Problem(reply.file.path, reply.line("text"), message, code if language == ENGLISH else f"{code} {language}")
