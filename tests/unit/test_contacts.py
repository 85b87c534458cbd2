"""Numbers by country."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest

from common.contacts import contact_words, contacts, country_codes, fill
from components import turn_guard
from components.contacts_nlg import ContactsNLG

PLACES = {"country", "emergency", "crisis_line", "drug_line", "poison_line", "violence_line", "alone_line", "finder", "animal_line"}


@pytest.mark.parametrize("code", country_codes())
def test_every_country_fills_every_place(code):
    words = contact_words(code)
    assert set(words) == PLACES
    assert all(words.values())
    assert not any("{" in phrase or "}" in phrase for phrase in words.values())


@pytest.mark.parametrize("code", [code for code in country_codes() if code != "US"])
def test_no_american_number_abroad(code):
    american = {line["number"] for line in contacts()["countries"]["US"]["lines"] if len(line.get("number") or "") > 4}
    shown = json.dumps(dict(contact_words(code)))
    assert not [number for number in american if number in shown]


@pytest.mark.parametrize("code", ["", "zz", "Atlantis", "us"])
def test_an_unknown_code_is_another_country_never_the_us(code):
    assert contact_words(code) == contact_words("XX")
    assert not re.search(r"\d", contact_words("XX")["emergency"])


@pytest.mark.parametrize("code", country_codes())
def test_no_unchecked_number_in_what_an_emergency_shows(code):
    shown = " ".join(contact_words(code)[place] for place in ("emergency", "crisis_line", "drug_line", "poison_line", "violence_line"))
    for line in contacts()["countries"][code]["lines"]:
        if line["flag"] == "U" or not line["show_in_emergency"]:
            same_elsewhere = [
                other for other in contacts()["countries"][code]["lines"] if other is not line and other.get("number") == line.get("number")
            ]
            if line.get("number") and not same_elsewhere and len(line["number"]) > 3:
                assert line["number"] not in shown


def test_fill_leaves_unknown_names_and_braces_alone(caplog):
    assert fill("call {emergency} {nobody} {} { x }", {"emergency": "911"}) == "call 911 {nobody} {} { x }"
    assert "nobody" in caplog.text


def test_fill_does_not_fill_twice():
    assert fill("{a}", {"a": "{b}", "b": "no"}) == "{b}"


def make_nlg(default_country: str, monkeypatch) -> ContactsNLG:
    monkeypatch.setattr(turn_guard, "install", lambda country: None)
    responses = {"utter_x": [{"text": "call {emergency}"}], "utter_lead": [{"text": "Step {number} of 12"}]}
    domain = SimpleNamespace(responses=responses)
    return ContactsNLG(SimpleNamespace(kwargs={"default_country": default_country}), domain)


def test_the_readers_country_decides_then_the_operators(monkeypatch):
    nlg = make_nlg("GB", monkeypatch)
    assert nlg.generate_from_slots("utter_x", {"country": "IE"}, "rest")["text"] == "call 112"
    assert nlg.generate_from_slots("utter_x", {"country": None}, "rest")["text"] == "call 999"


def test_a_lead_stands_before_the_text(monkeypatch):
    nlg = make_nlg("US", monkeypatch)
    said = nlg.generate_from_slots("utter_x", {}, "rest", lead="utter_lead", number="4", buttons=[])
    assert said["text"] == "Step 4 of 12\ncall 911"


def test_a_wrong_default_country_stops_the_start_with_one_line(monkeypatch):
    with pytest.raises(SystemExit) as stop:
        make_nlg("Atlantis", monkeypatch)
    assert "default_country is 'Atlantis'" in str(stop.value)
    assert "\n" not in str(stop.value)
