"""Two repairs of how Rasa 3.6.21 calls the action server. It has a setting for neither; a test pins both seams."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict

import rasa.core.actions.action
from jsonschema import Validator, validators
from rasa.core.actions.action import RemoteAction

# Rasa waits 300 seconds. Every action here takes milliseconds, and somebody is waiting.
ACTION_SECONDS = 2.5


def repair() -> None:
    """Bound the wait for the action server, and check its replies against a schema that is prepared once.

    Rasa's own `jsonschema.validate` first checks the constant schema itself, in every call: 58 % of a turn's time.
    """
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS
    RemoteAction._validate_action_result = _validate_action_result  # type: ignore[method-assign]


@lru_cache(maxsize=1)
def _reply_validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    return validators.validator_for(schema)(schema)


def _validate_action_result(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Raise jsonschema's ValidationError on a malformed reply, as Rasa's own method does."""
    _reply_validator().validate(result)
    return True
