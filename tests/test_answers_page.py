"""The page for clinicians holds every text and number, and is up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from common.answer_set import answer_files, source_register
from common.contacts import contacts
from common.yaml_files import read_yaml
from tools import answers_page


@pytest.fixture(scope="module")
def page() -> str:
    return answers_page.page()


def test_answers_page_is_up_to_date():
    assert answers_page.main(["--check"]) == 0, "docs/answers.md is out of date: run 'make docs'"


def test_check_names_the_remedy_on_one_line_and_writes_nothing(tmp_path: Path, monkeypatch, capsys):
    old = tmp_path / "answers.md"
    monkeypatch.setattr(answers_page, "PAGE", old)
    assert answers_page.main(["--check"]) == 1
    old.write_text(answers_page.page() + "one more line\n", encoding="utf-8")
    assert answers_page.main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == ["docs/answers.md is out of date: run 'make docs'"] * 2
    assert old.read_text(encoding="utf-8").endswith("one more line\n")
    assert answers_page.main([]) == 0
    assert answers_page.main(["--check"]) == 0


def test_every_line_of_every_reply_stands_under_its_topic(page: str):
    topics = {
        re.search(r"^`([a-z0-9_]+)`", part, re.M)[1]: part for part in page.split("\n### ") if re.search(r"^`[a-z0-9_]+`", part, re.M)
    }
    missing = [
        f"{name}: {line}"
        for path in answer_files()
        for name, variants in (read_yaml(path).get("responses") or {}).items()
        for variant in variants
        for line in variant["text"].splitlines()
        if " ".join(line.split()) not in topics.get(path.stem, "")
    ]
    assert not missing


def test_every_source_that_is_named_has_its_link(page: str):
    named = {
        key
        for path in answer_files()
        for variants in (read_yaml(path).get("responses") or {}).values()
        for key in (variants[0].get("metadata") or {}).get("sources", [])
    }
    assert named
    assert [key for key in named if f"<{source_register()[key]['url']}>" not in page] == []


@pytest.mark.parametrize("code", contacts()["countries"])
def test_each_line_of_a_country_says_whether_it_may_show_in_an_emergency(page: str, code: str):
    country = contacts()["countries"][code]
    part = page.split(f"### {country['name']} (`{code}`)", 1)[1].split("\n### ", 1)[0]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in part.splitlines() if row.startswith("| ")]
    for line in country["lines"]:
        row = next(row for row in rows if row[0] == line["name"] and str(line.get("number") or line.get("website") or "") in row[1])
        assert row[2:5] == [line.get("hours", "not known"), "yes" if line["show_in_emergency"] else "no", line["flag"]]
        assert row[6] == line["checked"]
        assert line["source_date"] in row[5]


def test_a_bar_in_a_cell_does_not_break_its_row():
    assert answers_page._table(("a",), [("x | y",)]).splitlines()[2] == "| x \\| y |"
