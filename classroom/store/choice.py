"""Which calls are wanted: the conditions by which people look them up (SEA-12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from classroom.store.calls import Call, CallPart


@dataclass(frozen=True, slots=True)
class Which:
    """The conditions; what is empty lets everything through."""

    number: str = ""
    """A part of the number that called or was dialled."""
    since: float | None = None
    until: float | None = None
    """UTC; a call that began at ``until`` is out."""
    direction: Literal["", "in", "out"] = ""
    result: Literal["", "answered", "missed"] = ""


ANY: Final = Which()


def conditions(
    agent: str | None, before: float | None, which: Which
) -> Iterator[ColumnElement[bool]]:
    """Write the conditions for the database; ``agent`` took the call or dialled it."""
    if agent is not None:
        theirs = select(CallPart.call_id).where(CallPart.agent == agent)
        by = or_(col(Call.agent) == agent, col(Call.dialled_by) == agent)
        yield or_(by, col(Call.id).in_(theirs))
    if before is not None:
        yield col(Call.started) < before
    if which.since is not None:
        yield col(Call.started) >= which.since
    if which.until is not None:
        yield col(Call.started) < which.until
    if which.number:
        number = which.number
        yield or_(
            col(Call.caller).contains(number, autoescape=True),
            col(Call.dialled).contains(number, autoescape=True),
        )
    if which.direction:
        yield _direction(agent, out=which.direction == "out")
    if which.result:
        answered = col(Call.answered_clock).is_not(None)
        yield answered if which.result == "answered" else ~answered


def _direction(agent: str | None, *, out: bool) -> ColumnElement[bool]:
    by = col(Call.dialled_by)
    dialled = by != "" if agent is None else and_(by != "", by == agent)
    return dialled if out else ~dialled
