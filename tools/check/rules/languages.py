"""A language is understood and answered, or neither: danger rules and translations belong together."""

from __future__ import annotations

import re
from typing import Iterator, List, Tuple

from common.contacts import ENGLISH
from tools.check.problem import Problem
from tools.check.project import CONTACTS, LANGUAGES, Project
from tools.check.yaml_file import Key

_CODE = re.compile("[a-z]{2}")


def check(project: Project) -> Iterator[Problem]:
    """Report languages with one of the two files only, codes that can't be told from other names, and phrases that nobody will read."""
    for language, file in project.pattern_files.items():
        if language != ENGLISH and language not in project.languages:
            yield Problem(file.path, 1, f"nothing answers in {language}; add data/emergency/translations/{language}.yml", language)
    for language, file in project.languages.items():
        if language not in project.pattern_files:
            yield Problem(file.path, 1, f"nothing understands {language}; add {LANGUAGES}/{language}.yml", language)
        if not _CODE.fullmatch(language) or language == ENGLISH:
            yield Problem(file.path, 1, f"{language} is no code of another language; name the file by two small letters, such as es.yml")
    yield from _endings(project)
    yield from _phrases(project)


def _endings(project: Project) -> Iterator[Problem]:
    """The language of a reply is taken from its name's ending (`common.languages.language_of`)."""
    for reply in project.replies:
        ending = reply.name.rpartition("_")[2]
        if not reply.is_translation and ending in project.languages:
            yield Problem(reply.file.path, reply.line(), f"{reply.name} ends as if it were in the language {ending}; rename it", reply.name)


def _phrases(project: Project) -> Iterator[Problem]:
    file = project.files[CONTACTS]
    for code, country in project.countries.items():
        phrases: List[Tuple[Key, ...]] = [("emergency_words_in", language) for language in country.get("emergency_words_in", {})]
        phrases += [("lines", index, "say_in", name) for index, line in enumerate(country["lines"]) for name in line.get("say_in", {})]
        for keys in phrases:
            if keys[-1] not in project.languages:
                message = f"nothing is said in {keys[-1]}, so nobody reads this; mend the code, or take it out"
                yield Problem(CONTACTS, file.line("countries", code, *keys), message, str(keys[-1]))
