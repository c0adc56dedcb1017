"""What owns legs: a call, a conference; the board brings each what its legs say."""

from __future__ import annotations

from typing import Protocol

from telephony.events import CallEvent
from telephony.events import Party as Who
from telephony.pbx.leg import Leg
from telephony.pbx.results import Result


class Owner(Protocol):
    """Anything that legs belong to; its ``id`` is the ``call`` of every one of its legs."""

    id: str

    def hear(self, leg: Leg, event: CallEvent, now: float) -> None:
        """Act on what one of its legs said, then let everybody hear what belongs to it."""
        ...

    def due(self, kind: str, now: float) -> None:
        """One of its alarms rang."""
        ...

    def played(self, source: str, at: float, now: float) -> None:
        """One of its sources has played out."""
        ...

    def end(self, why: Result, by: Who, now: float) -> None:
        """Leave nothing of it."""
        ...
