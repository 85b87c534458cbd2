"""Every review date is a real day, not in the future; an old one asks for a new review."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Iterator, Tuple

from tools.check.problem import Problem
from tools.check.project import CONTACTS, GROUPS, Project
from tools.check.yaml_file import Key, YamlFile

GOOD_FOR = timedelta(days=366)


def check(project: Project) -> Iterator[Problem]:
    """Report dates that can't be; an old date is only a warning, or the check would break by itself one day."""
    today = date.today()
    for file, keys, written in _dates(project):
        line = file.line(*keys)
        try:
            day = date.fromisoformat(written)
        except ValueError:
            yield Problem(file.path, line, f"'{written}' is no date; write it as \"{today.isoformat()}\"")
            continue
        if day > today:
            yield Problem(file.path, line, f"{written} is in the future; write the day of the last review")
        elif today - day > GOOD_FOR:
            yield Problem(file.path, line, f"last reviewed on {written}, over a year ago; review it and write the new day", warning=True)


def _dates(project: Project) -> Iterator[Tuple[YamlFile, Tuple[Key, ...], str]]:
    for reply in project.replies:
        if "reviewed" in reply.metadata:
            yield reply.file, ("responses", reply.name, 0, "metadata", "reviewed"), reply.metadata["reviewed"]
    for index, group in enumerate(project.groups):
        yield project.files[GROUPS], ("groups", index, "reviewed"), group["reviewed"]
    for code, country in project.countries.items():
        for index, line in enumerate(country["lines"]):
            yield project.files[CONTACTS], ("countries", code, "lines", index, "checked"), line["checked"]
