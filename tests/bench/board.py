"""What a call costs the switchboard, through its queue, with its events written down; UDP, no sound.

``python -m tests.bench.board [CALLS_A_SECOND] [SECONDS]``. The board runs in a process of its own and
only that process's CPU is counted; the callers and seats are this one. The baseline beside it is a loop
of datagrams of the same number and size, echoed by a bare asyncio socket.

``BENCH_PROFILE=FILE`` writes the board's cProfile figures there (and slows it down).
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from telephony.media.control import Command
from telephony.media.process import MediaProcess
from telephony.pbx.commands import SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.events import BoardEvent
from telephony.pbx.plan import BoardPlan, DeskPlan, QueuePlan, TrunkPlan
from telephony.pbx.service import Service
from telephony.sip import events as sip
from telephony.switchboard import Network, Switchboard, keep_calm
from tests.bench._load import HOST, Peer, aside, percentile

REALM = "bench"
DESKS = 200
TALK = 1.0
HOTLINE, CARRIER = "95500", "carrier"


class NoSound(MediaProcess):
    """A media worker that is not there: the board's own work is all that is measured."""

    def __init__(self) -> None:
        super().__init__()
        self.commands = 0

    async def start(self) -> None:
        self.died = asyncio.get_running_loop().create_future()

    def send(self, command: Command) -> None:
        self.commands += 1


def plan(carrier: str) -> BoardPlan:
    """Two hundred desks, one number for a queue, one for each desk, one carrier.

    Without a name the carrier is known by its address; else it proves its name for each call.
    """
    desks = {str(n): DeskPlan(str(n), "secret", wrapup=0.05) for n in range(1001, 1001 + DESKS)}
    queue = QueuePlan("care", rating=None, announce_agent=False)
    numbers: dict[str, Any] = {HOTLINE: ("queue", "care")}
    numbers |= {f"8{extension}": ("extension", extension) for extension in desks}
    return BoardPlan(
        realm=REALM,
        desks=desks,
        numbers=numbers,
        queues={"care": queue},
        trunks=(TrunkPlan("practice", "practice", carrier, "secret", HOST),),
        prompts={"music": "music:calm"},
        recording_path=lambda call: f"/nowhere/{call}.wav",
    )


# ── the board's process ──────────────────────────────────────────────────────


class Clerk:
    """Writes every event down, as the house does: a line each, and the counters of the queue."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", encoding="utf-8")
        self._encoder = json.JSONEncoder(default=str)
        self.service = Service("care")
        self.seen: Counter[str] = Counter()

    def hear(self, event: BoardEvent) -> None:
        name = type(event).__name__
        self.seen[name] += 1
        self.service.hear(event)
        told = {slot: getattr(event, slot) for slot in event.__slots__}
        self._file.write(self._encoder.encode({"event": name, **told}) + "\n")

    def close(self) -> None:
        """Close the book."""
        self._file.close()


def run_board(pipe: Connection, carrier: str) -> None:
    """Serve until told to stop; tells the port first, and what was seen last."""
    profiler = cProfile.Profile() if os.environ.get("BENCH_PROFILE") else None
    with tempfile.TemporaryDirectory() as folder, closing(Clerk(Path(folder) / "events")) as clerk:
        if profiler:
            profiler.enable()
        asyncio.run(serve(pipe, clerk, carrier))
        if profiler:
            profiler.disable()
            profiler.dump_stats(os.environ["BENCH_PROFILE"])
    pipe.send(dict(clerk.seen))


async def serve(pipe: Connection, clerk: Clerk, carrier: str) -> None:
    board = Switchboard(
        plan(carrier), media=NoSound(), on_event=clerk.hear, network=Network((HOST, 0), ("udp",))
    )
    port = (await board.start())[1]
    keep_calm()
    pipe.send(port)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()

    def told() -> None:
        if pipe.recv() == "ready":
            for extension in board.board.works.desks:
                board.command(SetDuty(extension, Duty.READY))
        else:
            stopped.set()

    loop.add_reader(pipe.fileno(), told)
    await stopped.wait()
    loop.remove_reader(pipe.fileno())
    await board.close()


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, in user and system mode."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def a_board(carrier: str = "") -> Iterator[tuple[int, int, Connection, dict[str, int]]]:
    """A running board: its process, its port, the way to tell it things, what it saw at the end."""
    seen: dict[str, int] = {}
    with aside(run_board, carrier) as (pid, pipe):
        yield pid, pipe.recv(), pipe, seen
        pipe.send("stop")
        seen.update(pipe.recv())


# ── what is measured ─────────────────────────────────────────────────────────


async def registered(port: int) -> Peer:
    """A peer at which every desk's telephone stands."""
    seats = Peer((HOST, port))
    await seats.open()
    left = set()

    def responded(event: sip.Responded, now: float) -> None:
        assert event.status == 200, event.status
        left.discard(event.key)

    seats.on(sip.Responded, responded)
    for n in range(DESKS):
        left.add(seats.register(str(1001 + n), "secret", REALM))
        await asyncio.sleep(0.002)
    await seats.until(lambda: not left)
    return seats


async def paced(rate: float, seconds: float, deed: Any) -> None:
    """Do it so often a second, on an absolute clock."""
    began = time.monotonic()
    for n in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, began + n / rate - time.monotonic()))
        deed(n)


async def calls(port: int, pid: int, pipe: Connection, rate: float, seconds: float, number: Any,
                first: type[Any]) -> dict[str, Any]:  # fmt: skip
    """So many calls a second; ``first`` is the event whose delay after the INVITE is told."""
    seats = await registered(port)
    pipe.send("ready")
    customers = Peer((HOST, port))
    await customers.open()
    dialled: dict[str, float] = {}
    waited: list[float] = []
    talks: set[str] = set()
    ended = failed = 0
    seats.answers(lambda leg: seats.hang_up_after(leg, TALK))

    def rang(event: sip.Progressed, now: float) -> None:
        if first is sip.Progressed and event.status == 180 and event.leg in dialled:
            waited.append(now - dialled.pop(event.leg))

    def answered(event: sip.Answered, now: float) -> None:
        talks.add(event.leg)
        if first is sip.Answered:
            waited.append(now - dialled.pop(event.leg))

    def over(event: Any, now: float) -> None:
        nonlocal ended, failed
        ended += 1
        failed += isinstance(event, sip.Refused) or event.leg not in talks

    customers.on(sip.Progressed, rang)
    customers.on(sip.Answered, answered)
    customers.on(sip.Ended, over)
    customers.on(sip.Refused, over)

    def dial(n: int) -> None:
        now = time.monotonic()
        dialled[customers.dial(number(n), CARRIER, "secret", f"0138{n:08d}")] = now

    await asyncio.sleep(0.5)
    before = cpu(pid)
    await paced(rate, seconds, dial)
    await customers.until(lambda: ended >= round(rate * seconds))
    used = cpu(pid) - before
    done = round(rate * seconds)
    customers.close()
    seats.close()
    return {
        "calls": done,
        "failed": failed,
        "cpu_ms_a_call": round(1000 * used / done, 3),
        "p50_ms": round(1000 * percentile(waited, 0.5), 1),
        "p99_ms": round(1000 * percentile(waited, 0.99), 1),
    }


async def registrations(port: int, pid: int, rate: float, seconds: float) -> dict[str, Any]:
    """So many registrations a second, each with its challenge."""
    peer = Peer((HOST, port))
    await peer.open()
    asked: dict[str, float] = {}
    waited: list[float] = []
    refused = 0

    def responded(event: sip.Responded, now: float) -> None:
        nonlocal refused
        refused += event.status != 200
        waited.append(now - asked.pop(event.key))

    peer.on(sip.Responded, responded)

    def register(n: int) -> None:
        now = time.monotonic()
        asked[peer.register(str(1001 + n % DESKS), "secret", REALM)] = now

    before = cpu(pid)
    await paced(rate, seconds, register)
    await peer.until(lambda: not asked)
    used = cpu(pid) - before
    peer.close()
    return {
        "registrations": round(rate * seconds),
        "failed": refused,
        "cpu_ms_each": round(1000 * used / (rate * seconds), 3),
        "p99_ms": round(1000 * percentile(waited, 0.99), 1),
    }


async def idle(port: int, pid: int, seconds: float) -> dict[str, Any]:
    """Two hundred registered desks and nobody calls."""
    seats = await registered(port)
    await asyncio.sleep(1.0)
    before = cpu(pid)
    await asyncio.sleep(seconds)
    used = cpu(pid) - before
    seats.close()
    return {"desks": DESKS, "core_percent": round(100 * used / seconds, 2)}


class Echo(asyncio.DatagramProtocol):
    """The baseline's far end."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.transport.sendto(data, addr)


def python_speed(rounds: int = 1_000_000) -> float:
    """Seconds of CPU for a fixed piece of Python: how fast this machine is just now."""
    begun, total = time.process_time(), 0
    for n in range(rounds):
        total += n * n
    return time.process_time() - begun


def baseline(datagrams: int = 20_000) -> dict[str, Any]:
    """CPU to receive and send one datagram of 600 bytes by asyncio and nothing else."""

    async def bounce() -> float:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=(HOST, 0))
        address = transport.get_extra_info("sockname")
        begun = time.process_time()
        left = datagrams
        done = loop.create_future()

        class Counts(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: Any) -> None:
                nonlocal left
                left -= 1
                if left:
                    sender.sendto(data)
                elif not done.done():
                    done.set_result(None)

        sender, _ = await loop.create_datagram_endpoint(Counts, remote_addr=address)
        sender.sendto(bytes(600))
        async with asyncio.timeout(60):
            await done
        used = time.process_time() - begun
        sender.close()
        transport.close()
        return used

    return {
        "cpu_ms_a_datagram_in_and_out": round(1000 * asyncio.run(bounce()) / datagrams / 2, 4),
        "ns_a_round_of_plain_python": round(1000 * python_speed()),
    }


def main(rate: float = 50.0, seconds: float = 20.0) -> None:
    """Measure everything and print one JSON object."""
    result: dict[str, Any] = {"baseline": baseline()}
    for kind, carrier in (("queue", ""), ("queue, carrier by digest", CARRIER)):
        with a_board(carrier) as (pid, port, pipe, seen):
            found = calls(port, pid, pipe, rate, seconds, lambda n: HOTLINE, sip.Answered)
            result[kind] = asyncio.run(found)
        result[kind]["board_saw"] = {k: seen[k] for k in ("DeskAnswered", "CallEnded", "Queued")}
    with a_board() as (pid, port, pipe, seen):
        result["direct"] = asyncio.run(
            calls(port, pid, pipe, rate, seconds, lambda n: f"8{1001 + n % DESKS}", sip.Progressed)
        )
    with a_board() as (pid, port, pipe, seen):
        result["registrations"] = asyncio.run(registrations(port, pid, rate, seconds))
    with a_board() as (pid, port, pipe, seen):
        result["idle"] = asyncio.run(idle(port, pid, seconds))
    print(json.dumps({"board": result}, indent=2))


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:3]))
