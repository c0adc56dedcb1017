"""Reads what reports are made from: calls that are over, what each desk was offered, took and wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from sqlalchemy import JSON, ColumnElement, type_coerce
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from classroom.report import CallFact, DeskFact, Figures
from classroom.store.calls import Call, CallPart, EvidenceRow
from classroom.store.desks import DeskLog
from classroom.store.engine import Store
from telephony.pbx.queue_plan import MOST_WRAPUP

RUNNING: Final = ("queued", "ringing", "talking")


@dataclass(frozen=True, slots=True)
class Span:
    """Calls that began from ``since`` on and before ``until`` (UTC); None: without an end."""

    since: float | None = None
    until: float | None = None

    def holds(self, at: float) -> bool:
        """Say whether a moment lies in it."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


async def figures(store: Store, span: Span) -> Figures:
    """Read a time's figures; calls that still run are left out."""
    wanted = select(Call).where(col(Call.direction).in_(("in", "out")))
    wanted = wanted.where(col(Call.state).not_in(RUNNING))
    async with store.read() as session:
        rows = (await session.exec(wanted)).all()
        calls = {call.id: call for call in rows if span.holds(call.started)}
        desks = [*await _at_desks(session, calls), *_dialled(calls)]
        desks += await _wrapped(session, span)
    return Figures([fact_of(call) for call in calls.values()], desks)


def fact_of(call: Call) -> CallFact:
    """Write a call's row as a report counts it."""
    out = call.direction == "out"
    return CallFact(
        started=call.started,
        out=out,
        queue="" if out else call.queue,
        number=call.dialled if out else call.caller,
        answered=call.answered_clock is not None,
        abandoned=call.state == "abandoned",
        waited=call.queue_seconds + call.ring_seconds,
        talked=call.talk_seconds,
    )


async def _at_desks(session: AsyncSession, calls: dict[str, Call]) -> list[DeskFact]:
    """Count every ring of a desk, and every agent's part of a call."""
    what, desk = _in_body("what"), _in_body("value")
    wanted = select(col(EvidenceRow.call_id), desk).where(EvidenceRow.kind == "line")
    found = (await session.exec(wanted.where(what == "offered"))).all()
    rung = [
        (call, where) for call, where in found if call in calls and calls[call].direction == "in"
    ]
    parts = (await session.exec(select(CallPart))).all()
    facts = [DeskFact(where, offered=1) for _, where in rung]
    known = set(rung)
    facts += [
        _part(calls[part.call_id], part, rang=(part.call_id, part.extension) in known)
        for part in parts
        if part.call_id in calls
    ]
    return facts


def _part(call: Call, part: CallPart, *, rang: bool) -> DeskFact:
    """Count one part; whoever took a call that rang elsewhere, or was handed one, was offered it by that."""
    talked = (part.ended_clock or part.began_clock) - part.began_clock
    if call.direction == "out" and part.no == 0:
        return DeskFact(part.extension, reached=1, talked=talked)
    waited = call.queue_seconds + call.ring_seconds if part.no == 0 else 0.0
    offered = int(not rang)
    return DeskFact(part.extension, offered=offered, answered=1, waited=waited, talked=talked)


def _dialled(calls: dict[str, Call]) -> Iterator[DeskFact]:
    """Count every call that a desk made to outside."""
    return (DeskFact(call.extension, out=1) for call in calls.values() if call.direction == "out")


async def _wrapped(session: AsyncSession, span: Span) -> list[DeskFact]:
    """Count the seconds that each desk wrote summaries; a server's standstill is none of them."""
    order = (col(DeskLog.extension), col(DeskLog.began), col(DeskLog.id))
    rows = (await session.exec(select(DeskLog).order_by(*order))).all()
    found: list[DeskFact] = []
    for desk, log in groupby(rows, key=lambda row: row.extension):
        found += [DeskFact(desk, wrapped=seconds) for seconds in _spells(list(log), span)]
    return found


def _spells(log: Sequence[DeskLog], span: Span) -> Iterator[float]:
    for row, after in pairwise(log):
        if row.activity == "wrapping" and span.holds(row.began):
            yield min(after.began - row.began, MOST_WRAPUP)


def _in_body(name: str) -> ColumnElement[str]:
    """Name a value inside the body of an evidence row, for the database."""
    value: ColumnElement[str] = type_coerce(col(EvidenceRow.body), JSON)[name].as_string()
    return value
