"""Finds kinds of support groups that fit what matters to somebody."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.curated_action import Button, CuratedAction
from common.paths import DATA
from common.yaml_files import read_yaml

# Up to so many groups are described; more are only named.
DESCRIBED = 5


class FindSupportGroups(CuratedAction):
    """Asks what matters and filters the table of groups. It never ranks: the order is the alphabet."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_find_support_groups"

    def respond(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[Dict[str, Any]]:
        """Add what this message says matters; with nothing to go by, ask."""
        said = [e["value"] for e in tracker.latest_message.get("entities", []) if e["entity"] == "group_need"]
        known: List[str] = []
        if "restart" in said:
            said = []
        elif tracker.get_slot("group_needs"):
            known = tracker.get_slot("group_needs")
        needs = list(dict.fromkeys(need for need in [*known, *said] if need in _table()["needs"]))
        buttons = need_buttons(needs)
        events = [SlotSet("group_needs", needs), SlotSet("topic", "support_groups")]
        if not needs:
            dispatcher.utter_message(response="utter_choose_group", buttons=buttons)
            return events
        groups = fitting_groups(needs)
        words = ", ".join(_table()["needs"][need] for need in needs)
        if groups:
            dispatcher.utter_message(response="utter_choose_group_found", groups=describe(groups), needs=words, buttons=buttons)
        else:
            dispatcher.utter_message(response="utter_choose_group_none", needs=words, buttons=buttons)
        return events


@lru_cache(maxsize=1)
def _table() -> Dict[str, Any]:
    return read_yaml(DATA / "groups.yml")


def need_buttons(needs: List[str]) -> List[Button]:
    """One button for each thing that may matter and was not said yet, and one to begin again."""
    words = _table()["needs"]
    open_needs = [need for need in words if need not in needs and need != "restart"]
    chosen = [*open_needs, "restart"] if needs else open_needs
    return [{"title": words[need], "payload": f'/choose_group{{"group_need": "{need}"}}'} for need in chosen]


def fitting_groups(needs: List[str]) -> List[Dict[str, Any]]:
    """The groups that fit all needs, by the alphabet. An unknown stance on medication does not rule a group out."""
    wanted = _with_default(needs)
    groups = [group for group in _table()["groups"] if all(_fits(group, need) for need in wanted)]
    return sorted(groups, key=lambda group: group["name"])


def _with_default(needs: List[str]) -> List[str]:
    """Somebody who did not ask for a family group is looking for themselves."""
    return needs if "family" in needs else [*needs, "own_recovery"]


def _fits(group: Dict[str, Any], need: str) -> bool:
    audience = group["audience"]
    return {
        "spiritual": group["spirituality"] in ("spiritual", "christian", "buddhist", "mixed"),
        "secular": group["spirituality"] in ("secular", "mixed"),
        # Unknown and "each group decides" stay in the list, and say so.
        "medication": group["medication"] != "abstinence_focused",
        "family": "family" in audience,
        "women": "women" in audience,
        "online": group["online"] in ("yes", "some"),
        "own_recovery": audience != ["family"],
    }[need]


def describe(groups: List[Dict[str, Any]]) -> str:
    """The groups as a list: name, what it is, its stance on medication, website."""
    stances = _table()["medication_words"]
    lines = []
    for group in groups:
        about = f" {group['about']}" if len(groups) <= DESCRIBED else ""
        website = f" {group['website']}" if group["website"] != "unknown" else ""
        lines.append(f"• {group['name']}:{about} {stances[group['medication']]}{website}")
    return "\n".join(lines)
