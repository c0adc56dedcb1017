"""What ends in the middle of a call: a seat's process, the server by SIGTERM."""

import asyncio
import io
import sqlite3
import wave
from contextlib import AsyncExitStack, closing
from pathlib import Path

import psutil
import pytest

from classroom.door import wire
from telephony.media.process import MediaProcess
from tests.classroom.real import lab, real, start
from tests.classroom.seats import seat, teacher, until_states
from tests.stage.nursery import Born

pytestmark = [pytest.mark.wire, pytest.mark.long, pytest.mark.timeout(300)]

ORDER = wire.LessonOrder(scenarios=["order-inquiry"], lang="en", seed=7, gap_seconds=0.0, calls=1)


def sit(server: str) -> None:
    """Sit at a seat until killed."""
    asyncio.run(_sit(server))


async def _sit(server: str) -> None:
    async with MediaProcess() as media, seat(server, media, 1) as one:
        print("ready", flush=True)
        await one.talking.wait()
        print("talking", flush=True)
        await asyncio.Event().wait()


async def told(process: Born, word: str) -> None:
    async with asyncio.timeout(120):
        assert (await process.line()).strip() == word


async def test_a_seat_that_dies_in_a_call_leaves_nobody_stuck(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "lab.toml").write_text("[desks]\nwrapup_seconds = 5.0\n")
    async with real(data) as server, teacher(server.http) as door:
        process = Born(sit, server.http)
        await told(process, "ready")
        await door.start_lesson(ORDER)
        await told(process, "talking")
        await until_states(door, {"talking"}, 1)
        process.kill()
        await process.wait()
        (call,) = await asyncio.wait_for(
            until_states(door, {"wrapping", "ended", "graded", "broken_off"}, 1), 120
        )
        assert call.talk_seconds > 5, "silence is noticed, asked about, and ended"
        await asyncio.wait_for(until_states(door, {"broken_off"}, 1), 90)
        record = await door.call(call.call_id)
        print("\n", [(item.at, item.what, item.value) for item in record.timeline if item.what])
        assert (await door.health()).calls == 0
        async with MediaProcess() as media, seat(server.http, media, 1) as again:
            desk = await again.door.my_desk()
            assert (desk.activity, desk.call_id) == ("idle", None)
    assert await server.stop() == 0


async def test_an_agent_who_hangs_up_on_a_customer_is_judged_in_full(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "lab.toml").write_text("[desks]\nwrapup_seconds = 5.0\n")
    async with (
        real(data) as server,
        teacher(server.http) as door,
        MediaProcess() as media,
        seat(server.http, media, 1) as one,
    ):
        await door.start_lesson(ORDER)
        await asyncio.wait_for(one.talking.wait(), 120)
        await one.hang_up()
        (call,) = await asyncio.wait_for(until_states(door, {"graded"}, 1), 120)
        record = await door.call(call.call_id)
    print("\n", [(item.at, item.what, item.value) for item in record.timeline if item.what])
    assert record.outcome == "hung_up_on"
    assert record.scorecard and not record.scorecard.passed
    found = {one.criterion: one for one in record.scorecard.findings}
    print(record.scorecard.score, record.scorecard.waits, record.scorecard.notes)
    for criterion in ("outcome", "disposition", "form", "verified"):
        assert found[criterion].applicable and not found[criterion].points, criterion
    assert await server.stop() == 0


async def test_sigterm_in_a_call_ends_everything_in_order(tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = await start(data)
    async with AsyncExitStack() as stack:
        media = await stack.enter_async_context(MediaProcess())
        one = await stack.enter_async_context(seat(server.http, media, 1))
        async with teacher(server.http) as door:
            await door.start_lesson(ORDER)
            await asyncio.wait_for(one.talking.wait(), 120)
            (call,) = await until_states(door, {"talking"}, 1)
            children = psutil.Process(server.process.pid).children(recursive=True)
            assert len(children) >= 5, [child.cmdline() for child in children]
            await asyncio.sleep(2)  # some talk
        assert await server.stop() == 0
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    assert "Traceback" not in server.log.read_text()
    with closing(sqlite3.connect(data / "lab.sqlite3")) as base:
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)
        ((state, talked),) = base.execute("select state, talk_seconds from call").fetchall()
        ((path, seconds, mark),) = base.execute("select path, seconds, mark from recording")
        open_calls = "select count(*) from call where state in ('queued', 'ringing', 'talking')"
        assert base.execute(open_calls).fetchone() == (0,)
    print("\n", state, talked, seconds, mark)
    assert mark == "" and talked >= 2
    assert seconds == pytest.approx(talked, abs=0.03), "the tape keeps the board's time"
    header = (data / path).read_bytes()[:58]
    assert int.from_bytes(header[54:58], "little") == (data / path).stat().st_size - 58
    async with real(data) as server, teacher(server.http) as door:
        record = await door.call(call.call_id)
        assert record.summary.talk_seconds == talked
        with wave.open(io.BytesIO(await door.recording(call.call_id))) as file:
            assert abs(file.getnframes() / 8000 - seconds) < 0.1
    code, _, err = await lab("grade", call.call_id, "--data", str(data), "--json")
    assert code == 0, err
