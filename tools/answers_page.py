"""Writes docs/answers.md: every text that a person reads, for a clinician to mark up. `--check` only says whether it is up to date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from common.answer_set import answer_files, source_register
from common.contacts import contact_words, contacts
from common.paths import DATA, PROJECT
from common.yaml_files import read_yaml

PAGE = PROJECT / "docs" / "answers.md"

# The page's order: what could do most harm if it were wrong comes first. A folder that is not named here comes last.
SECTIONS = {
    "emergency": "Emergencies",
    "boundaries": "Boundaries",
    "opioids": "Opioids and addiction",
    "treatment": "Treatment",
    "therapy": "Therapy",
    "recovery": "Recovery and people around",
    "groups": "Support groups",
    "steps": "The twelve steps",
    "fellowship": "Spirit and fellowship",
    "conversation": "Conversation",
}
PARTS = {
    "more": "Asked to tell more",
    "religion": "Asked about religion",
    "cost": "Asked what it costs",
    "duration": "Asked how long it takes",
    "medication": "Asked about medication",
    "online": "Asked about online",
}
SEEN = {
    "V": "read on the organisation's own page or in an official document",
    "V2": "read in a second-hand source",
    "U": "not seen in any source",
}
INTRODUCTION = """\
# What the assistant says

Made by `make docs` out of `data/`; do not edit it here. Everything that the assistant can say stands below, word for word,
with its sources and the day of its last review. Mark up a copy, name the id of what you change, and give a source for each
new fact. `docs/content-guide.md` says how an answer is written.

A name in braces, such as `{crisis_line}`, is filled in for the reader's country: the tables at the end show every number.
Other names, such as `{title}`, are filled in from the answer or the list that is being shown. After every reply the
assistant says the text under the id `guidance`. A source marked V2 was read second-hand; the others were read themselves.\
"""

Row = Sequence[Any]


def page() -> str:
    """The whole page, as Markdown."""
    sections = _sections()
    parts = [INTRODUCTION, _contents(sections)]
    for section, paths in sections.items():
        parts.append(f"## {_section_title(section)}")
        parts += [_topic(path) for path in paths]
    parts += [_groups(), _contacts()]
    return "\n\n".join(parts) + "\n"


def main(arguments: Optional[List[str]] = None) -> int:
    """Write the page, or with `--check` compare it; the exit code is 1 if it is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the page is out of date")
    wanted = page()
    if not parser.parse_args(arguments).check:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != wanted:
        print("docs/answers.md is out of date: run 'make docs'", file=sys.stderr)
        return 1
    return 0


def _sections() -> Dict[str, List[Path]]:
    """The files with texts by folder, folders in the page's order and files in the domain's."""
    intents = {name: place for place, name in enumerate(read_yaml(PROJECT / "domain.yml")["intents"])}
    by_folder: Dict[str, List[Path]] = {section: [] for section in SECTIONS}
    for path in sorted(answer_files(), key=lambda path: intents.get(path.stem, len(intents))):
        if read_yaml(path).get("responses"):
            by_folder.setdefault(path.parent.name, []).append(path)
    return {folder: paths for folder, paths in by_folder.items() if paths}


def _section_title(section: str) -> str:
    return SECTIONS.get(section, _as_words(section))


def _as_words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _contents(sections: Mapping[str, List[Path]]) -> str:
    lines = [_link(_section_title(section), f"{len(paths)} topics") for section, paths in sections.items()]
    groups, countries = len(_table_of_groups()["groups"]), len(contacts()["countries"])
    return "\n".join([*lines, _link("Table of support groups", f"{groups} groups"), _link("Numbers by country", f"{countries} places")])


def _link(title: str, what: str) -> str:
    return f"- [{title}](#{title.lower().replace(' ', '-')}): {what}"


def _topic(path: Path) -> str:
    """One topic: its title, id and review day, each of its texts, its sources, and a line for the reviewer."""
    responses = read_yaml(path)["responses"]
    main_name = next(iter(responses))
    metadata = responses[main_name][0].get("metadata") or {}
    facts = [f"`{path.stem}`", f"last reviewed {metadata['reviewed']}" if "reviewed" in metadata else "no review date"]
    if metadata.get("quotes"):
        facts.append("quotes words that are not ours")
    parts = [f"### {metadata.get('title', _as_words(path.stem))}", " · ".join(facts)]
    for name, variants in responses.items():
        if name != main_name:
            parts.append(f"{_part_title(name, main_name)} (`{name}`):")
        parts += [_quoted(variant) for variant in variants]
    if metadata.get("sources"):
        parts.append("\n".join(["Sources:", "", *(f"- {_source(source_register()[key])}" for key in metadata["sources"])]))
    parts.append("Reviewer: ☐ right as it is ☐ change as marked. Name and date:")
    return "\n\n".join(parts)


def _part_title(name: str, main_name: str) -> str:
    part = name.removeprefix(f"{main_name}_").removeprefix("utter_")
    return PARTS.get(part, _as_words(part))


def _quoted(variant: Mapping[str, Any]) -> str:
    """A reply and its own buttons as a quotation; each line a paragraph, so that a list reads as the reader sees it."""
    lines = [line for line in variant["text"].splitlines() if line.strip()]
    buttons = " · ".join(f"[{button['title']}]" for button in variant.get("buttons") or [])
    return "\n>\n".join(f"> {_plain(line)}" for line in [*lines, *([f"Buttons: {buttons}"] if buttons else [])])


def _source(source: Mapping[str, Any]) -> str:
    seen = " (V2)" if source["seen"] == "V2" else ""
    # A year in brackets is the year in which an undated page was read.
    year = str(source["year"])
    return f"{_plain(source['organisation'])}: {_plain(source['title'])}, {year}{seen}. <{source['url']}>"


def _groups() -> str:
    """The table out of which the assistant names groups, and the buttons that ask what matters."""
    table = _table_of_groups()
    rows = [
        (
            group["name"],
            group["about"],
            table["medication_words"][group["medication"]],
            group["website"],
            f"{group['flag']}, reviewed {group['reviewed']}",
            "; ".join(_source(source_register()[key]) for key in group["sources"]) or "none",
        )
        for group in table["groups"]
    ]
    return "\n\n".join(
        [
            "## Table of support groups",
            f"Shown by the alphabet, never ranked. Buttons: {' · '.join(f'[{words}]' for words in table['needs'].values())}",
            _table(("Group", "About", "Medication, as shown", "Website", "Evidence", "Sources"), rows),
        ]
    )


def _table_of_groups() -> Dict[str, Any]:
    return read_yaml(DATA / "groups.yml")


def _contacts() -> str:
    flags = [f"- {flag}: {meaning}." for flag, meaning in SEEN.items()]
    return "\n\n".join(["## Numbers by country", "\n".join(flags), *(part for code in contacts()["countries"] for part in _country(code))])


def _country(code: str) -> Iterator[str]:
    """A country's heading, what fills each name in a reply, and every line that is known."""
    country = contacts()["countries"][code]
    yield f"### {country['name']} (`{code}`)"
    words = contact_words(code)
    yield _table(("In a reply", "What a reader sees"), [(f"`{{{name}}}`", words[name]) for name in ["emergency", *country["shows"]]])
    lines = [
        (
            line["name"],
            _reach(line),
            line.get("hours", "not known"),
            "yes" if line["show_in_emergency"] else "no",
            line["flag"],
            f"{line['source']}, {line['source_date']}",
            line["checked"],
            line.get("note", ""),
        )
        for line in country["lines"]
    ]
    yield _table(("Line", "How to reach it", "Hours", "Shown in an emergency", "Evidence", "Source and its date", "Checked", "Note"), lines)


def _reach(line: Mapping[str, Any]) -> str:
    ways: List[Tuple[str, str]] = [("number", ""), ("text", "text "), ("website", ""), ("cost", "")]
    return "; ".join(f"{prefix}{line[name]}" for name, prefix in ways if line.get(name))


def _table(head: Row, rows: Sequence[Row]) -> str:
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_plain(str(cell)).replace("|", "\\|") for cell in row) + " |" for row in cells)


def _plain(text: str) -> str:
    """The text on one line, with no character that Markdown would take for a mark of its own. Links stay links."""
    return " ".join(text.split()).replace("*", "\\*")


if __name__ == "__main__":
    sys.exit(main())
