import asyncio
import contextlib
import io
import socket
import wave
from pathlib import Path

import numpy as np
import psutil
import pytest

from classroom.door import wire
from classroom.door.client import DoorClient
from tests.classroom.staff import launch, serving, student

pytestmark = [pytest.mark.wire, pytest.mark.long, pytest.mark.timeout(300)]

ORDER = wire.LessonOrder(scenarios=["order-inquiry"], lang="en", seed=7, gap_seconds=0.2, calls=1)


@pytest.mark.feature("SCH-02", "SCH-05", "SCH-08", "TEL-10")
async def test_a_whole_training_call(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, student(server.server) as one:
        lesson = await one.teacher.start_lesson(ORDER)
        await asyncio.wait_for(one.work(), 200)
        ((call_id, card),) = one.graded.items()
        assert call_id == f"L{lesson.id}-0001"
        assert card.out_of == 100 and len(card.findings) >= 10
        record = await one.door.call(call_id)
        assert record.summary.state == "graded" and record.summary.score == card.score
        assert record.codec == "PCMA" and record.transport == "udp"
        said = [item for item in record.timeline if item.kind == "utterance"]
        assert {item.who for item in said} == {"ivr", "customer", "agent"}
        assert all(item.at < 0 for item in said if item.who == "ivr" and "key" in item.text)
        assert record.wrapup and record.customer_mood and record.outcome
        assert record.recording and record.recording.mark == ""
        assert record.recording.seconds > record.summary.talk_seconds - 0.1
        sound = await one.door.recording(call_id)
        with wave.open(io.BytesIO(sound)) as file:
            assert (file.getnchannels(), file.getframerate()) == (2, 8000)
            frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        assert np.abs(frames[:, 0]).max() > 1000, "the customer is heard on the left"
        again = await one.teacher.regrade(call_id)
        assert again == card
        assert not (await one.teacher.health()).alarms
        assert (await one.teacher.lessons())[0].finished == 1
    assert await server.stop() == 0


@pytest.mark.feature("TEL-10")
async def test_a_killed_server_comes_back_with_everything(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, student(server.server) as one:
        await one.teacher.start_lesson(ORDER.model_copy(update={"calls": 2}))
        work = asyncio.create_task(one.work(calls=2))
        await asyncio.wait_for(one.in_second_talk.wait(), 280)
        server.kill()
        await server.process.wait()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    ((first, card),) = one.graded.items()
    second = next(call for call in one.cards if call != first)
    async with serving(tmp_path) as server, DoorClient(server.server, lang="en") as teacher:
        await teacher.login("teacher", "demo-teacher")
        rows = {call.call_id: call for call in await teacher.calls()}
        assert rows[first].state == "graded" and rows[first].score == card.score
        assert rows[second].state == "broken_off" and rows[second].talk_seconds > 0
        record = await teacher.call(second)
        assert record.recording and record.recording.mark == "broken_off"
        assert record.recording.seconds > 3 and rows[second].talk_seconds > 3
        assert any(item.who == "customer" for item in record.timeline)
        for call_id in (first, second):
            with wave.open(io.BytesIO(await teacher.recording(call_id))) as file:
                assert file.getnframes() > 8000


async def test_a_port_in_use_is_one_sentence_and_exit_code_two(tmp_path: Path) -> None:
    with socket.socket() as taken, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        sip.bind(("127.0.0.1", 0))
        for ports, words in (
            ({"http": taken.getsockname()[1]}, "The HTTP port"),
            ({"sip": sip.getsockname()[1]}, "The SIP port"),
        ):
            server = await launch(tmp_path, **ports)
            assert await server.process.wait() == 2
            assert server.said[-1].startswith(words) and "is in use; stop" in server.said[-1]


async def test_two_servers_do_not_share_a_folder(tmp_path: Path) -> None:
    async with serving(tmp_path):
        other = await launch(tmp_path)
        assert await other.process.wait() == 2
        assert other.said[-1].startswith("Another server works in the data folder")


async def test_children_that_die_are_started_again_with_an_alarm(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, DoorClient(server.server, lang="en") as teacher:
        await teacher.login("teacher", "demo-teacher")
        children = psutil.Process(server.process.pid).children()
        pids = {child.cmdline()[-1]: child for child in children}
        async with contextlib.aclosing(teacher.floor()) as events:
            await anext(events)
            for module, name in (("marker", "grading"), ("carrier", "carrier")):
                pids[f"classroom.practice.{module}"].kill()
                async for event in events:
                    if isinstance(event, wire.Alarm) and name in event.text:
                        assert event.text == f"The {name} process died and was started again."
                        break
