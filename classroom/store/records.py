"""Reads calls back: rows for lists, a whole call for a screen, the evidence for the grader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from classroom.door import wire
from classroom.door.trace import CallTrace
from classroom.store.calls import (
    Call,
    CallPart,
    EvidenceRow,
    Recording,
    RecordingPiece,
    ScorecardRow,
    VerdictRow,
    WrapupRow,
)
from classroom.store.choice import ANY, Which, conditions
from classroom.store.engine import Store
from classroom.store.people import Person
from classroom.store.shares import share_of
from classroom.store.trace import trace
from grader.evidence import (
    BROKEN_OFF,
    HANDED_ON,
    HUNG_UP_ON,
    DeskAction,
    Evidence,
    Item,
    LineEvent,
    Utterance,
)

Row = TypeVar("Row", bound=SQLModel)
PAGE = 100


class Records:
    """The calls of one data folder."""

    def __init__(self, store: Store, data: Path) -> None:
        self._store = store
        self._data = data

    async def calls(
        self,
        *,
        agent: str | None = None,
        limit: int = PAGE,
        before: float | None = None,
        which: Which = ANY,
    ) -> list[wire.CallSummary]:
        """The newest calls, of one agent or of everybody."""
        wanted = select(Call).order_by(col(Call.started).desc()).limit(limit)
        for condition in conditions(agent, before, which):
            wanted = wanted.where(condition)
        async with self._store.read() as session:
            found = (await session.exec(wanted)).all()
            ids = [call.id for call in found]
            cards = await _cards(session, ids, agent)
            verdicts = await _newest(session, VerdictRow, ids)
            people = (await session.exec(select(Person))).all()
        names = {person.login: person.name for person in people}
        return [
            summary_of(
                call, names.get(call.agent, ""), cards.get(call.id), verdicts.get(call.id),
                viewer=agent,
            )
            for call in found
        ]  # fmt: skip

    async def call(self, call_id: str) -> Call | None:
        """One call's row."""
        async with self._store.read() as session:
            return await session.get(Call, call_id)

    async def trace(self, call_id: str) -> CallTrace | None:
        """One call's way through the house, past or running."""
        return await trace(self._store, call_id)

    async def agents(self, call_id: str) -> set[str]:
        """Log-ins of everybody who had a part in a call."""
        return {part.agent for part in await self.parts(call_id)}

    async def parts(self, call_id: str) -> Sequence[CallPart]:
        """Who had the call, one after the other."""
        wanted = select(CallPart).where(CallPart.call_id == call_id).order_by(col(CallPart.no))
        async with self._store.read() as session:
            return (await session.exec(wanted)).all()

    async def served(self, limit: int = 5000) -> dict[str, str]:
        """Which desk served each caller last: number → extension, the oldest first."""
        wanted = (
            select(Call.caller, Call.extension)
            .where(col(Call.answered_clock).is_not(None))
            .where(col(Call.caller).not_in(("", "withheld")))
            .order_by(col(Call.started).desc())
            .limit(limit)
        )
        async with self._store.read() as session:
            found = (await session.exec(wanted)).all()
        return {caller: extension for caller, extension in reversed(found) if extension}

    async def unfinished(self) -> Sequence[Call]:
        """Calls that a killed server left behind."""
        wanted = select(Call).where(col(Call.state).in_(("queued", "ringing", "talking")))
        async with self._store.read() as session:
            return (await session.exec(wanted)).all()

    async def in_state(self, state: str) -> Sequence[Call]:
        """Calls in one state."""
        async with self._store.read() as session:
            return (await session.exec(select(Call).where(Call.state == state))).all()

    async def recording(self, call_id: str) -> Recording | None:
        """Where a call's sound lies."""
        async with self._store.read() as session:
            return await session.get(Recording, call_id)

    async def open_recordings(self) -> Sequence[Recording]:
        """Recordings whose end was never told."""
        async with self._store.read() as session:
            return (await session.exec(select(Recording).where(Recording.mark == "open"))).all()

    async def pieces(self) -> dict[str, list[RecordingPiece]]:
        """The pieces that a killed server had not made one recording of, by call."""
        wanted = select(RecordingPiece).order_by(col(RecordingPiece.no))
        found: dict[str, list[RecordingPiece]] = {}
        async with self._store.read() as session:
            for piece in (await session.exec(wanted)).all():
                found.setdefault(piece.call_id, []).append(piece)
        return found

    async def record(self, call_id: str, agent: str | None = None) -> wire.CallRecord | None:
        """Everything about one call, with the marks of one agent's part or of the last one's."""
        parts = await self.parts(call_id)
        async with self._store.read() as session:
            call = await session.get(Call, call_id)
            if call is None:
                return None
            rows = await _all(session, EvidenceRow, call_id)
            cards = await _all(session, ScorecardRow, call_id)
            verdicts = await _all(session, VerdictRow, call_id)
            wrapups = await _all(session, WrapupRow, call_id)
            sound = await session.get(Recording, call_id)
            person = (await session.exec(select(Person).where(Person.login == call.agent))).first()
        own = [card for card in cards if agent is None or card.agent in ("", agent)]
        card = own[-1] if own else None
        items = items_of(rows, call.zero)
        verdict = verdicts[-1] if verdicts else None
        return wire.CallRecord(
            summary=summary_of(call, person.name if person else "", card, verdict),
            timeline=[flat(item) for item in items],
            scorecard=wire.Scorecard.model_validate(card.body) if card else None,
            verdicts=[
                wire.Verdict(score=row.score, comment=row.comment, by=row.by, at=row.at)
                for row in verdicts
            ],
            recording=self._sound(sound) if sound else None,
            wrapup=wire.Wrapup.model_validate(wrapups[-1].body) if wrapups else None,
            customer_rating=call.rating,
            customer_mood=cast(dict[str, int], call.mood),
            outcome=outcome_of(call, items),
            parts=[part_of(part, call.zero, cards) for part in parts],
            ungraded=call.ungraded,
            transport=call.transport,
            codec=call.codec,
        )

    async def evidence(self, call_id: str, part: int | None = None) -> Evidence | None:
        """The evidence of one call, or of one agent's part of it, as the grader wants it."""
        async with self._store.read() as session:
            call = await session.get(Call, call_id)
            if call is None:
                return None
            rows = await _all(session, EvidenceRow, call_id)
        parts = await self.parts(call_id)
        if part is not None and len(parts) > 1:
            mine = evidence_of(call, share_of(rows, parts, parts[part]), parts[part])
            cut_later = parts[part] is not parts[-1] and call.outcome == BROKEN_OFF
            return replace(mine, outcome=HANDED_ON) if cut_later else mine
        return evidence_of(call, rows)

    def _sound(self, row: Recording) -> wire.RecordingInfo:
        return wire.RecordingInfo(
            path=str(self._data / row.path),
            seconds=row.seconds,
            channels=row.channels,
            sample_rate=row.sample_rate,
            mark=row.mark,
        )


def evidence_of(call: Call, rows: Sequence[EvidenceRow], part: CallPart | None = None) -> Evidence:
    """Put the evidence of a call together; of one part, seconds count from that agent's answer."""
    zero, talked = call.zero, call.talk_seconds
    agent, facts = call.agent, call.facts
    if part is not None:
        zero, agent, facts = part.began_clock, part.agent, part.facts or call.facts
        talked = round((part.ended_clock or part.began_clock) - part.began_clock, 3)
    items = tuple(items_of(rows, zero))
    first = part is None or part.no == 0
    return Evidence(
        call_id=call.id,
        scenario=call.scenario or "",
        lang="en" if call.lang == "en" else "zh",
        items=items,
        seed=call.seed,
        level=call.level,
        agent=agent,
        facts=cast(dict[str, str], facts),
        queue_seconds=call.queue_seconds if first else 0.0,
        ring_seconds=call.ring_seconds if first else 0.0,
        talk_seconds=talked,
        outcome=outcome_of(call, items),
        mood=cast(dict[str, int], call.mood),
        rating=call.rating,
    )


def outcome_of(call: Call, items: Iterable[Item]) -> str:
    """Tell how the customer left; one whom the agent cut short is no victim of an accident.

    The agent's telephone may have vanished (``lost``, in the same moment), or the customer's
    process (then no word of it came, ``customer_left``): these stay accidents.
    """
    lines = [item for item in items if isinstance(item, LineEvent)]
    hung_up = [one.at for one in lines if (one.what, one.value) == ("ended", "callee")]
    lost = [one.at for one in lines if (one.what, one.value) == ("released", "lost")]
    told = any(one.what == "customer_left" for one in lines)
    if call.outcome != BROKEN_OFF or not hung_up or not told or hung_up[-1] in lost:
        return call.outcome
    return HUNG_UP_ON


def part_of(part: CallPart, zero: float, cards: Sequence[ScorecardRow]) -> wire.CallPart:
    """Write one agent's part with its marks."""
    card = next((one for one in reversed(cards) if one.part == part.no), None)
    ended = None if part.ended_clock is None else round(part.ended_clock - zero, 3)
    return wire.CallPart(
        agent=part.agent,
        extension=part.extension,
        began=round(part.began_clock - zero, 3),
        ended=ended,
        score=card.score if card else None,
        passed=card.passed if card else None,
    )


def summary_of(
    call: Call,
    name: str,
    card: ScorecardRow | None,
    verdict: VerdictRow | None,
    *,
    viewer: str | None = None,
) -> wire.CallSummary:
    """Write one call as a row of a list, as this viewer sees it."""
    direction = call.direction
    if viewer is not None:
        direction = "out" if viewer == call.dialled_by else "in"
    return wire.CallSummary(
        call_id=call.id,
        started=call.started,
        agent=call.agent,
        agent_name=name,
        caller=call.caller,
        dialled=call.dialled,
        answered=call.answered_clock is not None,
        scenario=call.scenario,
        line=cast(wire.Line, call.line),
        state=cast(wire.CallState, call.state),
        queue_seconds=call.queue_seconds,
        talk_seconds=call.talk_seconds,
        score=card.score if card else None,
        passed=card.passed if card else None,
        waits=bool(card and (card.body.get("waits") or card.body.get("suspected"))),
        verdict=verdict.score if verdict else None,
        direction=direction,
        result=call.result,
    )


def items_of(rows: Sequence[EvidenceRow], zero: float) -> list[Item]:
    """Put a timeline together; later rows about an utterance are laid over it."""
    ends: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.kind == "more":
            until = {} if row.until_clock is None else {"until": row.until_clock}
            ends.setdefault(row.body["of"], {}).update(row.body["says"], **until)
    found = [_item(row, zero, ends) for row in rows if row.kind not in ("more", "trace")]
    return sorted(found, key=lambda item: item.at)


def _item(row: EvidenceRow, zero: float, ends: dict[int, dict[str, Any]]) -> Item:
    at = round(row.clock - zero, 3)
    if row.kind == "line":
        return LineEvent(at, row.body["what"], row.body.get("value", ""))
    if row.kind == "action":
        return DeskAction(at, row.body["what"], row.body.get("value", ""))
    body = dict(row.body)
    body.pop("desk", None)
    body.update(ends.get(body.pop("no", -1), {}))
    until = body.pop("until", row.until_clock)
    return Utterance(at=at, until=round((until or row.clock) - zero, 3), **body)


def flat(item: Item) -> wire.TimelineItem:
    """Write one item of evidence for a screen."""
    if isinstance(item, Utterance):
        return wire.TimelineItem(
            at=item.at,
            until=item.until,
            kind="utterance",
            who=item.who,
            text=item.text,
            heard_by=item.heard_by,
            rendered_after=item.rendered_after,
        )
    kind = "line" if isinstance(item, LineEvent) else "action"
    return wire.TimelineItem(
        at=item.at, kind="line" if kind == "line" else "action", what=item.what, value=item.value
    )


async def _all(session: AsyncSession, table: type[Row], call_id: str) -> Sequence[Row]:
    call, key = cast(Any, table).call_id, cast(Any, table).id
    return (await session.exec(select(table).where(call == call_id).order_by(key))).all()


async def _cards(
    session: AsyncSession, ids: list[str], agent: str | None
) -> dict[str, ScorecardRow]:
    """The newest marks of each call: one agent's own, or those of the last part."""
    wanted = select(ScorecardRow).where(col(ScorecardRow.call_id).in_(ids))
    if agent is not None:
        wanted = wanted.where(col(ScorecardRow.agent).in_(("", agent)))
    rows = (await session.exec(wanted.order_by(col(ScorecardRow.id)))).all()
    return {row.call_id: row for row in rows}


async def _newest(session: AsyncSession, table: type[Row], ids: list[str]) -> dict[str, Row]:
    call, key = cast(Any, table).call_id, cast(Any, table).id
    rows = (await session.exec(select(table).where(call.in_(ids)).order_by(key))).all()
    return {cast(Any, row).call_id: row for row in rows}
