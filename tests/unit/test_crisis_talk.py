"""What a danger does to a conversation, turn by turn."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Optional

import pytest

from components.crisis_talk import Danger, Plan, Turn, plan
from components.danger_rules import E0, E1, E2, E3

RESPONSES = {
    "utter_emergency_overdose",
    "utter_emergency_overdose_self",
    "utter_emergency_overdose_still",
    "utter_emergency_overdose_more",
    "utter_emergency_overdose_es",
    "utter_emergency_overdose_still_es",
    "utter_emergency_fr",
    "utter_concern_suicide",
    "utter_concern_suicide_other",
    "utter_concern_suicide_again",
    "utter_concern_suicide_no",
    "utter_concern_using",
    "utter_concern_using_alone",
    "utter_concern_using_released",
    "utter_concern_using_other",
    "utter_concern_using_other_alone",
    "utter_concern_using_other_released",
    "utter_emergency_suicide",
    "utter_emergency_suicide_other",
    "utter_concern_unclear",
    "utter_soft_suicide",
    "utter_soft_overdose",
    "utter_im_safe_now",
    "utter_im_safe_now_es",
    "utter_false_alarm",
    "utter_breathing",
    "utter_not_breathing",
    "utter_methadone",
    "utter_only_english_fr",
}
EMERGENCY = Danger(E3, "overdose")
CONCERN = Danger(E2, "suicide")


def turn(intent: str = "nlu_fallback", level: int = E0, kind: str = "", **more: object) -> Turn:
    more = {"over": intent == "im_safe_now", "denied": intent == "false_alarm", **more}
    return Turn(intent, level, kind, **more)  # type: ignore[arg-type]


def planned(state: Optional[Danger], said: Turn, is_curated: bool = False) -> Plan:
    return plan(state, said, RESPONSES, is_curated)


def test_an_ordinary_question_is_answered_and_leaves_no_trace() -> None:
    assert planned(None, turn("methadone"), is_curated=True) == Plan()


def test_an_emergency_gets_its_card_alone() -> None:
    due = planned(None, turn("emergency_overdose", E3, "overdose"))
    assert due.before == ("utter_emergency_overdose",)
    assert not due.answer and not due.after
    assert due.state == Danger(E3, "overdose")


def test_the_card_fits_whom_it_is_about() -> None:
    assert planned(None, turn("emergency_overdose", E3, "overdose", about=("mixed", "self"))).before == ("utter_emergency_overdose_self",)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (("released", "self"), "released"),
        (("released", "other"), "other_released"),
        (("released", "other", "self"), "released"),
        (("custody", "other"), "other"),
        (("other",), "other"),
    ],
)
def test_a_line_speaks_to_the_one_who_writes(about: tuple, said: str) -> None:
    assert planned(None, turn("concern_using", E2, "using", about=about)).before == (f"utter_concern_using_{said}",)


def test_who_says_yes_and_alone_is_told_what_to_do_about_that() -> None:
    said = turn("nlu_fallback", E3, "suicide", about=("alone", "other"), says_yes=True)
    assert planned(Danger(E2, "using", "_other"), said).before == ("utter_concern_using_other_alone",)
    # Where a rule hears the danger, or nobody had asked, it is one.
    assert planned(Danger(E2, "using", "_other"), replace(said, by_rule=True)).before == ("utter_emergency_suicide_other",)
    assert planned(None, said).before == ("utter_emergency_suicide_other",)
    assert planned(CONCERN, said).before == ("utter_emergency_suicide_other",)


def test_what_follows_a_yes_is_said_of_the_same_person() -> None:
    first = planned(Danger(E2, "using", "_other_released"), turn("affirm"))
    assert first.before == ("utter_concern_using_other_alone",)
    assert planned(first.state, turn("affirm")).before == ("utter_emergency_overdose",)
    assert planned(Danger(E2, "suicide", "_other"), turn("affirm")).before == ("utter_emergency_suicide_other",)


@pytest.mark.parametrize("intent", ["nlu_fallback", "deny", "affirm", "thanks", "greet", "out_of_scope", "methadone", "goodbye"])
def test_an_emergency_stays_whatever_is_said_beside_it(intent: str) -> None:
    due = planned(EMERGENCY, turn(intent), is_curated=intent == "methadone")
    assert due.before == ("utter_emergency_overdose_still",)
    assert due.state is not None and due.state.level == E3


def test_the_same_words_are_never_said_twice_in_a_row() -> None:
    state: Optional[Danger] = EMERGENCY
    said = []
    for _ in range(6):
        due = planned(state, turn())
        said.append(due.before[0])
        state = due.state
    assert all(one != other for one, other in pairwise(said))


@pytest.mark.parametrize("intent", ["breathing", "not_breathing"])
def test_the_next_steps_have_replies_of_their_own(intent: str) -> None:
    due = planned(EMERGENCY, turn(intent, E3, "overdose"))
    assert due.before == (f"utter_{intent}",)
    assert due.state is not None and due.state.level == E3


def test_when_it_is_over_the_held_question_is_answered() -> None:
    state = planned(EMERGENCY, turn("methadone"), is_curated=True).state
    due = planned(state, turn("im_safe_now"))
    assert due.before == ("utter_im_safe_now",)
    assert due.after == ("utter_methadone",)
    assert due.state is not None and due.state.level == E1


def test_the_number_stays_in_sight_for_a_while() -> None:
    state = planned(EMERGENCY, turn("im_safe_now")).state
    shown = []
    for _ in range(4):
        due = planned(state, turn("methadone"), is_curated=True)
        assert due.answer
        shown.append(due.after)
        state = due.state
    assert shown == [("utter_soft_overdose",), ("utter_soft_overdose",), (), ()]
    assert state is None


def test_help_that_has_come_ends_it_though_it_sounds_like_danger() -> None:
    assert planned(EMERGENCY, turn("emergency_medical", E3, "medical", over=True)).before == ("utter_im_safe_now",)
    assert planned(EMERGENCY, turn("emergency_medical", E3, "overdose", over=True, by_rule=True)).before != ("utter_im_safe_now",)


def test_safe_and_yet_in_danger_is_danger() -> None:
    assert planned(EMERGENCY, turn("emergency_suicide", E3, "suicide")).before == ("utter_emergency_suicide",)


def test_a_false_alarm_is_taken_back() -> None:
    due = planned(EMERGENCY, turn("false_alarm"))
    assert due.before == ("utter_false_alarm",) and due.state is None
    assert planned(EMERGENCY, turn("nlu_fallback", denied=True)).before == ("utter_false_alarm",)


def test_a_concern_comes_before_the_answer() -> None:
    due = planned(None, turn("methadone", E2, "suicide"), is_curated=True)
    assert due.before == ("utter_concern_suicide",) and due.answer
    assert not planned(None, turn("concern_suicide", E2, "suicide")).answer


def test_yes_to_the_plain_question_means_danger_and_no_does_not() -> None:
    assert planned(CONCERN, turn("affirm")).before == ("utter_emergency_suicide",)
    due = planned(CONCERN, turn("deny"))
    assert due.before == ("utter_concern_suicide_no",)
    assert due.state is not None and due.state.level == E1


def test_who_is_alone_is_told_first_what_helps() -> None:
    first = planned(Danger(E2, "using"), turn("affirm"))
    assert first.before == ("utter_concern_using_alone",)
    assert planned(first.state, turn("affirm")).before == ("utter_emergency_overdose_self",)


def test_a_concern_that_goes_on_is_said_in_other_words() -> None:
    assert planned(CONCERN, turn("concern_suicide", E2, "suicide")).before == ("utter_concern_suicide_again",)


def test_no_answer_keeps_the_line_in_sight() -> None:
    due = planned(CONCERN, turn("nlu_fallback"))
    assert due.before == ("utter_concern_suicide_again",)
    assert due.state is not None and due.state.level == E2


def test_a_painful_subject_gets_the_answer_and_one_soft_line() -> None:
    assert planned(None, turn("methadone", E1, "suicide"), is_curated=True) == Plan(after=("utter_soft_suicide",))
    assert planned(None, turn("sensitive_suicide", E1, "suicide")) == Plan()


def test_other_languages() -> None:
    assert planned(None, turn("emergency_overdose", E3, "overdose", language="es")).before == ("utter_emergency_overdose_es",)
    spanish = planned(None, turn("emergency_overdose", E3, "overdose", language="fr"))
    assert spanish.before == ("utter_emergency_fr",)
    state = Danger(E3, "overdose", language="es")
    assert planned(state, turn("nlu_fallback")).before == ("utter_emergency_overdose_still_es",)
    assert planned(state, turn("im_safe_now")).before == ("utter_im_safe_now_es",)
    assert planned(None, turn("nlu_fallback", language="fr")).before == ("utter_only_english_fr",)


def test_an_unreadable_message_gets_a_plain_question() -> None:
    due = planned(None, turn("methadone", E2, "unclear"), is_curated=True)
    assert due.before == ("utter_concern_unclear",) and not due.answer


def test_only_a_sure_guess_ends_an_emergency() -> None:
    def read(level: str, share: float, because: str = "learned") -> Turn:
        return Turn.of("greet", {"level": level, "because": because, "ending": {"im_safe_now": share, "false_alarm": 0.0}})

    assert read("E0", 0.75).over and not read("E0", 0.6).over, "small talk, such as where somebody's wife is, is no end"
    assert read("E3", 0.45).is_calm and not read("E3", 0.35).is_calm
    assert read("E3", 0.95, "rule no_breath").is_calm and not read("E3", 0.85, "rule no_breath").is_calm
    assert Turn.of("greet", {"level": "E3", "ending": {"im_safe_now": 0.3, "false_alarm": 0.6}}).denied
    assert Turn.of("im_safe_now", {"level": "E0", "ending": None}).over, "a pressed button is no guess"


def test_what_only_sounds_like_an_end_to_the_rules_ends_nothing() -> None:
    def read(share: float, **more: object) -> Turn:
        return Turn.of("greet", {"level": "E3", "over": True, "ending": {"im_safe_now": share, "false_alarm": 0.0}, **more})

    assert not read(0.03).over and read(0.3).over
    assert not read(0.03, level="E0").over, "he says hes fine"
    assert Turn.of("greet", {"level": "E0", "denied": True, "ending": {"im_safe_now": 0.0, "false_alarm": 0.03}}).denied
    assert read(0.03, language="es").over, "the learned voice knows English ends only"


def test_a_new_country_in_an_emergency_gets_its_card() -> None:
    due = planned(EMERGENCY, turn("set_country"), is_curated=True)
    assert due.answer and due.before == () and due.after == ("utter_emergency_overdose_still",)
    assert due.state is not None and due.state.level == E3 and due.state.held == EMERGENCY.held


def test_a_button_names_its_danger() -> None:
    assert Turn.of("emergency_overdose", {"level": "E0"}).level == E3
    assert Turn.of("methadone", {}).level == E0


@pytest.mark.parametrize(("by_rule", "first"), [(False, "utter_concern_suicide_no"), (True, "utter_emergency_overdose")])
def test_a_no_with_more_to_it_is_a_no_unless_a_rule_hears_a_danger(by_rule: bool, first: str) -> None:
    """By itself "no, he's at work" sounds like danger."""
    due = planned(CONCERN, turn("emergency_overdose", E3, "overdose", says_no=True, by_rule=by_rule))
    assert due.before == (first,)


@pytest.mark.parametrize("state", [None, EMERGENCY])
def test_a_no_counts_only_where_a_question_was_asked(state: Optional[Danger]) -> None:
    due = planned(state, turn("emergency_suicide", E3, "suicide", says_no=True))
    assert due.before == ("utter_emergency_suicide",)


@pytest.mark.parametrize(("after_no", "says_no"), [("E0", True), ("E1", True), ("E2", False), ("E3", False), (None, False)])
def test_what_follows_a_no_is_read_from_the_parse_result(after_no: Optional[str], says_no: bool) -> None:
    assert Turn.of("nlu_fallback", {"level": "E3", "kind": "overdose", "after_no": after_no}).says_no is says_no


@pytest.mark.parametrize(
    ("said", "first"),
    [
        (turn("nlu_fallback", says_yes=True), "utter_emergency_suicide"),
        (turn("concern_suicide", E2, "suicide", says_yes=True), "utter_emergency_suicide"),
        (turn("thanks", says_yes=True), "utter_concern_suicide_again"),
        (turn("nlu_fallback", says_yes=True, denied=True), "utter_concern_suicide_no"),
    ],
)
def test_a_yes_with_more_to_it_is_a_yes(said: Turn, first: str) -> None:
    assert planned(CONCERN, said).before == (first,)


def test_a_yes_counts_only_where_a_question_was_asked() -> None:
    due = planned(None, turn("methadone", says_yes=True), is_curated=True)
    assert due.answer and due.before == ()
