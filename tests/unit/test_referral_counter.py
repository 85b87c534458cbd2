"""Referrals are counted by day, level and kind, and by nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.referral_counter import ReferralCounter
from tools.referrals import table


def test_a_turn_counts_once_by_its_gravest_reply(tmp_path: Path) -> None:
    file, counter = tmp_path / "referrals.csv", ReferralCounter()
    counter.count(["utter_emergency_overdose"])
    counter.write_to(str(file))
    for said in (
        ["utter_sponsor", "utter_emergency_guidance"],
        [],
        ["utter_emergency_overdose_self_es", "utter_emergency_guidance_es"],
        ["utter_concern_suicide", "utter_cost", "utter_soft_using", "utter_emergency_guidance"],
        ["utter_emergency_ar", "utter_emergency_guidance_ar"],
        ["utter_concern_suicide_again"],
    ):
        counter.count(said)
    lines = file.read_text().splitlines()
    assert [line.partition(",")[2] for line in lines] == ["E3,overdose", "E2,suicide", "E3,any", "E2,suicide"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d,E\d,[a-z]+", line) for line in lines), "a day, no time; no words, no person"
    assert table(file.read_text()).splitlines() == [
        "E3  overdose          1",
        "E3  any               1",
        "E2  suicide           2",
        "all                   4",
    ]
    assert table(file.read_text(), "1999") == "all                   0"


def test_a_file_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"endpoints.yml, nlg, referral_counts"):
        ReferralCounter().write_to(str(tmp_path / "nowhere" / "referrals.csv"))


def test_an_answer_does_not_fail_for_a_count(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    counter = ReferralCounter()
    counter.write_to(str(folder / "referrals.csv"))
    (folder / "referrals.csv").unlink()
    folder.rmdir()
    counter.count(["utter_emergency_overdose"])
    assert "A referral could not be counted: FileNotFoundError." in caplog.text
