"""A disk that fills in mid-call: the talk goes on, the recording stops with a mark and an alarm."""

import asyncio
import io
import sqlite3
import wave
from contextlib import AsyncExitStack, aclosing, closing
from pathlib import Path

import pytest

from classroom.door import wire
from classroom.door.client import DoorClient
from telephony.media.process import MediaProcess
from telephony.phone_events import CallState
from tests.classroom.real import Real, lab, real
from tests.classroom.seats import Seat, seat, teacher, until_states
from tests.classroom.small_disk import fill, small_disk

pytestmark = [pytest.mark.wire, pytest.mark.long, pytest.mark.timeout(300)]


async def alarm(door: DoorClient, words: str) -> str:
    """Wait for an alarm with these words on the floor, or find it in the health."""
    async with aclosing(door.floor()) as events:  # type: ignore[type-var]
        async for event in events:
            if isinstance(event, wire.Alarm) and words in event.text:
                return event.text
            for told in (await door.health()).alarms:
                if words in told:
                    return told
    raise AssertionError("the floor ended")


async def talk(stack: AsyncExitStack, server: Real) -> tuple[DoorClient, Seat, Seat]:
    """Two seats that talk with each other."""
    media = await stack.enter_async_context(MediaProcess())
    door = await stack.enter_async_context(teacher(server.http))
    one = await stack.enter_async_context(seat(server.http, media, 1))
    two = await stack.enter_async_context(seat(server.http, media, 2))
    call = await one.phone.dial("1002")
    await call.until_answered()
    one.calls.append(call)
    await call.play(["tone:500:1.0", "silence:1.0"], loop=True)
    return door, one, two


async def test_a_disk_that_fills_in_a_call(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 24) as disk:
        data = disk / "data"
        data.mkdir()
        (data / "lab.toml").write_text("[disk]\nleast_free_mb = 4\n")
        async with real(data) as server, AsyncExitStack() as stack:
            door, one, two = await talk(stack, server)
            (row,) = await until_states(door, {"talking"}, 1)
            await asyncio.sleep(3)  # some seconds that are kept
            ballast = fill(disk)
            told = await asyncio.wait_for(alarm(door, "recording of call"), 90)
            assert row.call_id in told and "the call goes on" in told
            assert one.calls[0].state is two.calls[0].state is CallState.TALKING
            for _ in range(30):  # what happens meanwhile is kept in memory
                await one.door.desk("break", "coffee")
                await one.door.desk("ready")
            told = await asyncio.wait_for(alarm(door, "database cannot be written"), 90)
            assert "free room" in told
            await one.hang_up()
            ballast.unlink()
            await until_states(door, {"ended", "wrapping", "graded"}, 1)
            record = await door.call(row.call_id)
            assert record.recording and record.recording.mark == "disk_full"
            assert 1.0 < record.recording.seconds < record.summary.talk_seconds + 0.5
            with wave.open(io.BytesIO(await door.recording(row.call_id))) as file:
                assert file.getnchannels() == 2
                assert abs(file.getnframes() / 8000 - record.recording.seconds) < 0.1
            happened = [item.what for item in record.timeline if item.kind == "line"]
            assert "recording_stopped" in happened and "ended" in happened
            assert (await door.health()).calls == 0
            again = await one.phone.dial("1002")
            await again.until_answered()
            await again.hang_up()
            assert await server.stop() == 0
        code, out, err = await lab("people", "list", "--data", str(data), "--json")
        assert code == 0 and "1002" in out, err
        with closing(sqlite3.connect(data / "lab.sqlite3")) as base:
            wanted = "select count(*) from desklog where reason = 'coffee'"
            assert base.execute(wanted).fetchone() == (30,)
            assert base.execute("pragma integrity_check").fetchone() == ("ok",)
