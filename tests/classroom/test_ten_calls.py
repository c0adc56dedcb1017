"""Ten recorded calls at once, while somebody asks the API all the time: no frame is lost."""

import asyncio
import io
import time
import wave
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest

from classroom.door import wire
from classroom.door.client import DoorClient
from telephony.media.control import LegReport, MediaEvent
from telephony.media.process import MediaProcess
from tests.classroom.real import real
from tests.classroom.seats import seat, teacher, until_states

pytestmark = [pytest.mark.wire, pytest.mark.long, pytest.mark.timeout(300)]

CALLS = 10
TALK_SECONDS = 8.0
ORDER = wire.LessonOrder(
    scenarios=["order-inquiry"], lang="en", seed=7, gap_seconds=0.0, calls=CALLS
)


async def ask_on(door: DoorClient, answers: list[float]) -> None:
    """Ask one thing after the other; how long each answer took."""
    while True:
        for ask in (door.calls, door.health):
            began = time.monotonic()
            await ask()
            answers.append(time.monotonic() - began)


def pitch(channel: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(channel.astype(float)))
    return float(np.argmax(spectrum) * 8000 / len(channel))


async def test_ten_recorded_calls_at_once_lose_no_frame(tmp_path: Path) -> None:
    reports: list[LegReport] = []

    def hear(event: MediaEvent) -> None:
        if isinstance(event, LegReport):
            reports.append(event)

    async with real(tmp_path / "data") as server:
        async with AsyncExitStack() as stack:
            media = await stack.enter_async_context(MediaProcess())
            media.subscribe(hear)
            door = await stack.enter_async_context(teacher(server.http))
            seats = [
                await stack.enter_async_context(seat(server.http, media, number))
                for number in range(1, CALLS + 1)
            ]
            answers: list[float] = []
            asking = asyncio.create_task(ask_on(door, answers))
            await door.start_lesson(ORDER)
            await asyncio.wait_for(asyncio.gather(*(one.talking.wait() for one in seats)), 200)
            assert len(await until_states(door, {"talking"}, CALLS)) == CALLS
            await asyncio.sleep(TALK_SECONDS)  # the talk itself
            assert (await door.health()).calls == CALLS
            for one in seats:
                await one.hang_up()
            ended = await until_states(door, {"wrapping", "ended", "graded"}, CALLS)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            for call in ended:
                record = await door.call(call.call_id)
                assert record.recording and record.recording.channels == 2
                assert record.recording.mark == ""
                assert record.summary.talk_seconds >= TALK_SECONDS
                assert record.recording.seconds == pytest.approx(
                    record.summary.talk_seconds, abs=0.03
                )
                with wave.open(io.BytesIO(await door.recording(call.call_id))) as file:
                    assert file.getnchannels() == 2
                    sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
                hertz = 400 + 50 * int(call.agent[1:])
                assert abs(pitch(sound[:, 1]) - hertz) < 5, "the agent's own tone on the right"
                assert np.abs(sound[:, 0]).max() > 1000, "the customer on the left"
        assert await server.stop() == 0
    assert len(reports) == CALLS
    board = server.sound()
    print(f"\n{len(answers)} answers, slowest {max(answers):.3f} s")
    for report in reports:
        print(report)
    for seen in board:
        print(seen)
    assert [report.lost for report in reports] == [0] * CALLS
    assert min(report.received for report in reports) > TALK_SECONDS * 25
    assert len(board) == 2 * CALLS
    assert {seen["lost"] for seen in board} == {"0"}
    assert {seen["remote_lost"] for seen in board} <= {"0", "None"}
    assert len(answers) > 20
