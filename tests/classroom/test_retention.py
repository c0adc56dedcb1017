"""The notice promises so many days: then calls, recordings and messages go, and nothing else does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from classroom.retention import AT_ONCE, Retention
from classroom.store.calls import (
    Call,
    CallPart,
    EvidenceRow,
    Recording,
    RecordingPiece,
    ScorecardRow,
    VerdictRow,
    WrapupDraft,
    WrapupRow,
)
from classroom.store.desks import DeskLog
from classroom.store.engine import Store
from classroom.store.lessons import Lesson

pytestmark = pytest.mark.unit

DAY = 86_400.0
NOW = 400 * DAY
KINDS = (
    Call, CallPart, EvidenceRow, Recording, RecordingPiece, ScorecardRow, VerdictRow, WrapupDraft,
    WrapupRow,
)  # fmt: skip


def everything_of(call: str, started: float) -> list[SQLModel]:
    """A call with one row of each kind that may hang on it."""
    body = {"what": "said"}
    return [
        Call(
            id=call, state="graded", seed=1, level=1, caller="1", started=started, began_clock=1.0
        ),
        CallPart(call_id=call, no=1, extension="1001", agent="s01", began_clock=1.0),
        EvidenceRow(call_id=call, clock=1.0, kind="utterance", body=body),
        Recording(call_id=call, path=f"recordings/{call}.wav"),
        RecordingPiece(call_id=call, no=1, path=f"recordings/{call}-2.wav", began_clock=1.0),
        ScorecardRow(
            call_id=call, at=started, rubric="r", version="1", score=80.0, passed=True, body=body
        ),
        VerdictRow(call_id=call, at=started, by="t", score=81.0, comment="好"),
        WrapupDraft(call_id=call, by="s01", at=started, body=body),
        WrapupRow(call_id=call, at=started, by="s01", body=body),
    ]


async def left(store: Store) -> dict[str, set[str]]:
    """The calls that each table still speaks of."""
    found = dict[str, set[str]]()
    async with store.read() as session:
        for kind in KINDS:
            rows = (await session.exec(select(kind))).all()
            found[kind.__name__] = {
                row.id if isinstance(row, Call) else row.call_id for row in rows
            }
    return found


async def test_what_is_older_than_promised_goes_with_its_sound_and_the_rest_stays(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    async with store.write() as session:
        session.add(Lesson(id=1, started=0.0, by="t", body={}, placed=2, finished=2))
        session.add(DeskLog(extension="1001", began=NOW - 181 * DAY, duty="ready", activity="idle"))
        session.add(DeskLog(extension="1001", began=NOW, duty="break", activity="idle"))
        for call, days in (("old", 180.01), ("young", 179.99)):
            rows = everything_of(call, NOW - days * DAY)
            session.add(rows[0])
            await session.flush()
            session.add_all(rows[1:])
            for name in (f"{call}.wav", f"{call}-2.wav"):
                (folder / name).write_bytes(b"RIFF")
    for name, at in (
        ("conference-8001-19700801-080000.wav", NOW - 181 * DAY),
        ("conference-8001-19710101-080000.wav", NOW - 179 * DAY),
        ("teacher's own.wav", 0.0),
    ):
        (folder / name).write_bytes(b"RIFF")
        os.utime(folder / name, (at, at))

    asked: list[float] = []
    retention = Retention(store, tmp_path, 180, asked.append, wall=lambda: NOW)
    assert await retention.forget() == 1
    assert await left(store) == {kind.__name__: {"young"} for kind in KINDS}
    assert {path.name for path in folder.iterdir()} == {
        "young.wav", "young-2.wav", "conference-8001-19710101-080000.wav", "teacher's own.wav",
    }  # fmt: skip
    assert asked == [NOW - 180 * DAY]
    async with store.read() as session:
        assert [row.duty for row in (await session.exec(select(DeskLog))).all()] == ["break"]
        assert (await session.exec(select(Lesson))).one().id == 1
    assert await retention.forget() == 0


async def test_many_go_in_turns_and_a_lost_file_holds_nobody_up(
    store: Store, tmp_path: Path
) -> None:
    async with store.write() as session:
        for n in range(AT_ONCE + 1):
            session.add(Call(id=f"c{n}", seed=1, level=1, started=float(n), began_clock=0.0))
        await session.flush()
        session.add(Recording(call_id="c0", path="recordings/gone.wav"))
        session.add(Recording(call_id="c1", path=""))
    retention = Retention(store, tmp_path, 1, lambda before: None, wall=lambda: NOW)
    assert await retention.forget() == AT_ONCE + 1
    assert set().union(*(await left(store)).values()) == set()
