"""What the media worker costs: CPU a leg and tick lateness, beside a bare relay of the same packets.

``python -m tests.bench.media [BRIDGES] [SECONDS]``: bridges of three parties, each recorded, against
real sockets. The baseline is a process that only receives and sends on as many sockets.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import selectors
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import numpy as np
import psutil

from telephony.media.codec import FRAME
from telephony.media.control import (
    AimLeg,
    LegReport,
    MediaEvent,
    OpenLeg,
    Record,
    SetRow,
    WorkerReport,
)
from telephony.media.engine import TICK
from telephony.media.process import MediaProcess
from telephony.media.rtp import HEADER
from telephony.media.wideband import Decoder, Encoder

HOST = "127.0.0.1"
PARTIES = 3
FIRST_PORT = 42_000
FAR_PORT = 44_000
RELAY_PORT = 46_000
WARM_UP = 2.0
ROUND = 1.5
"""Seconds of a round: of many the least is told, as what a shared machine adds is not ours."""


def wires(count: int, first: int) -> list[socket.socket]:
    """Sockets that never block, on every second port."""
    made = []
    for n in range(count):
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        wire.setblocking(False)
        wire.bind((HOST, first + 2 * n))
        made.append(wire)
    return made


def far_ends(count: int, seconds: float, pipe: multiprocessing.connection.Connection) -> None:
    """Say a packet on every wire each 20 ms and count what comes back, by its sequence."""
    mine = wires(count, FAR_PORT)
    pipe.send([wire.getsockname()[1] for wire in mine])
    targets = [(HOST, port) for port in pipe.recv()]
    last: list[int | None] = [None] * count
    heard = missed = 0
    due = time.monotonic()
    for n in range(round(seconds * 50)):
        due += 0.02
        time.sleep(max(0.0, due - time.monotonic()))
        packet = HEADER.pack(0x80, 8, n & 0xFFFF, n * FRAME, 7) + bytes((n & 0x7F,)) * FRAME
        for i, (wire, target) in enumerate(zip(mine, targets, strict=True)):
            wire.sendto(packet, target)
            try:
                while True:
                    sequence = int.from_bytes(wire.recv(300)[2:4])
                    heard += 1
                    if (before := last[i]) is not None:
                        missed += (sequence - before - 1) & 0xFFFF
                    last[i] = sequence
            except BlockingIOError:
                continue
    pipe.send((heard, missed))


def relay(count: int, far: list[int], pipe: multiprocessing.connection.Connection) -> None:
    """The baseline: send every packet on to the next party, and nothing else."""
    mine = wires(count, RELAY_PORT)
    pipe.send([wire.getsockname()[1] for wire in mine])
    selector = selectors.DefaultSelector()
    for n, wire in enumerate(mine):
        neighbour = n - n % PARTIES + (n + 1) % PARTIES
        selector.register(wire, selectors.EVENT_READ, (mine[neighbour], (HOST, far[neighbour])))
    while True:
        for key, _ in selector.select():
            assert isinstance(key.fileobj, socket.socket)
            out, target = key.data
            out.sendto(key.fileobj.recv(2048), target)


def shares(pid: int, seconds: float) -> Iterator[float]:
    """Sleep through windows of ``ROUND`` seconds; give the share of a core used in each."""
    process = psutil.Process(pid)
    for _ in range(max(1, int(seconds / ROUND))):
        began, before = time.monotonic(), process.cpu_times()
        time.sleep(ROUND)
        after = process.cpu_times()
        used = after.user + after.system - before.user - before.system
        yield used / (time.monotonic() - began)


async def measure_worker(bridges: int, seconds: float) -> dict[str, object]:
    """Run the worker under load; its CPU is counted after a warm-up."""
    count = bridges * PARTIES
    told: list[MediaEvent] = []
    here, there = multiprocessing.Pipe()
    load = multiprocessing.Process(target=far_ends, args=(count, seconds + WARM_UP, there))
    load.start()
    far = here.recv()
    async with MediaProcess() as media:
        media.subscribe(told.append)
        with tempfile.TemporaryDirectory() as folder:
            for n in range(bridges):
                open_bridge(media, n, far, Path(folder))
            await asyncio.sleep(1)
            here.send([FIRST_PORT + 2 * n for n in range(count)])
            await asyncio.sleep(WARM_UP)
            assert media.pid is not None
            pid = media.pid
            used = await asyncio.to_thread(lambda: list(shares(pid, seconds - 0.5)))
            heard, missed = await asyncio.to_thread(here.recv)
            await media.close()
    load.join()
    health = [event for event in told if isinstance(event, WorkerReport)]
    legs = [event for event in told if isinstance(event, LegReport)]
    return {
        "legs": count,
        "core_percent": round(100 * min(used), 1),
        "core_percent_mean": round(100 * fmean(used), 1),
        "core_percent_a_leg": round(100 * min(used) / count, 3),
        "p99_tick_ms": max(report.p99_ms for report in health[1:]),
        "worst_tick_ms": max(report.worst_ms for report in health[1:]),
        "late_ticks": health[-1].late - health[0].late,
        "ticks": health[-1].ticks,
        "realtime": health[-1].realtime,
        "frames_heard": heard,
        "frames_missed": missed,
        "lost_on_the_way_in": sum(event.lost for event in legs),
    }


def open_bridge(media: MediaProcess, n: int, far: list[int], folder: Path) -> None:
    """An agent, a customer, a supervisor who whispers, and the recording."""
    names = [f"{party}{n}" for party in ("agent", "customer", "boss")]
    for k, name in enumerate(names):
        place = n * PARTIES + k
        media.send(OpenLeg(name, HOST, FIRST_PORT + 2 * place))
        media.send(AimLeg(name, HOST, far[place], "PCMA", 8, 101))
    agent, customer, boss = names
    media.send(Record(f"r{n}", str(folder / f"{n}.wav")))
    for listener, hears in (
        (agent, (customer, boss)), (customer, (agent,)), (boss, (agent, customer)),
        (f"r{n}/left", (customer,)), (f"r{n}/right", (agent,)),
    ):  # fmt: skip
        media.send(SetRow(listener, dict.fromkeys(hears, 1.0)))


def measure_relay(bridges: int, seconds: float) -> float:
    """CPU share of the baseline in its best round."""
    count = bridges * PARTIES
    here, there = multiprocessing.Pipe()
    load = multiprocessing.Process(target=far_ends, args=(count, seconds + WARM_UP, there))
    load.start()
    far = here.recv()
    ours, theirs = multiprocessing.Pipe()
    baseline = multiprocessing.Process(target=relay, args=(count, far, theirs), daemon=True)
    baseline.start()
    here.send(ours.recv())
    time.sleep(WARM_UP)
    assert baseline.pid is not None
    used = min(shares(baseline.pid, seconds - 0.5))
    here.recv()
    load.join()
    baseline.terminate()
    baseline.join()
    return used


def measure_wideband(frames: int = 500) -> float:
    """CPU share of coding and decoding one G.722 leg, its filters and the change of rate."""
    coder, decoder = Encoder(), Decoder()
    sound = (3000 * np.random.default_rng(1).standard_normal(FRAME)).astype(np.float32)
    best = TICK
    for _ in range(frames):
        began = time.perf_counter()
        decoder.decode(coder.encode(sound).tobytes())
        best = min(best, time.perf_counter() - began)
    return best / TICK


def main(bridges: int = 50, seconds: float = 10.0) -> None:
    """Measure both and print one JSON object."""
    base = measure_relay(bridges, seconds)
    result = asyncio.run(measure_worker(bridges, seconds))
    result["relay_core_percent"] = round(100 * base, 1)
    result["times_the_relay"] = round(float(str(result["core_percent"])) / (100 * base), 2)
    result["g722_core_percent_a_leg"] = round(100 * measure_wideband(), 3)
    print(json.dumps({"media": result}, indent=2))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
