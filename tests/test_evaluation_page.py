"""docs/evaluation.md has the shape that `make evaluation` gives it, and names every suite with its sources and its limits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import List

import pytest

from common.answer_set import answer_files
from tools import evaluation_page
from tools.crises.interview import COUNTRIES, Played
from tools.crises.published import CLEAR, Fault, Verdict
from tools.crises.results import COUNTRIES_WITHOUT_ACTIONS, Results, data_version, known_messages
from tools.crises.suites import Suite, Talk, suites
from tools.understanding.figures import Share


def played(talk: Talk, country: str, *faults: Fault) -> Played:
    """A talk in which every turn has the same faults."""
    return Played(talk, country, tuple(Verdict(turn, (), (), "", (), faults) for turn in talk.turns))


def made_up(held_out: List[str]) -> Results:
    """Results in which all went well."""
    return Results(
        day=date(2020, 1, 2),
        version="0123456789ab",
        trained=date(2020, 1, 1),
        whole={suite.id: [played(talk, country) for country in COUNTRIES for talk in suite.talks] for suite in suites()},
        without_actions={
            suite.id: [played(talk, country) for country in COUNTRIES_WITHOUT_ACTIONS for talk in suite.talks] for suite in suites()
        },
        known={suite.id: (1, 2) for suite in suites()},
        held_out=[(name, Share(9, 10)) for name in held_out],
    )


@pytest.fixture(scope="module")
def committed() -> str:
    return evaluation_page.PAGE.read_text(encoding="utf-8")


def part(page: str, heading: str) -> str:
    """What stands under a heading."""
    return page.split(f"{heading}\n", 1)[1].split("\n## ", 1)[0]


def shape(page: str) -> List[str]:
    """Headings, the first cells of tables, and everything else, all without figures. What went wrong is no part of it."""
    lines = page.split(evaluation_page.FAULTS)[0].splitlines()
    kept = [line.split(" | ")[0] if line.startswith("| ") else line for line in lines if not line.startswith("Made by")]
    return [re.sub(r"^- \d+ of the \d+", "- # of the #", line) for line in kept]


def test_the_page_has_the_shape_that_is_written_today(committed: str) -> None:
    names = re.findall(r"^\| ([^|]+?) \| \d", part(committed, "## Held-out messages"), re.M)
    assert len(names) >= 5
    assert shape(committed) == shape(evaluation_page.page(made_up(names))), "docs/evaluation.md is out of date: run 'make evaluation'"


def test_the_page_says_when_and_with_what_it_was_made(committed: str) -> None:
    assert re.search(r"Run on \d{4}-\d\d-\d\d, data version `[0-9a-f]{12}`, model trained on \d{4}-\d\d-\d\d\.", committed)


@pytest.mark.parametrize("suite", suites(), ids=lambda suite: suite.id)
def test_a_suite_stands_there_with_its_sources_and_limits(suite: Suite, committed: str) -> None:
    text = part(committed, f"## {suite.title}")
    for source in suite.sources:
        assert source["authors"] in text
        assert str(source.get("doi", "")) in text
    for words in (suite.asked, suite.published_result, *suite.not_comparable):
        assert words.strip() in text
    for figure in suite.figures:
        assert figure.what in text
    # A share without its interval claims too much.
    assert len(re.findall(r"\d% to \d", text)) == len(suite.figures)


def test_what_went_wrong_is_published() -> None:
    results = made_up([])
    first = suites()[0]
    wrong = played(first.talks[0], "GB", Fault(CLEAR, "the sky fell"))
    whole = {**results.whole, first.id: [wrong, *results.whole[first.id]]}
    page = evaluation_page.page(replace(results, whole=whole))
    assert "the sky fell" in page.split(evaluation_page.FAULTS)[1]
    assert "the sky fell" not in evaluation_page.page(results)
    figure = first.figures[0]
    assert results.share(first, figure) == Share(14, 14)
    # One country is enough to lose an item.
    assert replace(results, whole=whole).share(first, figure) == Share(13, 14)


def test_every_item_of_the_rubric_that_no_program_can_check_is_listed(committed: str) -> None:
    rubric = suites()[-1].rubric
    for question in rubric:
        listed = f"- Item {question.item} ({question.colour})" in committed
        assert listed == bool(question.how), question.item


def test_the_version_is_that_of_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before = data_version()
    assert before == data_version()
    path = next(iter(answer_files()))
    read = type(path).read_bytes
    monkeypatch.setattr(type(path), "read_bytes", lambda self: read(self) + (b"#" if self == path else b""))
    assert data_version() != before


def test_messages_that_are_examples_too_are_counted() -> None:
    known = known_messages()
    assert set(known) == {suite.id for suite in suites()}
    assert all(0 <= part <= whole for part, whole in known.values())
