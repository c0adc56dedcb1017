import os
from pathlib import Path

import pytest

from classroom.door import wire
from classroom.recovery import tidy
from classroom.store.calls import (
    Call,
    CallPart,
    EvidenceRow,
    Recording,
    RecordingPiece,
    WrapupDraft,
)
from classroom.store.engine import Store
from classroom.store.lessons import Lesson
from classroom.store.records import Records
from grader.evidence import DeskAction
from telephony.media.recorder import wav_header

pytestmark = pytest.mark.unit

SECOND = b"\xff" * 16000


def quiet(text: str) -> None:
    raise AssertionError(text)


async def left_behind(store: Store, *, answered: float | None, said_at: float) -> Call:
    """A call that a killed server was in the middle of."""
    call = Call(
        id="L1-0001", state="talking", started=1000.0, began_clock=50.0, answered_clock=answered
    )
    async with store.write() as session:
        session.add(call)
    async with store.write() as session:
        row = EvidenceRow(call_id=call.id, clock=said_at, kind="line", body={"what": "x"})
        session.add(row)
        recording = Recording(call_id=call.id, path="a.wav", began_clock=62.6, mark="open")
        session.add(recording)
    return call


@pytest.mark.parametrize(("said_at", "talked"), [(62.5, 3.1), (64.0, 3.1), (70.0, 7.5)])
async def test_a_broken_call_is_as_long_as_its_last_sound_or_sign(
    tmp_path: Path, store: Store, said_at: float, talked: float
) -> None:
    await left_behind(store, answered=62.5, said_at=said_at)
    (tmp_path / "a.wav").write_bytes(wav_header(0) + 3 * SECOND)
    records = Records(store, tmp_path)
    await tidy(store, records, tmp_path, quiet)
    call, recording = await records.call("L1-0001"), await records.recording("L1-0001")
    assert call is not None and recording is not None
    assert (call.state, call.outcome, call.talk_seconds) == ("broken_off", "broken_off", talked)
    assert (recording.mark, recording.seconds) == ("broken_off", 3.0)


async def test_a_call_that_nobody_answered_was_no_talk(tmp_path: Path, store: Store) -> None:
    await left_behind(store, answered=None, said_at=55.0)
    records = Records(store, tmp_path)
    await tidy(store, records, tmp_path, quiet)
    call, recording = await records.call("L1-0001"), await records.recording("L1-0001")
    assert call is not None and recording is not None
    assert (call.state, call.talk_seconds, call.ended_clock) == ("broken_off", 0.0, 55.0)
    assert recording.mark == "lost", "there is no such file"


async def test_a_lesson_that_a_kill_cut_short_is_over_and_told_once(
    tmp_path: Path, store: Store
) -> None:
    async with store.write() as session:
        session.add(Lesson(started=1.0, ended=2.0))
        session.add(Lesson(started=3.0))
    told: list[str] = []
    records = Records(store, tmp_path)
    await tidy(store, records, tmp_path, told.append)
    assert len(told) == 1 and "2" in told[0] and "F4" in told[0]
    await tidy(store, records, tmp_path, quiet)


async def test_a_summary_that_was_being_written_counts_as_it_stood(
    tmp_path: Path, store: Store
) -> None:
    call = await left_behind(store, answered=62.5, said_at=70.0)
    half = wire.Wrapup(summary="told her", disposition="", form={"ticket": "fault"})
    async with store.write() as session:
        session.add(
            CallPart(call_id=call.id, no=0, extension="1001", agent="s01", began_clock=62.5)
        )
        session.add(WrapupDraft(call_id=call.id, by="s01", at=1010.0, body=half.model_dump()))
    records = Records(store, tmp_path)
    for _ in range(2):
        await tidy(store, records, tmp_path, quiet)
        record, evidence = await records.record(call.id), await records.evidence(call.id)
        assert record is not None and record.wrapup == half and evidence is not None
        done = [(one.what, one.value) for one in evidence.items if isinstance(one, DeskAction)]
        assert done == [
            ("summary", "told her"), ("disposition", ""), ("form_field", "ticket=fault")
        ]  # fmt: skip


@pytest.mark.feature("SEA-22")
@pytest.mark.parametrize("kept", [1, 2, 3])
async def test_every_piece_recorded_by_order_outlives_a_kill(
    tmp_path: Path, store: Store, kept: int
) -> None:
    """The last piece was never closed; of the others a later one may not have been written at all."""
    call = await left_behind(store, answered=62.5, said_at=62.5)
    began = (64.5, 68.5, 72.5)
    async with store.write() as session:
        for no, at in enumerate(began, start=1):
            path = f"a-{no}.wav"
            session.add(RecordingPiece(call_id=call.id, no=no, path=path, began_clock=at))
    for no in range(1, kept + 1):
        closed = 2 * 16000 if no < kept else 0
        (tmp_path / f"a-{no}.wav").write_bytes(wav_header(closed) + 2 * SECOND)
    records = Records(store, tmp_path)
    for _ in range(2):
        await tidy(store, records, tmp_path, quiet)
        recording, row = await records.recording(call.id), await records.call(call.id)
        assert recording is not None and row is not None
        long = began[kept - 1] + 2 - 62.5
        assert (recording.path, recording.seconds) == ("a-1.wav", long)
        assert (recording.mark, recording.began_clock) == ("broken_off", 62.5)
        assert row.talk_seconds == long
    assert os.listdir(tmp_path).count("a-1.wav") == 1 and "a-2.wav" not in os.listdir(tmp_path)
    assert await records.pieces() == {}
