"""Sets the country whose numbers are shown."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import CuratedAction
from common.contacts import contacts


class SetCountry(CuratedAction):
    """Confirms a country that was named, or asks for one."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_set_country"

    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """The slot itself is filled inside the Rasa server, so that it works without this action too."""
        countries = contacts()["countries"]
        named = [entity for entity in tracker.latest_message.get("entities", []) if entity["entity"] == "country"]
        # "not in ireland" names a country too, and so does a brother's.
        if any(entity.get("role") != "elsewhere" for entity in named):
            dispatcher.utter_message(response="utter_set_country_done")
        else:
            buttons = [{"title": country["name"], "payload": f'/set_country{{"country": "{code}"}}'} for code, country in countries.items()]
            dispatcher.utter_message(response="utter_set_country_ask", buttons=buttons)
        return []
