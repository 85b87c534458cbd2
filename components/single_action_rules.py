"""Rasa's rules, asked once in a turn instead of before every action."""

from __future__ import annotations

from typing import Any, Collection, Dict, Optional, Tuple

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components.safety_net import next_action, plan_of, said


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SingleActionRulePolicy(RulePolicy):
    """The rule policy for rules of one action: it chooses that action, and is silent for the rest of the turn.

    What follows the action is the safety net's to say, and it outranks the rules. Going through all rules and states again
    each time, only to be outranked, was a sixth of a turn's time.
    """

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: Optional[Dict[str, Any]] = None, **kwargs: Any
    ) -> PolicyPrediction:
        """Predict as Rasa's rules do, until the turn's own action has run."""
        events = list(tracker.events)
        if next_action(events, domain.responses) is not None:
            return self._prediction(self._default_predictions(domain))
        first = plan_of(events, domain.responses).before
        if first:
            tracker = _without(tracker, first, domain)
        return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Tuple[Optional[str], Optional[str], bool]:
        """Rasa goes through all rules twice, first for rules on literal texts. The checker allows none."""
        if use_text_for_last_user_input:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)


def _without(tracker: DialogueStateTracker, names: Collection[str], domain: Domain) -> DialogueStateTracker:
    """The conversation as if a danger's lines had not been said: the rules know nothing of them."""
    events = [
        event
        for event in tracker.events
        if not (isinstance(event, ActionExecuted) and event.action_name in names)
        and not (isinstance(event, BotUttered) and said(event) in names)
    ]
    return DialogueStateTracker.from_events(tracker.sender_id, events, domain.slots, domain=domain)
