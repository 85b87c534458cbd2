"""Repairs of how Rasa 3.6.21 calls the action server. It has a setting for none of them; a test pins the seams."""

from __future__ import annotations

import asyncio
import logging
from functools import lru_cache, wraps
from types import TracebackType
from typing import Any, Awaitable, Callable, Dict, List, Optional, Type

import aiohttp
import rasa
import rasa.core.actions.action
from jsonschema import Validator, validators
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

logger = logging.getLogger(__name__)

# Rasa waits 300 seconds. Every action here takes milliseconds, and somebody is waiting.
ACTION_SECONDS = 2.5
# The action server closes a connection that is silent for five seconds; one that old must not be used again.
KEPT_SECONDS = 2.0


def repair() -> None:
    """Bound the wait, send only what the actions read, keep the connection, and prepare the check of replies once.

    - The wait: Rasa's is 300 seconds.
    - What is sent: Rasa sends every event of the conversation, with all that was said. The actions read the last message and
      the slots.
    - The connection: Rasa opens a new one for each call.
    - A failed call: Rasa logs a page of traceback, in `rasa shell` into the midst of a talk. Here it is one line.
    - The check: Rasa's `jsonschema.validate` first checks the constant schema itself, in every call: 58 % of a turn's time.
    """
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS
    RemoteAction._action_call_format = _action_call_format  # type: ignore[method-assign]
    RemoteAction._validate_action_result = _validate_action_result  # type: ignore[method-assign]
    EndpointConfig.session = _session  # type: ignore[method-assign, assignment]
    if not getattr(RemoteAction.run, "is_quiet", False):
        RemoteAction.run = _quiet(RemoteAction.run)  # type: ignore[method-assign]


def _quiet(run: Callable[..., Awaitable[List[Event]]]) -> Callable[..., Awaitable[List[Event]]]:
    @wraps(run)
    async def run_quietly(action: RemoteAction, *args: Any, **kwargs: Any) -> List[Event]:
        """Run the action; a failure gives no events, as in Rasa's own processor."""
        try:
            return await run(action, *args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            logger.error("%s gave no answer: %s.", action.name(), type(error.__cause__ or error).__name__)
            return []

    run_quietly.is_quiet = True  # type: ignore[attr-defined]
    return run_quietly


def _action_call_format(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    """The call's body, without the conversation's events and without the domain."""
    state = {**tracker.current_state(EventVerbosity.NONE), "events": []}
    return {"next_action": self.name(), "sender_id": tracker.sender_id, "tracker": state, "version": rasa.__version__}


@lru_cache(maxsize=1)
def _reply_validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    return validators.validator_for(schema)(schema)


def _validate_action_result(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Raise jsonschema's ValidationError on a malformed reply, as Rasa's own method does."""
    _reply_validator().validate(result)
    return True


class _KeptSession:
    """An HTTP session for `async with` that stays open after it."""

    def __init__(self) -> None:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_SECONDS)
        self._session = aiohttp.ClientSession(connector=connector)
        self.loop = asyncio.get_running_loop()

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        pass


def _session(self: EndpointConfig) -> _KeptSession:
    """One session for each endpoint and event loop; the request itself carries headers, token and time limit."""
    kept = getattr(self, "_kept_session", None)
    if kept is None or kept.loop is not asyncio.get_running_loop():
        kept = self._kept_session = _KeptSession()  # type: ignore[attr-defined]
    return kept
