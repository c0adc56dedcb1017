"""Strangers' telephones at the real server: baresip and SIPp with an extension's own password."""

import asyncio
import io
import shutil
import socket
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from classroom.door import wire
from classroom.door.client import DoorClient
from telephony.media.control import MediaCame
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone, Rang
from tests.classroom.real import Real, real, sip_passwords
from tests.classroom.seats import seat, teacher, until_states
from tests.telephony.interop.test_baresip import CONFIG, MODULES
from tests.telephony.interop.test_sipp import SCENARIOS, fields, finished, free_port, sipp

pytestmark = pytest.mark.interop


def furnish(server: Real, where: Path, extension: str, password: str, hertz: int) -> None:
    """Write the settings, the account and a tone for its microphone."""
    where.mkdir()
    tone = where / "tone.wav"
    sf.write(tone, 0.3 * np.sin(2 * np.pi * hertz * np.arange(8000 * 30) / 8000), 8000)
    (where / "config").write_text(
        CONFIG.format(modules=MODULES, tone=tone, codec="g711", rate=8000)
    )
    (where / "accounts").write_text(
        f"<sip:{extension}@127.0.0.1:{server.sip_port}>;auth_user={extension}"
        f";auth_pass={password};regint=60;answermode=auto\n"
    )


@asynccontextmanager
async def baresip(
    server: Real, where: Path, extension: str, password: str, hertz: int, *commands: str
) -> AsyncIterator[list[str]]:
    """A baresip that registers, hums its tone, answers by itself; what it says, line by line."""
    furnish(server, where, extension, password, hertz)
    asked = [word for command in commands for word in ("-e", command)]
    process = await asyncio.create_subprocess_exec(
        "baresip", "-f", str(where), "-t", "40", *asked, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said: list[str] = []

    async def read() -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            said.append(line.decode("utf-8", "replace"))

    reading = asyncio.create_task(read())
    try:
        yield said
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading
        print("".join(said))


async def registered(door: DoorClient, extension: str) -> None:
    async with asyncio.timeout(90), aclosing(door.floor()) as events:
        async for _ in events:
            if any(desk.registered for desk in await door.desks() if desk.extension == extension):
                return


def pitch(channel: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(channel.astype(float)))
    return float(np.argmax(spectrum) * 8000 / len(channel))


@pytest.mark.skipif(shutil.which("baresip") is None, reason="baresip is not installed")
async def test_baresip_calls_1002_which_is_not_there_and_then_is(tmp_path: Path) -> None:
    async with real(tmp_path / "data") as server, teacher(server.http) as door:
        secrets = await sip_passwords(server.data)
        dial = f"/dial sip:1002@127.0.0.1:{server.sip_port}"
        async with baresip(server, tmp_path / "a", "1001", secrets["1001"], 440, dial) as said:
            await asyncio.wait_for(until_states(door, {"ended", "abandoned"}, 1), 90)
        assert any("480" in line for line in said), "baresip is told that nobody is there"
        async with baresip(server, tmp_path / "b", "1002", secrets["1002"], 700):
            await registered(door, "1002")
            async with baresip(server, tmp_path / "c", "1001", secrets["1001"], 440, dial):
                (call,) = await asyncio.wait_for(until_states(door, {"talking"}, 1), 90)
                await asyncio.sleep(4)  # the talk itself
            await asyncio.wait_for(until_states(door, {"ended", "abandoned"}, 2), 90)
        record = await door.call(call.call_id)
        assert record.recording and record.recording.seconds > 3
        with wave.open(io.BytesIO(await door.recording(call.call_id))) as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        assert abs(pitch(sound[:, 0]) - 440) < 5 and abs(pitch(sound[:, 1]) - 700) < 5
        assert await server.stop() == 0
        sent = [seen for seen in server.sound() if seen["call"] == call.call_id]
        assert {seen["lost"] for seen in sent} == {"0"} and len(sent) == 2


def signed(extension: str, password: str) -> str:
    return f"{extension};[authentication username={extension} password={password}]"


@pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed (sip-tester)")
async def test_sipp_registers_and_its_calls_are_answered(tmp_path: Path) -> None:
    async with real(tmp_path / "data") as server:
        secrets = await sip_passwords(server.data)
        answering, there = free_port(), f"127.0.0.1:{server.sip_port}"
        who = fields(tmp_path, "callees.csv", [signed("1002", secrets["1002"])])
        form = str(SCENARIOS / "register.xml")
        await finished(
            await sipp(
                tmp_path, there, "-sf", form, "-inf", who, "-p", str(answering), "-m", "1",
                "-timeout", "60s", "-timeout_error",
            )
        )  # fmt: skip
        callee = await sipp(tmp_path, "-sn", "uas", "-p", str(answering), "-mp", str(free_port()))
        calls = fields(tmp_path, "callers.csv", [f"{signed('1001', secrets['1001'])};1002"])
        form = str(SCENARIOS / "caller.xml")
        await finished(
            await sipp(
                tmp_path, there, "-sf", form, "-inf", calls, "-p", str(free_port()),
                "-mp", str(free_port()), "-m", "5", "-l", "1", "-timeout", "90s", "-timeout_error",
            )
        )  # fmt: skip
        callee.terminate()
        await callee.communicate()
        async with teacher(server.http) as door:
            assert [call.state for call in await door.calls()] == ["ended"] * 5


def outer_address() -> str:
    """An address of this machine that is not the loopback; skips where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            pytest.skip("this machine has no address but its loopback")
        address: str = probe.getsockname()[0]
        return address


async def test_a_server_on_every_address_is_reached_by_the_one_each_telephone_knows(
    tmp_path: Path,
) -> None:
    outer = outer_address()
    heard: dict[str, asyncio.Event] = {}
    async with real(tmp_path / "data", host="0.0.0.0") as server, AsyncExitStack() as stack:
        secrets = await sip_passwords(server.data)
        port = server.http.rpartition(":")[2]
        phones = []
        for extension, host in (("1001", outer), ("1002", "127.0.0.1")):
            media = await stack.enter_async_context(MediaProcess())
            event = heard[extension] = asyncio.Event()
            media.subscribe(lambda told, event=event: isinstance(told, MediaCame) and event.set())
            account = Account(extension, secrets[extension], (host, server.sip_port))
            phone = await stack.enter_async_context(Phone(account, media=media, local=(host, 0)))
            await phone.register()
            phones.append(phone)
        call = await phones[0].dial("1002")
        rang = await anext(event async for event in phones[1].events() if isinstance(event, Rang))
        assert "0.0.0.0" not in "".join(value for _, value in rang.call.headers)
        await rang.call.answer()
        await call.until_answered()
        assert outer in call.headers.get("Contact")
        await asyncio.wait_for(asyncio.gather(*(event.wait() for event in heard.values())), 90)
        await call.hang_up()
        async with (
            MediaProcess() as media,
            teacher(f"{outer}:{port}") as door,
            seat(f"{outer}:{port}", media, 3, host=outer) as one,
        ):
            order = wire.LessonOrder(scenarios=["order-inquiry"], lang="en", gap_seconds=0, calls=1)
            await door.start_lesson(order)
            await asyncio.wait_for(one.talking.wait(), 90)
            await one.hang_up()
        assert await server.stop() == 0
