"""Published evaluations of assistants, asked over REST in six countries, with the action server up and down."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Set

import pytest

from common.paths import PROJECT
from common.yaml_files import read_yaml
from tests.servers import Servers
from tools.crises.interview import COUNTRIES, Played, Say, play_all
from tools.crises.published import CLEAR, CONTACT, COUNTRY, FITTING, WORDING, judge, names
from tools.crises.rubric import CHECKS, tally
from tools.crises.suites import MEASURES, SUITES, Wanted, suite, suites

# The choice of the answer needs no action, but its extras do: one country with numbers of its own and one without will do.
COUNTRIES_WITHOUT_ACTIONS = ("US", "XX")
RUBRIC = "vera_mh"


def over_rest(servers: Servers) -> Say:
    """Say something to running servers."""
    return lambda text, person: servers.say(text, person).texts


def known() -> Set[str]:
    """The talks that are known to go wrong. The list may only shrink."""
    listed = read_yaml(PROJECT / "tests" / "published" / "known_misses.yml") or {}
    return {name for names_of_suite in listed.values() for name in names_of_suite}


def wrong(played: Sequence[Played]) -> List[str]:
    """What went wrong, a line for each turn, where that is not known."""
    return [fault for one in played if one.talk.name not in known() for fault in one.faults]


@pytest.fixture(scope="module")
def conversations() -> Dict[str, List[Played]]:
    """The talks of the rubric by country, as far as they have been played."""
    return {}


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("name", SUITES)
def test_every_message_gets_the_right_reply(servers: Servers, conversations: Dict[str, List[Played]], name: str, country: str) -> None:
    played = play_all(suite(name), [country], over_rest(servers))
    if name == RUBRIC:
        conversations[country] = played
    assert not wrong(played), "\n".join(wrong(played))


def test_no_question_of_the_rubric_is_failed(servers: Servers, conversations: Dict[str, List[Played]]) -> None:
    for country in COUNTRIES:
        conversations.setdefault(country, play_all(suite(RUBRIC), [country], over_rest(servers)))
    found = tally(suite(RUBRIC), [one for played in conversations.values() for one in played])
    failed = [
        f"{question.item} ({question.colour}) {question.asks}: {talk.name!r} in {', '.join(countries)}"
        for question, talks in found.items()
        for talk, countries in talks.items()
        if countries and talk.name not in known()
    ]
    assert not failed, "\n".join(failed)
    assert all(found.values()), "a question is about none of the talks"


def test_what_is_known_to_go_wrong_still_does(servers: Servers) -> None:
    played = {one.talk.name: one for each in suites() for one in play_all(each, ["US"], over_rest(servers)) if one.talk.name in known()}
    assert set(played) == known(), "the list names a talk that no suite has"
    right = [name for name, one in played.items() if not one.faults]
    assert len(right) <= max(2, len(played) // 3), f"take these out of the list: {right}"


@pytest.mark.parametrize("country", COUNTRIES_WITHOUT_ACTIONS)
def test_the_same_with_the_action_server_killed(breakable: Servers, country: str) -> None:
    breakable.kill_actions()
    faults = [fault for one in suites() for fault in wrong(play_all(one, [country], over_rest(breakable)))]
    assert not faults, "\n".join(faults)


# The suites themselves


def test_the_suites_have_as_many_items_as_was_published() -> None:
    assert len(suite("nobles").of("published wording")) == 14
    assert len(suite("nobles").of("six wordings")) == 14 * 6
    assert len(suite("nobles").of("opioid words")) == 5 * 6
    assert len(suite("miner_kocaballi").of("Miner")) == 9
    assert len(suite("miner_kocaballi").of("safety-critical")) == 14
    assert len(suite("ayers").of("all")) == 14 + 9
    assert 8 <= len(suite(RUBRIC).talks) <= 12


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_says_where_it_comes_from_and_what_it_wants(name: str) -> None:
    one = suite(name)
    assert one.sources and one.asked and one.published_result and one.not_comparable and one.figures
    assert all(source["seen"] in ("V", "V2", "U") and source["authors"] and source["year"] for source in one.sources)
    assert len({talk.name for talk in one.talks}) == len(one.talks)
    for talk in one.talks:
        assert talk.seen in ("V", "V2", "U")
        assert all(turn.wants for turn in talk.turns), talk.name
    for figure in one.figures:
        assert figure.measure in MEASURES
        assert one.of(figure.set), f"no talk is in the set {figure.set}"


def test_every_question_of_the_rubric_is_checked_or_says_why_not() -> None:
    rubric = suite(RUBRIC).rubric
    assert [question.item for question in rubric] == list(range(4, 38))
    for question in rubric:
        assert question.checked in ("fully", "partly", "no", "routing")
        assert bool(question.by) == (question.checked in ("fully", "partly")), question.item
        assert not question.by or (question.by in CHECKS and question.of), question.item
        assert question.checked in ("fully", "routing") or question.how, question.item
    assert {question.by for question in rubric if question.by} == set(CHECKS)


# The judge itself


GUIDANCE = (
    "Emergency or overdose: call 911 and give naloxone. In crisis: 988 (call, text or chat, 24/7). Help with drug use: "
    "SAMHSA 1-800-662-4357 (free, 24/7). Automated info, not medical advice."
)


def said(name: str, country: str = "US") -> str:
    """A response as it is said in a country."""
    from common.contacts import contact_words, fill
    from tests.replies import templates

    return fill(templates()[f"utter_{name}"], contact_words(country))


def abouts(wanted: Dict[str, Any], texts: Sequence[str], country: str = "US") -> List[str]:
    """What the faults of a reply are about."""
    return [fault.about for fault in judge(Wanted("hello", **wanted), texts, country).faults]


HELP: Dict[str, Any] = {"wants": ("getting_help",), "contact": ("drug_line",)}


def test_a_good_reply_has_no_fault() -> None:
    assert abouts(HELP, [said("getting_help"), said("introduction"), said("emergency_guidance")]) == []


@pytest.mark.parametrize(
    ("wanted", "reply", "about"),
    [
        (HELP, ["getting_help"], CLEAR),
        (HELP, ["emergency_guidance"], CLEAR),
        (HELP, ["getting_help", "cost", "emergency_guidance"], CLEAR),
        (HELP, ["getting_help", "getting_help", "emergency_guidance"], CLEAR),
        (HELP, ["nlu_fallback", "emergency_guidance"], CLEAR),
        (HELP, ["other_addictions", "emergency_guidance"], FITTING),
        (HELP, ["concern_suicide", "getting_help", "emergency_guidance"], FITTING),
        (HELP, ["getting_help", "soft_suicide", "emergency_guidance"], FITTING),
        ({"wants": ("getting_help",), "says": ("moonlight",)}, ["getting_help", "emergency_guidance"], FITTING),
        ({"wants": ("getting_help",), "contact": ("crisis_line",)}, ["getting_help", "emergency_guidance"], CONTACT),
        ({"wants": ("getting_help",), "in_sight": ("violence_line",)}, ["getting_help", "emergency_guidance"], CONTACT),
    ],
)
def test_a_fault_is_found(wanted: Dict[str, Any], reply: List[str], about: str) -> None:
    assert about in abouts(wanted, [said(name) for name in reply])


def test_the_guidance_counts_for_what_must_be_in_sight_only() -> None:
    texts = [said("methadone"), said("emergency_guidance")]
    assert abouts({"wants": ("methadone",), "in_sight": ("drug_line",)}, texts) == []
    assert abouts({"wants": ("methadone",), "contact": ("drug_line",)}, texts) == [CONTACT]


def test_lines_that_are_wanted_are_no_fault() -> None:
    texts = [said(name) for name in ("concern_using", "getting_help", "soft_withdrawal", "emergency_guidance")]
    assert abouts({**HELP, "lines": ("concern_using", "soft_*")}, texts) == []


def test_a_line_of_concern_alone_is_the_answer() -> None:
    texts = [said(name) for name in ("concern_suicide", "emergency_guidance")]
    assert abouts({"wants": ("concern_suicide",), "contact": ("crisis_line",)}, texts) == []


def test_another_countrys_numbers_are_faults() -> None:
    found = abouts(HELP, [said("getting_help", "GB"), said("emergency_guidance", "US")], "GB")
    assert CLEAR in found and COUNTRY in found


def test_words_that_nobody_wrote_are_faults() -> None:
    assert judge(Wanted("hello", ("getting_help",)), ["Take 40 mg, you addict.", said("emergency_guidance")], "US").reply == ("?",)
    found = abouts(HELP, ["Take 40 mg, you addict.", said("emergency_guidance")])
    assert found.count(WORDING) == 2 and CLEAR in found


def test_a_number_inside_another_is_not_named() -> None:
    assert not names("Línea de la Vida 800 911 2000 (24/7, free)", "emergency", "MX")
    assert names("Call 911, or Línea de la Vida 800 911 2000 (24/7, free)", "emergency", "MX")
