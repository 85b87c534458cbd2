"""Buttons carry at most 64 bytes. A longer payload is kept here, and the button carries its token."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Optional

LONGEST = 64
# No payload and no typed word of a button begins like this.
MARK = "~"
KEPT = 5000


class Tokens:
    """Payloads by token, in memory; the oldest go first."""

    def __init__(self) -> None:
        """Start without any."""
        self._payloads: OrderedDict[str, str] = OrderedDict()

    def data_for(self, payload: str) -> str:
        """What a button with this payload carries: at most 64 bytes."""
        if len(payload.encode()) <= LONGEST and not payload.startswith(MARK):
            return payload
        token = MARK + hashlib.sha256(payload.encode()).hexdigest()[:24]
        self._payloads[token] = payload
        self._payloads.move_to_end(token)
        while len(self._payloads) > KEPT:
            self._payloads.popitem(last=False)
        return token

    def payload_of(self, data: str) -> Optional[str]:
        """The payload behind what a button carried; None if nobody knows it any more."""
        return self._payloads.get(data) if data.startswith(MARK) else data
