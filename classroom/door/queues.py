"""What crosses the door about queues."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from classroom.door.entry import Part


class QueueState(Part):
    """One queue at one moment (``GET /api/queues``); counts are since the server started."""

    name: str
    waiting: int
    longest: float
    """Seconds that the first in line has waited."""
    ready: int
    """Desks at work."""
    free: int
    on_break: int
    callbacks: int
    """Callers who hung up and are called back."""
    offered: int
    answered: int
    in_time: int
    threshold: float
    """Seconds that count as in time."""
    abandoned: int
    short: int
    """Hung up at once; not counted in the level."""
    left: int
    """Led elsewhere: by time, by key, by an empty house; not for a callback."""
    turned_away: int
    booked: int = 0
    """Left for a callback, or has one already; neither answered nor lost, not counted in the level."""
    called_back: int = 0
    given_up: int = 0
    """Callbacks whose last try reached nobody."""
    level: float | None
    """Service level, 0 to 1."""
    speed: float | None
    """Average seconds to an answer."""
    patience: float | None


class QueueChanged(Part):
    """A queue's figures changed (WebSocket of the floor); for instructors."""

    type: Literal["queue"] = "queue"
    queue: QueueState


class MoreWrapup(Part):
    """``POST /api/desk/wrapup``: more time for the summary."""

    seconds: float = Field(60.0, gt=0, le=600)


class QueueLogLines(Part):
    """``GET /api/queues/log``: the newest lines of ``queue_log``."""

    lines: list[str]
