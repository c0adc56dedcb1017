"""Who finds the way of a leg to the outside; the leg itself knows only that somebody does."""

from __future__ import annotations

from typing import Protocol

from telephony.sip.events import Refused


class Courier(Protocol):
    """Who chooses the ways of a leg to the outside."""

    def reached(self, now: float) -> None:
        """Learn that the far end lives."""
        ...

    def refused(self, refused: Refused, now: float) -> bool:
        """Try another way; False: there is none."""
        ...
