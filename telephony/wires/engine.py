"""What every skin steps."""

from __future__ import annotations

from typing import Protocol

from telephony.sip.events import Flow


class Engine(Protocol):
    """What the skin steps: a SIP core, or a room that holds one."""

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        """Take one message."""
        ...

    def broken(self, flow: Flow, why: str, now: float) -> None:
        """Learn that nothing gets through a flow."""
        ...

    def tick(self, now: float) -> None:
        """Do what is due."""
        ...

    def next_timer(self) -> float | None:
        """Return when ``tick`` is wanted next."""
        ...

    def outbox(self) -> list[tuple[Flow, bytes]]:
        """Return and forget what is to be sent."""
        ...
