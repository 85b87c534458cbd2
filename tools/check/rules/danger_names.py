"""What the danger rules name exists: replies for each kind, boundaries, flags; and every rule has an id of its own."""

from __future__ import annotations

from typing import Dict, Iterator, Set

from common.contacts import ENGLISH
from tools.check.danger_entries import Entry
from tools.check.problem import Problem
from tools.check.project import PATTERNS, Project

# Being about to use is no emergency by itself: it has no card (docs/crisis-levels.md).
NEVER_AT_ONCE = "using"


def check(project: Project) -> Iterator[Problem]:
    """Report names that lead nowhere, ids that stand twice, and what a language's file has that only the main one may have."""
    replies = {reply.name for reply in project.replies}
    seen: Dict[str, str] = {}
    for entry in project.danger_entries:
        if entry.part in ("signs", "boundaries"):
            line = entry.line("id")
            if entry.name in seen:
                yield Problem(entry.file.path, line, f"the id {entry.name} stands in {seen[entry.name]} too; rename one of the two")
            seen.setdefault(entry.name, f"{entry.file.path}:{line}")
        if entry.part == "signs":
            yield from _replies_for(entry, replies)
        if entry.part == "boundaries" and entry.data["boundary"] not in project.intents:
            message = f"the domain has no intent {entry.data['boundary']}; mend the name"
            yield Problem(entry.file.path, entry.line("boundary"), message)
    yield from _main_flags(project)
    yield from _languages(project)


def _replies_for(entry: Entry, replies: Set[str]) -> Iterator[Problem]:
    kind = entry.data["kind"]
    wanted = [f"utter_concern_{kind}", f"utter_soft_{kind}"]
    if kind != NEVER_AT_ONCE:
        wanted.insert(0, f"utter_emergency_{kind}")
    elif entry.data["level"] == "E3":
        yield Problem(entry.file.path, entry.line("level"), f"{kind} has no card and is E2 at most; mend the level, or name another kind")
    for name in wanted:
        if name not in replies:
            yield Problem(entry.file.path, entry.line("kind"), f"there is no {name} to say for {kind}; write it, or mend the kind", kind)


def _main_flags(project: Project) -> Iterator[Problem]:
    """The main file says of each flag how far it reaches and what it lowers a level to."""
    file = project.pattern_files[ENGLISH]
    flags = file.data["flags"]
    for name, flag in flags.items():
        for part in ("reach", "at_most"):
            if part not in flag:
                yield Problem(PATTERNS, file.line("flags", name), f"the flag {name} lacks {part}; add it")
        if "unless" in flag and flag["unless"] not in flags:
            yield Problem(PATTERNS, file.line("flags", name, "unless"), f"there is no flag {flag['unless']}; mend the name")


def _languages(project: Project) -> Iterator[Problem]:
    main = project.pattern_files[ENGLISH].data
    for language, file in project.pattern_files.items():
        if language == ENGLISH:
            continue
        for part in ("flags", "about"):
            for name in file.data.get(part, {}):
                if name not in main[part]:
                    line = file.line(part, name)
                    yield Problem(file.path, line, f"{PATTERNS} has no {name} under {part}; use one of {', '.join(main[part])}")
        for name, flag in file.data.get("flags", {}).items():
            for part in ("reach", "at_most", "unless"):
                if part in flag:
                    message = f"{part} is read from {PATTERNS} only, for all languages; take it out here"
                    yield Problem(file.path, file.line("flags", name, part), message)
        if "words" in file.data:
            yield Problem(file.path, file.line("words"), f"lists are read from {PATTERNS} only; move them there")
