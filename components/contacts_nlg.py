"""Fills each reply's numbers for the reader's country."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Dict, Optional, Text

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from components import turn_guard
from common.contacts import contact_words, country_codes

logger = logging.getLogger(__name__)

_PLACE = re.compile(r"\{([a-z_]+)\}")


class ContactsNLG(TemplatedNaturalLanguageGenerator):
    """Rasa's own generator, with numbers by country and no way to lose a reply to a brace."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        """Read the operator's default country and put the turn guard in place.

        Stops the program with one line if the default country has no contacts.
        """
        super().__init__(domain.responses)
        self.default_country = str(endpoint_config.kwargs.get("default_country", ""))
        if self.default_country not in country_codes():
            sys.exit(
                f"Cannot start: endpoints.yml, nlg, default_country is '{self.default_country}'; it must be one of {', '.join(country_codes())}."
            )
        turn_guard.install(self.default_country)

    def _fill_response(self, response: Dict[Text, Any], filled_slots: Optional[Dict[Text, Any]] = None, **kwargs: Any) -> Dict[Text, Any]:
        """Fill `{emergency}` and the like; an unknown name stays as it stands, and is logged."""
        slots = filled_slots or {}
        words = {**contact_words(slots.get("country") or self.default_country), **{name: value for name, value in kwargs.items() if isinstance(value, str)}}
        if isinstance(response.get("text"), str):
            response["text"] = fill(self._lead(words) + response["text"], words)
        return response

    def _lead(self, words: Dict[Text, Text]) -> Text:
        """The line that an action wants before the text, named by `lead`: "Step 4 of 12"."""
        responses = self.responses.get(words.get("lead", ""))
        return f"{responses[0]['text']}\n" if responses else ""


def fill(text: Text, words: Dict[Text, Text]) -> Text:
    """Replace each `{name}` by its words; other braces are left alone."""

    def replace(match: re.Match) -> Text:
        name = match.group(1)
        if name not in words:
            logger.error("A reply names {%s}, which has no words.", name)
            return match.group(0)
        return words[name]

    return _PLACE.sub(replace, text)
