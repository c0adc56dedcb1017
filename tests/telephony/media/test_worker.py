"""The worker as a process: real sockets, real seconds, and what is left when it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import soundfile

from telephony.media import process, rtp
from telephony.media.codec import RATE
from telephony.media.control import (
    CloseLeg,
    Digit,
    LegFailed,
    LegReport,
    MediaCame,
    MediaEvent,
    OpenLeg,
    Play,
    PlayEnded,
    Press,
    Record,
    RecordingBroken,
    RecordingClosed,
    SetRow,
    WorkerReady,
    WorkerReport,
    to_line,
)
from telephony.media.dtmf import build_event
from telephony.media.errors import WorkerDied
from telephony.media.process import MediaProcess
from telephony.media.recorder import recover
from tests.telephony.media.stage import EVENT_TYPE, FarEnd, pitches_in

pytestmark = pytest.mark.wire

HOST = "127.0.0.1"
Event = TypeVar("Event")


def free_port() -> int:
    """An even port whose neighbour is free too."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first:
            first.bind((HOST, 0))
            port = first.getsockname()[1] // 2 * 2
        try:
            for number in (port, port + 1):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.bind((HOST, number))
        except OSError:
            continue
        return port


class Telephone(FarEnd):
    """A far end on a socket of its own."""

    def on_the_wire(self) -> None:
        self.wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.wire.setblocking(False)
        self.wire.bind((HOST, 0))
        self.address = self.wire.getsockname()
        self.port = free_port()
        self.late_frames = 0

    def speak(self) -> None:
        self.wire.sendto(self.say(), (HOST, self.port))

    def listen(self) -> None:
        while True:
            try:
                data = self.wire.recv(2048)
            except BlockingIOError:
                return
            if not 72 <= data[1] & 0x7F <= 76:  # RTCP for a neighbour whose port is the one below
                self.packets.append(rtp.parse(data))


class Exchange:
    """A worker and the telephones around it."""

    def __init__(self, media: MediaProcess) -> None:
        self.media = media
        self.told: list[MediaEvent] = []
        self.phones: dict[str, Telephone] = {}
        self._came = asyncio.Event()
        self._asked = 0
        media.subscribe(self._take)

    def _take(self, event: MediaEvent) -> None:
        self.told.append(event)
        self._came.set()

    def plug(self, leg: str, hertz: float, codec: str = "PCMA") -> Telephone:
        phone = Telephone(leg, hertz, ("", 0), codec, ssrc=len(self.phones) + 1)
        phone.on_the_wire()
        self.phones[leg] = phone
        for command in phone.open(phone.port, HOST):
            self.media.send(command)
        return phone

    def join(self, a: str, b: str, path: Path | None = None) -> None:
        self.media.send(SetRow(a, {b: 1.0}))
        self.media.send(SetRow(b, {a: 1.0}))
        if path is not None:
            name = path.stem
            self.media.send(Record(name, str(path)))
            self.media.send(SetRow(f"{name}/left", {b: 1.0}))
            self.media.send(SetRow(f"{name}/right", {a: 1.0}))

    async def talk(self, seconds: float) -> None:
        """All telephones say a packet every 20 ms of real time, and keep what they hear."""
        due = time.monotonic()
        for _ in range(round(seconds * 50)):
            due += 0.02
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            late = time.monotonic() - due > 0.015
            for phone in self.phones.values():
                phone.speak()
                phone.late_frames += late
                phone.listen()

    async def until(self, kind: type[Event], found: Callable[[Event], bool] = bool) -> Event:
        """Wait for an event."""
        async with asyncio.timeout(60):
            while True:
                for event in self.told:
                    if isinstance(event, kind) and found(event):
                        return event
                self._came.clear()
                await self._came.wait()

    async def awake(self, seconds: float = 0.02) -> None:
        """Wait until the worker has obeyed all that was sent, and for so much of its own time."""
        self._asked += 1
        name = f"awake{self._asked}"
        self.media.send(Play(name, [f"silence:{seconds}"]))
        await self.until(PlayEnded, lambda e: e.source == name)

    def unplug(self) -> None:
        for phone in self.phones.values():
            phone.wire.close()


def _of_recording(name: str) -> Callable[[RecordingClosed], bool]:
    return lambda event: event.recording == name


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    media = MediaProcess(log=tmp_path / "media.log")
    await media.start()
    exchange = Exchange(media)
    try:
        await exchange.awake()
        yield exchange
    finally:
        exchange.unplug()
        await media.close()


@pytest.mark.feature("TEL-10")
async def test_two_recorded_calls_between_four_parties(exchange: Exchange, tmp_path: Path) -> None:
    pitches = {"agent1": 440.0, "customer1": 620.0, "agent2": 880.0, "customer2": 1300.0}
    for n, (leg, hertz) in enumerate(pitches.items()):
        exchange.plug(leg, hertz, "PCMU" if n > 1 else "PCMA")
    for n in (1, 2):
        exchange.join(f"agent{n}", f"customer{n}", tmp_path / f"call{n}.wav")
    await exchange.talk(1)
    exchange.media.send(Press("customer1", "42"))
    agent = exchange.phones["agent1"]
    event = rtp.RtpPacket(EVENT_TYPE, 1, 9000, 9, build_event("9", 160, end=True), True)
    agent.wire.sendto(rtp.build(event), (HOST, agent.port))
    await exchange.talk(1)
    for leg in pitches:
        exchange.media.send(CloseLeg(leg))
    await exchange.media.close()

    everyone = list(pitches.values())
    for n in (1, 2):
        a, c = pitches[f"agent{n}"], pitches[f"customer{n}"]
        assert pitches_in(exchange.phones[f"agent{n}"].heard()[1600:], everyone, 200) == {c}
        assert pitches_in(exchange.phones[f"customer{n}"].heard()[1600:], everyone, 200) == {a}
        closed = await exchange.until(RecordingClosed, _of_recording(f"call{n}"))
        sound, rate = soundfile.read(closed.path, dtype="int16")
        assert rate == RATE and len(sound) == closed.seconds * RATE
        assert closed.seconds >= 1.6, "two seconds were talked, less the frames on their way"
        assert pitches_in(sound[1600:, 0], everyone, 200) == {c}
        assert pitches_in(sound[1600:, 1], everyone, 200) == {a}
    assert exchange.phones["customer1"].keys() == "42"
    assert [(e.leg, e.digit) for e in exchange.told if isinstance(e, Digit)] == [("agent1", "9")]
    assert sorted(e.leg for e in exchange.told if isinstance(e, MediaCame)) == sorted(pitches)
    reports = [e for e in exchange.told if isinstance(e, LegReport)]
    assert len(reports) == 4 and {e.lost for e in reports if e.leg != "agent1"} == {0}


async def test_ten_recorded_calls_lose_no_frame(exchange: Exchange, tmp_path: Path) -> None:
    for n in range(10):
        exchange.plug(f"agent{n}", 300.0 + 50 * n)
        exchange.plug(f"customer{n}", 900.0 + 50 * n)
        exchange.join(f"agent{n}", f"customer{n}", tmp_path / f"call{n}.wav")
    await exchange.awake()
    await exchange.talk(5.5)
    await exchange.awake(1.0)  # four datagrams a tick: what we sent late and at once is taken, too
    report = await exchange.until(WorkerReport)
    for leg in exchange.phones:
        exchange.media.send(CloseLeg(leg))
    await exchange.media.close()
    phones = exchange.phones
    reports = {e.leg: e for e in exchange.told if isinstance(e, LegReport)}
    for leg, phone in phones.items():
        phone.listen()
        assert phone.gaps() == 0, "every packet of the worker arrived, in order"
        assert len(phone.packets) >= 250, "a packet every 20 ms for at least the talk"
        assert (reports[leg].lost, reports[leg].received) == (0, phone.said)
        # what the far end itself sent late may be concealed; nothing else
        assert reports[leg].concealed <= 3 + phone.late_frames
    assert report.legs == 20 and report.ticks >= 250
    closed = [e for e in exchange.told if isinstance(e, RecordingClosed)]
    assert len(closed) == 10
    for event in closed:
        sound, _ = soundfile.read(event.path, dtype="int16")
        assert np.abs(sound[RATE : 5 * RATE]).max(axis=0).min() > 5000


async def test_a_killed_worker_leaves_a_readable_recording(
    exchange: Exchange, tmp_path: Path
) -> None:
    path = tmp_path / "call.wav"
    exchange.plug("agent", 440.0)
    exchange.plug("customer", 620.0)
    exchange.join("agent", "customer", path)
    began = time.monotonic()
    await exchange.talk(3)
    assert exchange.media.pid is not None
    os.kill(exchange.media.pid, signal.SIGKILL)
    assert await asyncio.wait_for(exchange.media.died, 60) == -signal.SIGKILL
    seconds = recover(path)
    sound, _ = soundfile.read(path, dtype="int16")
    assert 1.8 <= seconds <= time.monotonic() - began and len(sound) == round(seconds * RATE)
    assert pitches_in(sound[1600:, 0], [440.0, 620.0]) == {620.0}
    assert pitches_in(sound[1600:, 1], [440.0, 620.0]) == {440.0}
    with pytest.raises(WorkerDied, match="start it again"):
        exchange.media.send(CloseLeg("agent"))
    await exchange.media.start()
    exchange.told.clear()
    await exchange.awake()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
async def test_a_full_disk_ends_the_recording_and_not_the_call(exchange: Exchange) -> None:
    exchange.plug("agent", 440.0)
    customer = exchange.plug("customer", 620.0)
    exchange.join("agent", "customer", Path("/dev/full"))
    broken = await exchange.until(RecordingBroken)
    assert broken.recording == "full" and "No space left" in broken.why
    await exchange.talk(0.6)
    assert pitches_in(customer.heard()[1600:], [440.0, 620.0]) == {440.0}


async def test_a_port_in_use_is_told(exchange: Exchange) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, 0))
        port = taken.getsockname()[1]
        exchange.media.send(OpenLeg("a", HOST, port))
        failed = await exchange.until(LegFailed)
        assert str(port) in failed.why
        exchange.media.send(OpenLeg("b", HOST, port - 1))  # its RTCP port is the taken one
        await exchange.until(LegFailed, lambda e: e.leg == "b")


async def test_nonsense_on_the_pipe_is_passed_over(exchange: Exchange) -> None:
    process = exchange.media._process
    assert process is not None and process.stdin is not None
    process.stdin.write(b'not json\n{"is":"Nothing"}\n[1]\n{"is":"Play"}\n\xff\xfe\n')
    exchange.told.clear()
    await exchange.awake()


async def test_a_subscriber_that_fails_deafens_no_other(exchange: Exchange) -> None:
    failures: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failures.append(context))

    def fail(event: MediaEvent) -> None:
        raise ValueError(type(event).__name__)

    unsubscribe = exchange.media.subscribe(fail)
    await exchange.awake()
    unsubscribe()
    await exchange.awake()
    loop.set_exception_handler(None)
    assert [str(failure["exception"]) for failure in failures] == ["PlayBegan", "PlayEnded"]


async def test_the_end_of_the_pipe_ends_the_worker(tmp_path: Path) -> None:
    media = MediaProcess()
    await media.start()
    exchange = Exchange(media)
    await exchange.awake()
    media.send(Record("r", str(tmp_path / "r.wav")))
    process = media._process
    assert process is not None and process.stdin is not None
    process.stdin.close()
    assert await asyncio.wait_for(media.died, 60) == 0
    assert (await exchange.until(RecordingClosed)).recording == "r"
    await media.close()


async def test_a_worker_told_to_end_closes_its_recording_and_one_interrupted_goes_on(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.media.send(Record("r", str(tmp_path / "r.wav")))
    await exchange.awake()
    assert exchange.media.pid is not None
    os.kill(exchange.media.pid, signal.SIGINT)  # Ctrl-C reaches the children of a terminal too
    await exchange.awake()
    os.kill(exchange.media.pid, signal.SIGTERM)
    assert await asyncio.wait_for(exchange.media.died, 60) == 0
    assert (await exchange.until(RecordingClosed)).recording == "r"


async def test_a_worker_is_started_once_it_is_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """This one is slow to wake, and deaf."""
    line = to_line(WorkerReady()).decode().strip()
    sleeps = f"import sys, time; time.sleep(0.3); print({line!r}, flush=True); sys.stdin.read()"
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", sleeps))
    media = MediaProcess()
    began = time.monotonic()
    await media.start()
    assert time.monotonic() - began >= 0.3
    await media.close()


async def test_a_worker_that_does_not_wake_is_told_and_can_be_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    media = MediaProcess()
    with monkeypatch.context() as broken:
        broken.setattr(process, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
        with pytest.raises(WorkerDied, match="before it was awake; see its log"):
            await media.start()
    assert media.pid is None
    with pytest.raises(WorkerDied, match="start it again"):
        media.send(CloseLeg("a"))
    await media.start()
    await Exchange(media).awake()
    await media.close()


async def test_a_worker_that_cannot_be_reached_says_so() -> None:
    with pytest.raises(WorkerDied):
        MediaProcess().send(CloseLeg("a"))
