"""Fills each reply's numbers for the reader's country."""

from __future__ import annotations

from typing import Any, Dict, Optional

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from common.contacts import ENGLISH, contact_words, country_codes, fill
from common.languages import language_of
from components import turn_guard
from components.cannot_start import cannot_start
from components.referral_counter import referrals


class ContactsNLG(TemplatedNaturalLanguageGenerator):
    """Rasa's own generator, with numbers by country and no way to lose a reply to a brace."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        """Read the operator's default country and put the turn guard in place.

        Stops the program with one line if the default country has no contacts, or the file for counts can't be written.
        """
        super().__init__(domain.responses)
        self.default_country = str(endpoint_config.kwargs.get("default_country", ""))
        if self.default_country not in country_codes():
            known = ", ".join(country_codes())
            cannot_start(f"endpoints.yml, nlg, default_country is '{self.default_country}'; it must be one of {known}.")
        turn_guard.install(self.default_country)
        referrals.write_to(str(endpoint_config.kwargs.get("referral_counts") or ""))

    def generate_from_slots(
        self, utter_action: str, filled_slots: Dict[str, Any], output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """Generate as Rasa does, with numbers in the words of the response's language."""
        return super().generate_from_slots(utter_action, filled_slots, output_channel, language=language_of(utter_action), **kwargs)

    def _fill_response(self, response: Dict[str, Any], filled_slots: Optional[Dict[str, Any]] = None, **kwargs: Any) -> Dict[str, Any]:
        """Fill `{emergency}` and the like; an unknown name stays as it stands, and is logged."""
        slots = filled_slots or {}
        words = {
            **contact_words(slots.get("country") or self.default_country, kwargs.get("language", ENGLISH)),
            **{name: value for name, value in kwargs.items() if isinstance(value, str)},
        }
        if isinstance(response.get("text"), str):
            response["text"] = fill(self._lead(words) + response["text"], words)
        return response

    def _lead(self, words: Dict[str, str]) -> str:
        """The line that an action wants before the text, named by `lead`: "Step 4 of 12"."""
        responses = self.responses.get(words.get("lead", ""))
        return f"{responses[0]['text']}\n" if responses else ""
