"""Shows where the last answer comes from."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import CuratedAction
from common.answer_set import answer_set, source_register


class ShowSources(CuratedAction):
    """Lists the sources of the topic in hand, with links and the day of the last review."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_show_sources"

    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """Say the list, or that there is no answer to show sources of."""
        answer = answer_set().answers.get(tracker.get_slot("topic") or "")
        if answer is None or not answer.sources:
            dispatcher.utter_message(response="utter_show_sources_nothing")
            return []
        lines = "\n".join(source_line(key) for key in answer.sources)
        dispatcher.utter_message(response="utter_show_sources_list", sources=lines, title=answer.title, reviewed=answer.reviewed)
        return []


def source_line(key: str) -> str:
    """One source on one line: organisation, title, year, link."""
    source = source_register()[key]
    return f"• {source['organisation']}: {source['title']} ({str(source['year']).strip('()')}) {source['url']}"
