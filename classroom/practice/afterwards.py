"""What happens to a call when it is over: late lines into the recording, marks, the last event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from classroom.door import wire
from classroom.errors import ClassroomError, NotWritten, Refusal
from classroom.floor import Floor
from classroom.practice.marking import Marker
from classroom.practice.opencall import OpenCall, Spoken
from classroom.practice.tape import BY_ORDER, mix_in, splice
from classroom.store.calls import Call, RecordingPiece, ScorecardRow, VerdictRow
from classroom.store.ledger import Ledger
from classroom.store.records import Records, summary_of
from classroom.words import say
from grader.evidence import BROKEN_OFF

_log = structlog.get_logger("calls")


class LateVoice(Protocol):
    """Speaks lines whose call is over."""

    async def speak(self, text: str, lang: wire.Lang) -> Path:
        """Return the clip; raises SpeechError."""


class Afterwards:
    """Finishes calls, each in a task of its own."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        records: Records,
        marker: Marker,
        floor: Floor,
        voice: LateVoice,
        data: Path,
        finished: Callable[[OpenCall], None] = lambda call: None,
    ) -> None:
        self._ledger, self._records, self._marker, self._floor = ledger, records, marker, floor
        self._voice, self._data, self._finished = voice, data, finished
        self._tasks: set[asyncio.Task[None]] = set()

    def finish(self, call: OpenCall) -> None:
        """Begin to finish a call."""
        task = asyncio.create_task(self._finish_or_leave(call), name=f"finish {call.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait until every call is finished; those that cannot be written the next start finishes."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def regrade(self, call_id: str) -> wire.Scorecard:
        """Grade a stored call again; refuses one that has nothing to grade."""
        await self._ledger.settled()
        call = await self._records.call(call_id)
        if call is None:
            raise Refusal(404, "no_call", call=call_id)
        if not call.scenario or call.answered_clock is None:
            raise Refusal(409, "not_graded")
        card, _ = await self._grade(call)
        if call.ungraded:
            call.ungraded = ""
            self._ledger.keep(call)
        return card

    async def judge(self, call_id: str, verdict: wire.Verdict) -> None:
        """Keep an instructor's verdict."""
        row = VerdictRow(
            call_id=call_id,
            at=verdict.at,
            by=verdict.by,
            score=verdict.score,
            comment=verdict.comment,
        )
        self._ledger.keep(row)
        await self._ledger.settled()

    async def grade_left_over(self, call: Call) -> None:
        """Grade a call that a killed server left between talk and marks."""
        await self._mark(call)

    async def _finish_or_leave(self, call: OpenCall) -> None:
        try:
            await self._finish(call)
        except NotWritten:
            _log.warning("call left to the next start", call=call.id)

    async def _finish(self, call: OpenCall) -> None:
        row = call.row
        row.ungraded = "" if call.answered else "not_answered"
        if call.answered:
            row.state = "ended"
            if call.ordered is None:
                row.ungraded = "no_scenario"
            else:
                await self._mark(row)  # Marks come from words; nobody waits for their sound.
        await self._splice(call)
        if call.late:
            await self._render(call)
        self._ledger.keep(row)
        await self._ledger.settled()
        record = await self._records.record(row.id)
        summary = record.summary if record else summary_of(row, "", None, None)
        self._floor.set_call(summary, row.extension)
        self._finished(call)

    async def _mark(self, row: Call) -> None:
        if not row.scenario or row.answered_clock is None:
            return
        self._ledger.keep(row)
        try:
            card, outcome = await self._grade(row)
        except ClassroomError as error:
            why = str(error.values.get("why", error))
            self._floor.alarm(say("not_graded_now", call=row.id, why=why))
            _log.error("call not graded", call=row.id, why=why)
            row.ungraded = "grading_failed"
            self._ledger.keep(row)
            return
        row.state = "graded" if outcome != BROKEN_OFF else "broken_off"
        self._ledger.keep(row)
        await self._ledger.settled()
        self._floor.graded(row.id, row.extension, card)

    async def _grade(self, row: Call) -> tuple[wire.Scorecard, str]:
        """Mark each agent's part; returns the last one's card and how the customer left."""
        await self._ledger.settled()
        parts, outcome = await self._records.parts(row.id), ""
        for no in range(max(1, len(parts))):
            evidence = await self._records.evidence(row.id, no)
            if evidence is None:
                raise Refusal(404, "no_call", call=row.id)
            card, outcome = await self._marker.grade(evidence), evidence.outcome
            self._ledger.keep(_card_row(row.id, no, evidence.agent, card))
            await self._ledger.settled()
            if no < len(parts) - 1:
                self._floor.graded(row.id, parts[no].extension, card)
        return card, outcome

    async def _splice(self, call: OpenCall) -> None:
        """Make one recording of what was recorded by order, each piece at its second of the talk."""
        zero, tapes = call.row.answered_clock, call.tapes
        if zero is None or not tapes or (len(tapes) == 1 and tapes[0][0] - zero < BY_ORDER):
            return
        await self._ledger.settled()
        recording = await self._records.recording(call.id)
        if recording is None or recording.mark:
            return
        pieces = [(max(0.0, began - zero), self._data / path) for began, path in tapes]
        try:
            recording.seconds = await asyncio.to_thread(splice, pieces)
        except (OSError, ValueError) as error:
            self._floor.alarm(say("not_spliced", call=call.id, why=error))
            _log.error("recordings not joined", call=call.id, exc_info=error)
            return
        recording.path, recording.began_clock = tapes[0][1], zero
        self._ledger.keep(recording)
        for no in range(1, len(tapes) + 1):
            self._ledger.drop(RecordingPiece, call.id, no)

    async def _render(self, call: OpenCall) -> None:
        """Put the sound of every line that could not be spoken in time where it was said."""
        await self._ledger.settled()
        recording = await self._records.recording(call.id)
        if recording is None or recording.began_clock is None:
            return
        path, late = self._data / recording.path, list(call.late)
        for said in call.spoken:
            if said.who == "agent" and said.text in late:
                late.remove(said.text)
                end = await self._put_in(call, said, path, said.clock - recording.began_clock)
                recording.seconds = max(recording.seconds, end)
        self._ledger.keep(recording)

    async def _put_in(self, call: OpenCall, said: Spoken, path: Path, at: float) -> float:
        lang: wire.Lang = "en" if call.row.lang == "en" else "zh"
        try:
            clip = await self._voice.speak(said.text, lang)
            end = await asyncio.to_thread(mix_in, path, clip, at)
        except Exception as error:
            # Whatever one line's voice or file breaks, the call is graded all the same.
            self._floor.alarm(say("not_rendered", call=call.id, why=error))
            _log.error("late line not rendered", call=call.id, exc_info=error)
            return 0.0
        until = said.clock + end - max(0.0, at)
        self._ledger.keep(call.more(said.no, said.clock, until, rendered_after=True))
        return end


def _card_row(call_id: str, part: int, agent: str, card: wire.Scorecard) -> ScorecardRow:
    return ScorecardRow(
        call_id=call_id, part=part, agent=agent, at=time.time(), rubric=card.rubric,
        version=card.version, score=card.score, passed=card.passed, body=card.model_dump(),
    )  # fmt: skip
