"""Answers requests that the assistant does not see: kindly, with the emergency guidance, and with a card if somebody may be in danger."""

from __future__ import annotations

from typing import Any, Dict, List

from channels.web.replies import Reply, guidance_reply, notice
from channels.web.requests import Refusal
from channels.web.words import fixed_text, own_reply
from common.languages import language_of
from components.danger import danger_of_response
from components.danger_rules import E3
from components.referral_counter import referrals
from components.turn_guard import default_country, fixed_responses, rescue_response, tidy

STATUS = {"bad_request": 400, "origin": 403, "too_long": 413, "not_json": 415, "too_many": 429, "busy": 503}


def refused(refusal: Refusal) -> Dict[str, Any]:
    """The body of the answer."""
    country, language = refusal.country or default_country(), refusal.language
    replies = [notice(own_reply(refusal.code, country, language), language), guidance_reply(country, language)]
    body: Dict[str, Any] = {"id": refusal.identifier, "error": refusal.code, "country": country, "language": language}
    if refusal.retry_after:
        body["retry_after"] = refusal.retry_after
    return {**body, "replies": [*_danger(refusal.text, country), *replies]}


def _danger(text: str, country: str) -> List[Reply]:
    """What the danger rules alone would say, if they find a danger. A limit must not stand between somebody and the emergency number."""
    if not text.strip():
        return []
    name = rescue_response(tidy(text, set()), fixed_responses())
    found = danger_of_response(name)
    if not found:
        return []
    referrals.count([name])
    return [{**notice(fixed_text(name, country), language_of(name)), "type": "card" if found[0] == E3 else "concern"}]
