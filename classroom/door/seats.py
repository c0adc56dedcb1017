"""What crosses the door about seats: their rules, the locked screen, the last calls."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from classroom.door.entry import Part


class BusyReason(Part):
    """One reason for being not ready (示忙原因), as the school words it."""

    id: str
    zh: str
    en: str
    rest: bool
    """It counts as break (小休)."""


class ReadyText(Part):
    """A short message that agents send often; ``{desk}`` and ``{agent}`` are filled in at the seat."""

    zh: str
    en: str


class SeatRules(Part):
    """``GET /api/seat``: what the school decided of its seats."""

    lock: bool
    """The screen locks with the reason; only the agent's password unlocks it."""
    reasons: list[BusyReason]
    texts: list[ReadyText] = Field(default_factory=list)


class Sit(Part):
    """``POST /api/seat/sit``: this seat is the one of its log-in from now on."""

    again: bool = False
    """It was here before; whoever has sat down meanwhile stays."""


class Unlock(Part):
    """``POST /api/seat/unlock``: the agent's password."""

    password: str = Field(max_length=200)


class CallWish(Part):
    """The conditions of ``GET /api/calls``; what is none lets everything through."""

    number: str | None = None
    """A part of the number that called or was dialled."""
    since: float | None = None
    until: float | None = None
    """Seconds since 1970; a call that began at ``until`` is out."""
    direction: Literal["in", "out"] | None = None
    result: Literal["answered", "missed"] | None = None


ANY_CALL: Final = CallWish()
TAKEN: Final = 409
"""The status by which a seat learns that another one has taken its log-in."""


class RecentCall(Part):
    """One row of ``GET /api/seat/recents``: what the own telephone did last."""

    at: float
    """When, as seconds since 1970."""
    kind: Literal["dialled", "answered", "missed"]
    number: str
    """Empty when withheld."""
    call_id: str
