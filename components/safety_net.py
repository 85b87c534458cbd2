"""Makes sure that every turn has an answer and ends with emergency guidance."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.constants import RULE_POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

GUIDANCE = "utter_emergency_guidance"
INTRODUCTION = "utter_introduction"
# Says itself what the introduction says.
GREETING = "utter_greet"
NO_ANSWER = "utter_nlu_fallback"
# Somebody who starts with an emergency is introduced to the assistant once that has passed, or not at all.
TURNS_TO_INTRODUCE = 3


def next_action(events: List[Event], responses: Dict[str, Any]) -> Optional[str]:
    """What must still be done in the current turn.

    Every rule has exactly one action (the checker sees to it). Until that action has run, the rule has the word; after
    it, this function has.

    Args:
        events: the conversation's events, oldest first.
        responses: the domain's responses, of which only the names are looked at.

    Returns:
        the name of the next action, or None while the rule's own action has not run.

    """
    turn = _current_turn(events)
    if turn is None:
        return None
    actions = [event.action_name for event in turn if isinstance(event, ActionExecuted)]
    if not actions:
        return None
    intent = turn[0].intent_name or ""  # type: ignore[attr-defined]
    answered = any(isinstance(event, BotUttered) for event in turn)
    if not answered and GUIDANCE not in actions:
        # The custom action failed: the answer's own text needs no action server.
        for name in (f"utter_{intent}", NO_ANSWER):
            if name in responses and name not in actions:
                return name
    if GUIDANCE in actions:
        return ACTION_LISTEN_NAME
    if INTRODUCTION in responses and INTRODUCTION not in actions and _introduction_is_due(events, intent):
        return INTRODUCTION
    return GUIDANCE


def _current_turn(events: List[Event]) -> Optional[List[Event]]:
    """The events from the user's last message on; None before the first message."""
    for index in range(len(events) - 1, -1, -1):
        if isinstance(events[index], UserUttered):
            return events[index:]
        if isinstance(events[index], SessionStarted):
            return None
    return None


def _introduction_is_due(events: List[Event], intent: str) -> bool:
    """Whether the assistant has still to say what it is: early in a session, and never in the middle of an emergency."""
    if intent.startswith("emergency_") or intent == "im_safe_now":
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
        name = next_action(list(tracker.events), domain.responses)
        if name is not None:
            result[domain.index_for_action(name)] = 1.0
        return self._prediction(result)
