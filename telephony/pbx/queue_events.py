"""What the board tells of the lines and of those who serve them; ``events`` hands these on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Queued:
    """The call waits in a queue."""

    call: str
    at: float
    queue: str
    position: int
    queue_log: str = "ENTERQUEUE"
    strategy: str = ""
    needs: Mapping[str, int] = field(default_factory=dict)
    """Skills this caller needs besides the queue's own, each with its level."""
    priority: int = 0
    wants: str = ""
    """The desk this caller waits for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Why a queue rings this desk: how it was looked for, and what spoke for it at that moment."""

    by: str
    """The strategy; ``wanted``: the caller waited for this very desk."""
    free: int
    """So many desks were free and able."""
    idle: float
    """Seconds since its last call."""
    calls: int
    talked: float
    skill: int
    """Its level of the queue's skill."""


@dataclass(frozen=True, slots=True)
class PositionSpoken:
    """The caller is being told the position and the expected wait."""

    call: str
    at: float
    queue: str
    position: int
    expected_wait: float


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """The call left the queue unanswered: it waited too long, pressed a key, or nobody serves it."""

    call: str
    at: float
    queue: str
    position: int
    waited: float
    why: str
    """``waited_too_long``, ``key``, ``empty``."""
    queue_log: str = "EXITWITHTIMEOUT"
    first_position: int = 0
    key: str = ""
    to: str = ""
    """Where it went: ``queue``, ``voicemail``, ``callback`` …"""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The call did not get into the queue: it is full, or too few are there to serve it."""

    call: str
    at: float
    queue: str
    why: Literal["full", "empty"]
    to: str = ""
    queue_log: str = ""


@dataclass(frozen=True, slots=True)
class FoundClosed:
    """A caller from outside came out of hours or on a holiday, and nobody who has duty took the call."""

    call: str
    at: float
    number: str


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """A desk came to a queue, left it, took a break or came back: as report tools call it."""

    extension: str
    at: float
    queue: str
    reason: str
    after: float
    """How long it had been what it was before."""
    queue_log: str


@dataclass(frozen=True, slots=True)
class DeskPaused:
    """A desk let its telephone ring too often in a row and was sent on a break."""

    extension: str
    at: float
    queue: str
    missed: int
