"""The custom actions, each with a tracker made by hand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import find_support_groups
from actions.answer import AnswerTopic
from actions.curated_action import CuratedAction
from actions.find_support_groups import FindSupportGroups, fitting_groups
from actions.follow_up import FollowUp
from actions.set_country import SetCountry
from actions.show_sources import ShowSources
from actions.suggest_topics import SuggestTopics
from actions.tell_me_more import TellMeMore
from actions.walk_steps import WalkSteps
from common.answer_set import answer_set, source_register
from common.contacts import country_codes


def run(action: CuratedAction, intent: str, text: str = "", entities: list | None = None, ranking: list | None = None, **slots: Any):
    """What an action says and which slots it sets."""
    message = {"intent": {"name": intent}, "text": text, "entities": entities or [], "intent_ranking": ranking or []}
    tracker = Tracker("someone", slots, message, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


def test_answer_says_the_topic_and_remembers_it():
    said, slots = run(AnswerTopic(), "sponsor", "what is a sponsor")
    assert [message["response"] for message in said] == ["utter_sponsor"]
    assert slots == {"topic": "sponsor"}
    payloads = [button["payload"] for button in said[0]["buttons"]]
    assert payloads[:2] == ["/tell_me_more", "/show_sources"]


def test_a_step_names_its_place_and_offers_the_next():
    said, _ = run(AnswerTopic(), "step_4")
    assert (said[0]["lead"], said[0]["number"]) == ("utter_step_progress", "4")
    assert said[0]["buttons"][0]["payload"] == "/next_step"


def test_the_last_step_offers_no_next():
    said, _ = run(AnswerTopic(), "step_12")
    assert "/next_step" not in [button["payload"] for button in said[0]["buttons"]]


@pytest.mark.parametrize("text", ["is that one religious?", "is it religious", "are they religious?"])
def test_a_pointing_question_is_about_the_topic_in_hand(text):
    said, slots = run(AnswerTopic(), "is_it_religious", text, topic="smart_recovery")
    assert said[0]["response"] == "utter_smart_recovery_religion"
    assert slots == {"topic": "smart_recovery"}


@pytest.mark.parametrize(
    ("text", "entities", "slots"),
    [
        ("is this religious?", [], {"topic": "smart_recovery"}),
        ("is that religious", [], {}),
        ("is na a religious thing, that is what i heard about it", [], {"topic": "smart_recovery"}),
        ("is it religious in na", [{"entity": "fellowship", "value": "narcotics_anonymous"}], {"topic": "smart_recovery"}),
    ],
)
def test_a_question_with_its_own_subject_is_general(text, entities, slots):
    said, _ = run(AnswerTopic(), "is_it_religious", text, entities, **slots)
    assert said[0]["response"] == "utter_is_it_religious"


def test_more_and_sources_of_the_topic_in_hand():
    said, _ = run(TellMeMore(), "tell_me_more", topic="detox")
    assert said[0]["response"] == "utter_detox_more"
    assert "/tell_me_more" not in [button["payload"] for button in said[0]["buttons"]]
    said, _ = run(ShowSources(), "show_sources", topic="detox")
    assert said[0]["response"] == "utter_show_sources_list"
    first = source_register()[answer_set().answers["detox"].sources[0]]
    assert first["url"] in said[0]["sources"].splitlines()[0]
    assert first["organisation"] in said[0]["sources"].splitlines()[0]


@pytest.mark.parametrize(
    ("action", "intent", "expected"),
    [(TellMeMore(), "tell_me_more", "utter_tell_me_more_nothing"), (ShowSources(), "show_sources", "utter_show_sources_nothing")],
)
def test_without_a_topic_they_say_so(action, intent, expected):
    said, _ = run(action, intent)
    assert [message["response"] for message in said] == [expected]


def test_follow_up_uses_the_topic_then_the_general_answer_then_asks():
    facet = [{"entity": "facet", "value": "cost"}]
    said, _ = run(FollowUp(), "follow_up", "is it free", facet, topic="sponsor")
    assert said[0]["response"] == "utter_sponsor_cost"
    said, _ = run(FollowUp(), "follow_up", "and on suboxone?", [{"entity": "medicine", "value": "buprenorphine"}], topic="sponsor")
    assert said[0]["response"] == "utter_sponsor_medication"
    said, slots = run(FollowUp(), "follow_up", "is it free", facet)
    assert (said[0]["response"], slots) == ("utter_cost", {"topic": "cost"})
    said, _ = run(FollowUp(), "follow_up", "how long", [{"entity": "facet", "value": "duration"}])
    assert said[0]["response"] == "utter_follow_up_unclear"


@pytest.mark.parametrize(
    ("intent", "topic", "expected"),
    [
        ("next_step", None, "utter_step_1"),
        ("next_step", "step_4", "utter_step_5"),
        ("previous_step", "step_4", "utter_step_3"),
        ("next_step", "step_12", "utter_next_step_end"),
        ("previous_step", "step_1", "utter_previous_step_start"),
        ("next_step", "sponsor", "utter_step_1"),
    ],
)
def test_walking_the_steps(intent, topic, expected):
    said, _ = run(WalkSteps(), intent, topic=topic)
    assert [message["response"] for message in said] == [expected]


def test_a_named_country_is_confirmed_and_an_unnamed_one_asked_for():
    said, _ = run(SetCountry(), "set_country", "im in ireland", [{"entity": "country", "value": "IE"}])
    assert said[0]["response"] == "utter_set_country_done"
    said, _ = run(SetCountry(), "set_country", entities=[{"entity": "country", "value": "IE", "role": "here"}])
    assert said[0]["response"] == "utter_set_country_done"
    said, _ = run(SetCountry(), "set_country", "not in ireland", [{"entity": "country", "value": "IE", "role": "elsewhere"}])
    assert said[0]["response"] == "utter_set_country_ask"
    said, _ = run(SetCountry(), "set_country", "wrong country")
    assert said[0]["response"] == "utter_set_country_ask"
    assert [button["payload"] for button in said[0]["buttons"]] == [f'/set_country{{"country": "{code}"}}' for code in country_codes()]


def test_near_misses_are_three_answers_by_their_titles():
    ranking = [
        {"name": name, "confidence": confidence}
        for name, confidence in [("greet", 0.25), ("detox", 0.24), ("withdrawal", 0.2), ("methadone", 0.1), ("cost", 0.05)]
    ]
    said, _ = run(SuggestTopics(), "nlu_fallback", ranking=ranking)
    assert said[0]["response"] == "utter_nlu_fallback_suggest"
    assert [button["payload"] for button in said[0]["buttons"]] == ["/detox", "/withdrawal", "/methadone", "/menu"]
    assert said[0]["buttons"][0]["title"] == answer_set().answers["detox"].title


def test_a_far_miss_is_an_honest_no():
    said, _ = run(SuggestTopics(), "nlu_fallback", ranking=[{"name": "detox", "confidence": 0.03}])
    assert [message["response"] for message in said] == ["utter_nlu_fallback"]


def test_groups_are_asked_for_then_filtered():
    said, _ = run(FindSupportGroups(), "choose_group")
    assert said[0]["response"] == "utter_choose_group"
    need = [{"entity": "group_need", "value": "secular"}]
    said, slots = run(FindSupportGroups(), "choose_group", entities=need, group_needs=["medication"])
    assert slots["group_needs"] == ["medication", "secular"]
    assert "SMART Recovery" in said[0]["groups"]
    assert "Narcotics Anonymous" not in said[0]["groups"]
    said, slots = run(FindSupportGroups(), "choose_group", entities=[{"entity": "group_need", "value": "restart"}], group_needs=["women"])
    assert (said[0]["response"], slots["group_needs"]) == ("utter_choose_group", [])


def test_groups_stand_in_the_order_of_the_alphabet_and_family_groups_apart():
    names = [group["name"] for group in fitting_groups(["online"])]
    assert names == sorted(names)
    assert not any("Nar-Anon" in name for name in names)
    assert any("Nar-Anon" in group["name"] for group in fitting_groups(["family"]))


def test_an_unknown_stance_is_shown_as_unknown():
    unknown = next(group for group in find_support_groups._table()["groups"] if group["medication"] == "unknown")
    line = find_support_groups.describe([unknown])
    assert find_support_groups._table()["medication_words"]["unknown"] in line


def test_an_action_that_breaks_says_nothing_and_logs_no_words(caplog):
    said, slots = run(AnswerTopic(), "no_such_topic", "my secret words")
    assert (said, slots) == ([], {})
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text
