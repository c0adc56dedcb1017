"""After a kill: calls in progress are kept as broken off, their recordings made readable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from sqlmodel import col, func, select

from classroom.door import wire
from classroom.practice.summaries import actions_of
from classroom.practice.tape import splice
from classroom.store.calls import Call, CallPart, EvidenceRow, WrapupDraft, WrapupRow
from classroom.store.engine import Store
from classroom.store.lessons import Lesson
from classroom.store.records import Records
from classroom.words import say
from telephony.media.recorder import recover

_log = structlog.get_logger("recovery")


async def tidy(store: Store, records: Records, data: Path, alarm: Callable[[str], None]) -> None:
    """Close what a killed server left open: the recordings, then the calls they belong to."""
    until = await _join_pieces(store, records, data)
    for recording in await records.open_recordings():
        path = data / recording.path
        try:
            recording.seconds = await asyncio.to_thread(recover, path)
            recording.mark = "broken_off"
            until[recording.call_id] = (recording.began_clock or 0.0) + recording.seconds
        except (OSError, ValueError) as error:
            recording.mark = "lost"
            _log.error("recording lost", call=recording.call_id, why=str(error))
        async with store.write() as session:
            await session.merge(recording)
    for call in await records.unfinished():
        await _break_off(store, call, until.get(call.id, 0.0))
    await _hand_in_drafts(store)
    await _end_lessons(store, alarm)


async def _join_pieces(store: Store, records: Records, data: Path) -> dict[str, float]:
    """Make one recording of what was recorded by order; tells until when each call is recorded."""
    until: dict[str, float] = {}
    for call_id, pieces in (await records.pieces()).items():
        call, recording = await records.call(call_id), await records.recording(call_id)
        if call is not None and recording is not None:
            places = [(max(0.0, one.began_clock - call.zero), data / one.path) for one in pieces]
            try:
                recording.seconds = await asyncio.to_thread(_joined, places)
            except (OSError, ValueError) as error:
                _log.error("recordings not joined", call=call_id, why=str(error))
                continue
            recording.path, recording.began_clock = pieces[0].path, call.zero
            recording.mark = "broken_off" if recording.mark == "open" else recording.mark
            until[call_id] = call.zero + recording.seconds
        async with store.write() as session:
            if recording is not None:
                await session.merge(recording)
            for piece in pieces:
                await session.delete(piece)
    return until


def _joined(places: list[tuple[float, Path]]) -> float:
    """Recover every piece and join them; a piece that was never written is passed over."""
    first = places[0][1]
    there = [(at, path) for at, path in places if path.exists()]
    for _, path in there:
        recover(path)
    seconds = splice(there)
    if there[0][1] != first:
        there[0][1].replace(first)
    return seconds


async def _hand_in_drafts(store: Store) -> None:
    """A summary that was being written when the server was killed counts as it stood."""
    async with store.write() as session:
        for draft in (await session.exec(select(WrapupDraft))).all():
            wrapup, call = wire.Wrapup.model_validate(draft.body), draft.call_id
            session.add(WrapupRow(call_id=call, at=draft.at, by=draft.by, body=draft.body))
            wanted = select(func.max(EvidenceRow.clock)).where(EvidenceRow.call_id == call)
            last = (await session.exec(wanted)).one() or 0.0
            mine = select(CallPart).where(CallPart.call_id == call, CallPart.agent == draft.by)
            part = (await session.exec(mine)).first()
            desk = part.extension if part else ""
            for what, value in actions_of(wrapup):
                body = {"what": what, "value": value, "desk": desk}
                session.add(EvidenceRow(call_id=call, clock=last, kind="action", body=body))
            await session.delete(draft)


async def _end_lessons(store: Store, alarm: Callable[[str], None]) -> None:
    """A lesson does not outlive its server; whoever held it must know."""
    async with store.write() as session:
        wanted = select(Lesson).where(col(Lesson.ended).is_(None))
        for lesson in (await session.exec(wanted)).all():
            lesson.ended = time.time()
            session.add(lesson)
            alarm(say("lesson_cut", lesson=lesson.id))


async def _break_off(store: Store, call: Call, recorded_until: float) -> None:
    """The call lasted as long as anything is known of it: the last evidence, the last sound."""
    async with store.write() as session:
        wanted = select(func.max(EvidenceRow.clock)).where(EvidenceRow.call_id == call.id)
        last = max((await session.exec(wanted)).one() or call.zero, recorded_until)
        call.state = call.outcome = "broken_off"
        call.ended_clock = last
        if call.answered_clock is not None:
            call.talk_seconds = round(max(0.0, last - call.answered_clock), 3)
        await session.merge(call)


async def grade_left_over(records: Records, grade: Callable[[Call], Awaitable[None]]) -> None:
    """Grade calls whose talk was over but whose marks were not given yet."""
    for state in ("wrapping", "ended"):
        for call in await records.in_state(state):
            if call.scenario and call.answered_clock is not None:
                call.state = "ended"
                await grade(call)
