"""A call recorded by order, in pieces: one recording in the end, and nothing of it is lost."""

from __future__ import annotations

import pytest

from classroom.practice.afterwards import Afterwards
from classroom.practice.marking import Marker
from telephony.media.recorder import wav_header
from telephony.pbx import events as news
from tests.classroom.test_witness import WRAPUP, Late, Scene, scene

pytestmark = pytest.mark.unit

__all__ = ["scene"]


@pytest.mark.feature("SEA-22")
@pytest.mark.parametrize("late", [False, True])
async def test_both_pieces_are_in_the_recording_at_their_seconds(scene: Scene, late: bool) -> None:
    """Whether the first piece is told closed before or after the second begins."""
    for name in ("o1", "o1-2"):
        path = scene.data / f"{name}.wav"
        path.write_bytes(wav_header(32_000) + bytes(32_000))
    scene.ring()
    scene.answer()
    scene.witness.board(news.RecordingBegan("o1", 72.0))
    pieces = [
        news.RecordingClosed("o1", str(scene.data / "o1.wav"), 2.0),
        news.RecordingBegan("o1", 80.0),
    ]
    for event in reversed(pieces) if late else pieces:
        scene.witness.board(event)
    await scene.ledger.settled()
    kept = (await scene.records.pieces())["o1"]
    assert [(one.path, one.began_clock) for one in kept] == [("o1.wav", 72.0), ("o1-2.wav", 80.0)]
    scene.hang_up()
    scene.witness.wrap_up("o1", WRAPUP, "s01")
    scene.customer_leaves()
    assert scene.over == [], "the second piece is still open"
    scene.witness.board(news.RecordingClosed("o1", str(scene.data / "o1-2.wav"), 2.0))
    (call,) = scene.over
    call.ordered = None
    afterwards = Afterwards(
        ledger=scene.ledger, records=scene.records, floor=scene.floor, voice=Late(scene.data),
        marker=Marker(scene.data / "grading.log", scene.floor.alarm), data=scene.data,
    )  # fmt: skip
    afterwards.finish(call)
    await afterwards.close()
    row = await scene.records.recording("o1")
    assert row and (row.path, row.seconds, row.began_clock) == ("o1.wav", 12.0, 70.0)
    assert (scene.data / "o1.wav").stat().st_size == len(wav_header(0)) + 12 * 16_000
    assert not (scene.data / "o1-2.wav").exists()
    assert await scene.records.pieces() == {}, "nothing is left to join after a kill"
