"""Makes sure that every turn has an answer and ends with emergency guidance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Collection, Dict, List, Optional, cast

from rasa.core.constants import RULE_POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from components.crisis_talk import FALSE_ALARM, SAFE, TURNS_AFTER, Danger, Plan, Turn, plan
from components.danger_rules import E1, E3, ENGLISH

# The key of the parse result under which the crisis detector writes.
RISK = "risk"

GUIDANCE = "utter_emergency_guidance"
INTRODUCTION = "utter_introduction"
# Says itself what the introduction says.
GREETING = "utter_greet"
NO_ANSWER = "utter_nlu_fallback"
# The slot that holds the conversation's danger between turns.
DANGER = "danger"
# Somebody who starts with an emergency is introduced to the assistant once that has passed, or not at all.
TURNS_TO_INTRODUCE = 3


def next_action(events: List[Event], responses: Collection[str]) -> Optional[str]:
    """What must still be done in the current turn.

    Every rule has exactly one action (the checker sees to it). A danger's lines come first; then the rule has the word,
    unless the danger comes alone; after it, this function has.

    Args:
        events: the conversation's events, oldest first.
        responses: the domain's responses, of which only the names are looked at.

    Returns:
        the name of the next action, or None while the rule's own action has not run.

    """
    turn = _current_turn(events)
    if turn is None:
        return None
    due = plan_of(events, responses)
    actions = [event.action_name for event in turn if isinstance(event, ActionExecuted)]
    for name in due.before:
        if name not in actions:
            return name
    own = [name for name in actions if name not in due.before]
    if due.answer and not own:
        return None
    guidance = _guidance(due, responses)
    intent = turn[0].intent_name or ""  # type: ignore[attr-defined]
    answered = not due.answer or any(isinstance(event, BotUttered) and said(event) not in due.before for event in turn)
    if not answered and guidance not in actions:
        # The custom action failed: the answer's own text needs no action server.
        for name in (f"utter_{intent}", NO_ANSWER):
            if name in responses and name not in actions:
                return name
    for name in due.after:
        if name not in actions and guidance not in actions:
            return name
    if guidance in actions:
        return ACTION_LISTEN_NAME
    if INTRODUCTION in responses and INTRODUCTION not in actions and _introduction_is_due(events, intent, due):
        return INTRODUCTION
    return guidance


def plan_of(events: List[Event], responses: Collection[str]) -> Plan:
    """What the current turn says because of a danger, now or before (see `components.crisis_talk`)."""
    turn = _current_turn(events) or []
    if not turn:
        return Plan()
    message = cast(UserUttered, turn[0])
    intent = message.intent_name or ""
    risk = (message.parse_data or {}).get(RISK) or {}
    return plan(
        state_of(events[: len(events) - len(turn)]), Turn.of(intent, risk), responses, is_curated=f"utter_{intent}_more" in responses
    )


def state_of(events: List[Event]) -> Optional[Danger]:
    """The danger that a conversation is in after some events. After a long silence an emergency is not taken to go on."""
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, SlotSet) and event.key == DANGER:
            if not event.value:
                return None
            state = Danger(**event.value)
            slept = any(isinstance(later, SessionStarted) for later in events[index:])
            return replace(state, level=E1, turns=TURNS_AFTER, held="") if slept and state.level > E1 else state
    return None


def said(event: BotUttered) -> str:
    """The name of the response that was said."""
    return str((event.metadata or {}).get("utter_action") or "")


def _guidance(due: Plan, responses: Collection[str]) -> str:
    own = f"{GUIDANCE}_{due.language}"
    return own if own in responses else GUIDANCE


def _current_turn(events: List[Event]) -> Optional[List[Event]]:
    """The events from the user's last message on; None before the first message."""
    for index in range(len(events) - 1, -1, -1):
        if isinstance(events[index], UserUttered):
            return events[index:]
        if isinstance(events[index], SessionStarted):
            return None
    return None


def _introduction_is_due(events: List[Event], intent: str, due: Plan) -> bool:
    """Whether the assistant has still to say what it is: early in a session, and never in the middle of a danger."""
    in_emergency = due.state is not None and due.state.level == E3
    if due.before or in_emergency or intent in (SAFE, FALSE_ALARM) or due.language != ENGLISH:
        return False
    turns = 0
    for event in reversed(events):
        if isinstance(event, SessionStarted):
            break
        if isinstance(event, UserUttered):
            turns += 1
        if isinstance(event, ActionExecuted) and event.action_name in (INTRODUCTION, GREETING):
            return False
        if turns > TURNS_TO_INTRODUCE:
            return False
    return True


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyNetPolicy(Policy):
    """Outranks every other policy once the turn's own action has run."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Its priority stands above the rules'."""
        return {"priority": RULE_POLICY_PRIORITY + 1}

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to learn. Rasa runs only policies that are registered as trainable."""
        return self._resource

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> SafetyNetPolicy:
        """Nothing to load."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: Optional[Dict[str, Any]] = None, **kwargs: Any
    ) -> PolicyPrediction:
        """Predict what `next_action` says, fully sure, or nothing."""
        result = self._default_predictions(domain)
        events = list(tracker.events)
        name = next_action(events, domain.responses)
        if name is None:
            return self._prediction(result)
        result[domain.index_for_action(name)] = 1.0
        return self._prediction(result, optional_events=_change_of_state(events, domain.responses))


def _change_of_state(events: List[Event], responses: Collection[str]) -> List[Event]:
    """The event that remembers the turn's danger, unless it is known already."""
    turn = _current_turn(events) or []
    before, after = state_of(events[: len(events) - len(turn)]), plan_of(events, responses).state
    noted = any(isinstance(event, SlotSet) and event.key == DANGER for event in turn)
    return [] if noted or before == after else [SlotSet(DANGER, after.as_slot() if after else None)]
