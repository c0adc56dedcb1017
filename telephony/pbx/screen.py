"""Who stands between a leg and its owner until the call is taken; the leg knows only that somebody does."""

from __future__ import annotations

from typing import Protocol

from telephony.events import CallEvent


class Screen(Protocol):
    """Who asks whoever lifts whether the call is wanted."""

    def hear(self, event: CallEvent, now: float) -> CallEvent | None:
        """Say what the leg's owner hears of this; None: nothing."""
        ...

    def close(self) -> None:
        """Let go of everything; the leg is over, or the owner's."""
        ...
