"""A call's way through the house in the thirteen steps of the textbook, read from its rows.

Switch, middleware and CTI server of the textbook are rooms of one program here: what passes between
them is an event or a command, so steps of one moment carry one time. A call that is looked for a second desk
(nobody lifted, it was handed on) walks the later steps again, each round in the textbook's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlmodel import col, select

from classroom.door.trace import CallTrace, TraceStep
from classroom.store.calls import Call, EvidenceRow
from classroom.store.engine import Store
from classroom.store.people import Person

BESIDES: Final = 14
"""Sorts what is no step of the textbook behind those of its round."""
TURNS: Final = frozenset({"missed", "queue_left", "transferred", "handed_over", "transfer_failed"})
"""After these another desk is looked for."""
CAME_IN: Final = ("caller", "dialled", "trunk", "by", "transport")
NOWHERE: Final = ("hung_up", "end")
"""Ways out of a flow that lead to nobody."""
LEFT_OUT: Final = {"mood"}
"""What is on the timeline and no step of a call's way."""


async def trace(store: Store, call_id: str) -> CallTrace | None:
    """Read the trace of a call; None: there is no such call."""
    rows = (
        select(EvidenceRow)
        .where(EvidenceRow.call_id == call_id)
        .where(col(EvidenceRow.kind).in_(("line", "trace")))
        .order_by(col(EvidenceRow.clock), col(EvidenceRow.id))
    )
    async with store.read() as session:
        call = await session.get(Call, call_id)
        if call is None:
            return None
        found = (await session.exec(rows)).all()
        people = (await session.exec(select(Person))).all()
    return trace_of(call, found, {person.login: person.name for person in people})


def trace_of(call: Call, rows: Sequence[EvidenceRow], names: Mapping[str, str]) -> CallTrace:
    """Write a call's trace from its rows, which are in order of time."""
    walk = _Walk(call, names)
    for row in rows:
        walk.take(row)
    return CallTrace(
        call_id=call.id,
        started=call.started,
        state=call.state,
        line=call.line,
        steps=[step for _, step in sorted(walk.steps, key=lambda one: one[0])],
    )


class _Walk:
    """Follows one call."""

    def __init__(self, call: Call, names: Mapping[str, str]) -> None:
        self.steps: list[tuple[tuple[int, int, float], TraceStep]] = []
        self._call, self._names = call, names
        self._round = 0
        self._rang: dict[str, tuple[float, float]] = {}
        """Desk → when it was called, and when its card was there."""

    def take(self, row: EvidenceRow) -> None:
        """Add the steps of one row."""
        body, what = row.body, str(row.body.get("what", ""))
        match what:
            case "started" if body.get("callback"):
                self._add(1, "calls_back", row.clock, **_told(body, "dialled"))
            case "started":
                self._add(
                    1,
                    "came_in",
                    row.clock,
                    **_told(body, "caller", "dialled", "trunk", "by", "transport"),
                )
            case "menu_chosen":
                self._add(2, "chose", row.clock, menu=body["value"], **_told(body, "key"))
            case "left_menu":
                self._left_menu(row.clock, body)
            case "queued":
                self._requested(row.clock, body)
            case "offered":
                self._offered(row.clock, body)
            case "rang":
                self._add(8, "rang", row.clock, extension=body["value"])
            case "answered":
                self._answered(row.clock, body)
            case _ if what not in LEFT_OUT:
                self._besides(row.clock, what, str(body.get("value", "")))
        if what in TURNS:
            self._round += 1

    def _left_menu(self, clock: float, body: Mapping[str, Any]) -> None:
        if body.get("keyed") or body.get("asked"):
            self._add(2, "keyed", clock, menu=body["value"], **_told(body, "keyed", "asked"))
        if body.get("to") not in NOWHERE:
            self._add(3, "passed_on", clock, menu=body["value"], to=body.get("to", ""))

    def _requested(self, clock: float, body: Mapping[str, Any]) -> None:
        more = _told(body, "strategy", "needs", "priority", "wants", "position")
        self._add(4, "requested", clock, queue=body["value"], **more)

    def _offered(self, clock: float, body: Mapping[str, Any]) -> None:
        desk = {"extension": str(body["value"]), **self._person(body.get("agent", ""))}
        why: Mapping[str, Any] = body.get("choice") or {}
        if why:
            self._add(5, "searched", clock, by=why["by"], free=why["free"])
            self._add(6, "found", clock, **desk, **why)
            self._add(7, "ordered", clock, **desk)
        self._add(8, "led", clock, **desk)
        popped = float(body.get("popped", clock))
        if "popped" in body:
            self._add(11, "popped", popped, **desk)
        self._rang[desk["extension"]] = (clock, popped)

    def _answered(self, clock: float, body: Mapping[str, Any]) -> None:
        desk, told = str(body["value"]), float(body.get("told", clock))
        who = {"extension" if "told" in body else "number": desk}
        self._add(9, "exchanged", clock, **who, **_told(body, "rang", "codec"))
        self._add(10, "succeeded", told, **who)
        self._add(12, "written", told, **who)
        if called := self._rang.get(desk):
            voice, data = called
            apart = round(abs(data - voice), 3)
            self._add(
                13, "together", clock, extension=desk, apart=apart, before=round(clock - data, 3)
            )

    def _besides(self, clock: float, what: str, value: str) -> None:
        self._put(BESIDES, 0, what, clock, {"value": value} if value else {})

    def _person(self, login: str) -> dict[str, str]:
        return {"agent": login, "name": self._names.get(login, "")} if login else {}

    def _add(self, no: int, what: str, clock: float, **values: Any) -> None:
        self._put(no, no, what, clock, values)

    def _put(self, place: int, no: int, what: str, clock: float, values: dict[str, Any]) -> None:
        at = round(clock - self._call.began_clock, 3)
        step = TraceStep(no=no, what=what, at=at, time=self._call.started + at, values=values)
        self.steps.append(((self._round, place, clock), step))


def _told(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Pick what is known; an empty word tells nothing."""
    return dict(_known(body, names))


def _known(body: Mapping[str, Any], names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        if body.get(name) not in (None, "", {}, []):
            yield name, body[name]
