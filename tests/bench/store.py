"""How late the store hears of calls, and what writing them down costs the server's loop; UDP, no sound.

``python -m tests.bench.store [CALLS_A_SECOND] [SECONDS]``. The board of ``tests.bench.board`` with what a
school has behind it: witness, floor, queues' figures, call control and the real database on a real disk.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import os
import sys
import tempfile
import time
from collections import deque
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlmodel import func, select

from classroom.bus import Bus
from classroom.control import ControlDesk
from classroom.door.wire import FloorEvent
from classroom.floor import Floor
from classroom.practice.opencall import OpenCall
from classroom.practice.shelf import Shelf
from classroom.practice.witness import Witness
from classroom.queues.callbacks import Promises
from classroom.queues.hall import Hall
from classroom.roll import Roll
from classroom.store.batch import Kept
from classroom.store.calls import Call, EvidenceRow
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.upgrade import prepare
from telephony.pbx.commands import SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.events import BoardEvent
from telephony.sip import events as sip
from telephony.switchboard import Network, Switchboard
from tests.bench._load import HOST, aside, percentile
from tests.bench.board import CARRIER, HOTLINE, NoSound, calls, plan

LOOK: float = 0.05
"""The loop is asked so often whether it is on time."""


class TimedLedger(Ledger):
    """Notes how long each row waited for its commit."""

    def __init__(self, store: Store, alarm: Any) -> None:
        super().__init__(store, alarm)
        self.taken: deque[float] = deque()
        self.late: list[float] = []
        self.commits = 0

    def _take(self, one: Kept) -> None:
        self.taken.append(time.monotonic())
        super()._take(one)

    def _done(self, rows: int) -> None:
        self.commits += rows > 0
        now = time.monotonic()
        self.late += [now - self.taken.popleft() for _ in range(rows)]
        super()._done(rows)


class House:
    """Everything behind the board that hears its news."""

    def __init__(self, store: Store, folder: Path) -> None:
        bus: Bus[FloorEvent] = Bus()
        self.store, self.floor = store, Floor(bus)
        self.ledger = TimedLedger(store, lambda text: None)
        self.ledger.start()
        self.board: Switchboard | None = None
        self.hall = Hall(
            plan(CARRIER).queues,
            folder,
            self.floor,
            Promises(store, self.ledger, folder, self.floor.alarm),
        )
        self.control = ControlDesk(lambda: self.board, self.floor, dict)  # type: ignore[arg-type, return-value]
        self.witness = Witness(
            ledger=self.ledger, floor=self.floor, shelf=Shelf(), carrier=self, roll=Roll([]),
            seconds_of=lambda key: 0.0, words=lambda key: key, over=self.over,
            moved=lambda call: None, place=lambda call: None,
        )  # fmt: skip

    def line_does(self, order_id: str, what: str, announcement: float = 0.0) -> None:
        """Nobody practises here."""

    def over(self, call: OpenCall) -> None:
        call.row.state = "graded"
        self.ledger.keep(call.row)

    def hear(self, event: BoardEvent) -> None:
        self.witness.board(event)
        self.control.tell(event)
        self.hall.hear(event)


async def serve(pipe: Connection, folder: Path) -> dict[str, Any]:
    """Serve until told to stop; returns what was measured."""
    prepare(folder / "lab.sqlite3")
    house = House(Store(folder / "lab.sqlite3"), folder)
    board = house.board = Switchboard(
        plan(CARRIER), media=NoSound(), on_event=house.hear, network=Network((HOST, 0), ("udp",))
    )
    pipe.send((await board.start())[1])
    loop, stopped, lag = asyncio.get_running_loop(), asyncio.Event(), list[float]()

    def told() -> None:
        if pipe.recv() == "ready":
            for extension in board.board.works.desks:
                board.command(SetDuty(extension, Duty.READY))
        else:
            stopped.set()

    loop.add_reader(pipe.fileno(), told)
    while not stopped.is_set():
        due = loop.time() + LOOK
        await asyncio.sleep(LOOK)
        lag.append(loop.time() - due)
    loop.remove_reader(pipe.fileno())
    await board.close()
    began = time.monotonic()
    await house.ledger.close()
    emptied = time.monotonic() - began
    async with house.store.read() as session:
        stored = (await session.exec(select(func.count()).select_from(Call))).one()
        rows = (await session.exec(select(func.count()).select_from(EvidenceRow))).one()
    house.hall.close()
    await house.store.close()
    late = house.ledger.late
    return {
        "calls_stored": stored,
        "evidence_rows": rows,
        "rows_written": len(late),
        "commits": house.ledger.commits,
        "late_p50_ms": round(1000 * percentile(late, 0.5), 1),
        "late_p99_ms": round(1000 * percentile(late, 0.99), 1),
        "late_worst_ms": round(1000 * max(late), 1),
        "left_at_the_end_s": round(emptied, 2),
        "loop_late_p99_ms": round(1000 * percentile(lag, 0.99), 1),
        "loop_late_worst_ms": round(1000 * max(lag), 1),
    }


def run_house(pipe: Connection) -> None:
    """The process of the server."""
    profiler = cProfile.Profile() if os.environ.get("BENCH_PROFILE") else None
    with tempfile.TemporaryDirectory() as folder:
        if profiler:
            profiler.enable()
        found = asyncio.run(serve(pipe, Path(folder)))
        if profiler:
            profiler.disable()
            profiler.dump_stats(os.environ["BENCH_PROFILE"])
    pipe.send(found)


def main(rate: float = 50.0, seconds: float = 20.0) -> None:
    """Measure and print one JSON object."""
    with aside(run_house) as (pid, pipe):
        port = pipe.recv()
        told = asyncio.run(calls(port, pid, pipe, rate, seconds, lambda n: HOTLINE, sip.Answered))
        told["core_percent"] = round(told["cpu_ms_a_call"] * rate / 10, 1)
        pipe.send("stop")
        told |= pipe.recv()
    print(json.dumps({"store": told}, indent=2))


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:3]))
