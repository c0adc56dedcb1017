"""What crosses the door about a call's way through the house."""

from __future__ import annotations

from typing import TypeAlias

from pydantic import Field

from classroom.door.entry import Part

Told: TypeAlias = str | int | float | dict[str, int] | dict[str, str] | list[str]


class TraceStep(Part):
    """One step, as the textbook counts them."""

    no: int = Field(ge=0, le=13)
    """1 to 13: the textbook's step; 0: what happened besides."""
    what: str
    """A stable word: ``came_in`` or ``calls_back``, ``chose``, ``keyed``, ``passed_on``, ``requested``,
    ``searched``, ``found``, ``ordered``, ``led``, ``rang``, ``exchanged``, ``succeeded``, ``popped``,
    ``written``, ``together``; besides them the timeline's words."""
    at: float
    """Seconds since the call came in."""
    time: float
    """UTC."""
    values: dict[str, Told] = Field(default_factory=dict)


class CallTrace(Part):
    """``GET /api/calls/{id}/trace``: a call step by step, past or running."""

    call_id: str
    started: float
    state: str
    line: str
    steps: list[TraceStep]
