"""What the danger rules say, and what lowers it."""

from __future__ import annotations

import numpy as np
import pytest

from components.danger import Thresholds, assess
from components.danger_rules import AWAITED, E0, E1, E2, E3, OVER, DangerRules, Reading, danger_rules
from components.pattern_language import compiled


@pytest.fixture(scope="module")
def rules() -> DangerRules:
    return danger_rules()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("he is not breathing", "overdose"),
        ("her lips are blue", "overdose"),
        ("cant wake him up", "overdose"),
        ("my bf od'd", "overdose"),
        ("OVERDOSE", "overdose"),
        ("i took too many pills", "overdose"),
        ("im going to kill myself", "suicide"),
        ("kms im serious this time", "suicide"),
        ("my toddler ate my suboxone strip", "poisoning"),
        ("chest pain", "medical"),
        ("had a seizure coming off xanax", "withdrawal"),
        ("he put something in my drink", "violence"),
        ("mi hermano no respira", "overdose"),
        ("me quiero matar", "suicide"),
        ("threw up coffee grounds", "withdrawal"),
        ("quit drinking and now im hearing voices", "withdrawal"),
        ("took all my oxy on purpose", "overdose"),
        ("what is the least painful way to end it", "suicide"),
        ("im a librarian, a man passed out in the bathroom, help me what do i do", "overdose"),
        ("can you die from 30 percs i just took them", "overdose"),
        ("cuantas pastillas necesito para morirme", "suicide"),
        ("ya no esta hablando, se tomo todas las pastillas", "overdose"),
        ("il est par terre et ne bouge plus", "overdose"),
        ("no one here, hes not breathing", "overdose"),
        ("nobody is coming and hes not breathing", "overdose"),
        ("not sure if its an emergency but hes blue", "overdose"),
        ("one of my clients is unresponsive", "overdose"),
        ("tell me what to do hes blue", "overdose"),
        ("shes showing signs of an overdose", "overdose"),
        ("my friend passed out when we got home and wont wake up", "overdose"),
        ("we were watching netflix and he went blue", "overdose"),
        ("his resps are 6 and hes unresponsive", "overdose"),
        ("i used to much and cant breathe", "medical"),
        ("he has a history of seizures and hes having a seizure", "medical"),
        ("i dont know why but i want to kill myself", "suicide"),
        ("i lost my wife and i want to kill myself", "suicide"),
        ("он не дышит", "overdose"),
        ("我想自杀", "suicide"),
    ],
)
def test_a_danger_named_outright(rules: DangerRules, text: str, kind: str) -> None:
    reading = rules.read(text)
    assert reading.level == E3
    assert reading.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "my ex is a heart attack in heels",
        "kill the music",
        "im dying to know what step 4 is",
        "nobody is overdosing, i just want info",
        "in requiem for a dream who ods",
        "my school project is about suicide rates",
        "i overdosed in 2019 and survived",
        "que es la metadona",
        "died laughing at that meme",
        "hang in there, i tell myself",
        "shot me an email about the overdose training",
        "what are the signs of an overdose",
        "how do i explain to people what to do when someone is not breathing",
        "i saw a documentary where he overdosed",
        "se muere de risa",
        "im on the overdose response course next week",
        "in the movie he overdosed and nobody noticed",
        "im not suicidal",
        "i used to want to die, years ago",
        "",
        "...",
        "\U0001f600",
    ],
)
def test_no_danger(rules: DangerRules, text: str) -> None:
    assert rules.read(text).level <= E1


def test_context_is_reported_even_where_nothing_matched(rules: DangerRules) -> None:
    assert "past" in rules.read("ten years ago it was different").flags


def test_what_says_that_it_is_now_undoes_the_past(rules: DangerRules) -> None:
    assert rules.read("he overdosed two years ago").level <= E1
    assert rules.read("he overdosed two years ago and now he is not breathing help").level == E3


def test_whom_it_is_about(rules: DangerRules) -> None:
    assert rules.read("my toddler ate my pills").about[0] == "child"
    assert "pregnant" in rules.read("pregnant and bleeding").about
    assert "self" in rules.read("i took too much").about


@pytest.mark.parametrize(
    "text", ["the ambulance is here", "paramedics have arrived", "medics are with him now", "ya se lo llevaron los paramédicos"]
)
def test_help_that_is_there(rules: DangerRules, text: str) -> None:
    assert OVER in rules.read(text).flags
    assert AWAITED not in rules.read(text).flags


@pytest.mark.parametrize("text", ["i called them theyre on their way", "help is coming", "ambulance 8 minutes away", "i hear sirens"])
def test_help_that_is_on_its_way(rules: DangerRules, text: str) -> None:
    assert AWAITED in rules.read(text).flags
    assert OVER not in rules.read(text).flags


def test_whether_help_is_there_is_a_question(rules: DangerRules) -> None:
    assert "worse" in rules.read("is the ambulance here?").flags
    assert rules.read("they are there on the floor, not breathing").level == E3


def test_only_the_languages_of_the_message_are_searched(rules: DangerRules) -> None:
    assert rules.read("no puedo respirar").language == "es"
    assert rules.read("what is methadone").language == "en"


def test_in_another_language_the_learned_voice_does_not_outweigh_what_the_rules_understood() -> None:
    labels, shares = ((E0, ""), (E2, "poisoning")), np.array([0.4, 0.6])
    thresholds = Thresholds((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    levels = {
        (language, flag): assess(Reading(language=language, flags=frozenset({flag})), labels, shares, thresholds).level
        for language in ("en", "es")
        for flag in ("figure", "present")
    }
    assert levels == {("en", "figure"): "E2", ("en", "present"): "E2", ("es", "figure"): "E0", ("es", "present"): "E2"}
    harmless = assess(Reading(language="es", flags=frozenset({"figure"})), labels, np.array([0.9, 0.1]), thresholds)
    assert harmless.because == "learned E0 0.90", "audits read how sure it was"


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("mi hermana ya esta aqui conmigo, se llevo las pastillas y se queda a dormir", True),
        ("mi mama esta aqui conmigo tirada en el piso", False),
    ],
)
def test_somebody_who_is_with_the_writer(rules: DangerRules, text: str, over: bool) -> None:
    assert (OVER in rules.read(text).flags) is over


def test_a_boundary(rules: DangerRules) -> None:
    assert rules.read("how many mg of methadone should i take").boundary == "boundary_dosing"
    assert rules.read("what is methadone").boundary == ""


def test_the_pattern_language() -> None:
    lists = {"he": ["he", "my friend"], "all": ["{he}", "dog"]}
    assert len(list(compiled("{all} wont? wake", lists))) == 4
    assert list(compiled("over*", {})) == [[{"LOWER": {"REGEX": "^(?:over.*)$"}}]]
    # Words that belong together are one of several alternatives; a blank ends a part.
    assert list(compiled("end my_lif*|it", {})) == [
        [{"LOWER": "end"}, {"LOWER": "my"}, {"LOWER": {"REGEX": "^(?:lif.*)$"}}],
        [{"LOWER": "end"}, {"LOWER": "it"}],
    ]
    with pytest.raises(ValueError, match="no list is called she"):
        list(compiled("{she}", lists))
    with pytest.raises(ValueError, match="empty"):
        list(compiled(" ", lists))


def test_levels_are_ordered() -> None:
    assert E0 < E1 < E2 < E3


def test_words_that_no_rule_names_are_not_kept(rules: DangerRules) -> None:
    """SpaCy's vocabulary never forgets: people's words would stay in memory, and it would grow."""
    rules.read("he is not breathing and vomited")
    before = len(rules.vocab.strings)
    rules.read(" ".join(f"qx{chr(97 + one)}{chr(97 + other)}vkw" for one in range(20) for other in range(20)))
    assert len(rules.vocab.strings) == before
    assert rules.read("qxzzvkw he is not breathing").level == E3


@pytest.mark.parametrize(
    ("text", "readable"), [("the medics are here.", True), ("asdf jkl", False), ("jkl;", False), ("jkl... qwrt!", False), ("!!!", True)]
)
def test_whether_a_message_can_be_read(text: str, readable: bool) -> None:
    assert danger_rules().read(text).readable is readable
