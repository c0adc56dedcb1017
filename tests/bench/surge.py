"""The surge on the real wire: so many callers in a minute on one number, twenty desks, nobody lost.

``python -m tests.bench.surge [CALLERS] [SECONDS]``: sound is not carried, announcements take a second.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any

from telephony.media.control import Command, Play, PlayEnded
from telephony.pbx.callback_events import CallbackMoved
from telephony.pbx.commands import SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.events import BoardEvent, CallStarted
from telephony.pbx.plan import BoardPlan, DeskPlan, GatewayPlan, QueuePlan, TrunkPlan
from telephony.pbx.queue_plan import CallbackPlan, Spoken, Way
from telephony.sip import events as sip
from telephony.switchboard import Network, Switchboard
from tests.bench._load import ANSWER, HOST, Peer, aside
from tests.bench.board import NoSound, cpu, python_speed
from tests.stage.fates import fates_of

REALM = "surge"
DESKS = 20
TALK = 6.0
NUMBER = "000010001"


class Announcer(NoSound):
    """Says nothing, but every announcement takes a second."""

    def send(self, command: Command) -> None:
        super().send(command)
        if isinstance(command, Play) and not command.loop:
            asyncio.get_running_loop().call_later(1.0, self._over, command.source)

    def _over(self, source: str) -> None:
        for callback in list(self._subscribers):
            callback(PlayEnded(source, time.monotonic()))


def plan(carrier_port: int) -> BoardPlan:
    """One number, one queue that is full at sixty, twenty desks."""
    queue = QueuePlan(
        "hotline", rating=None, max_length=60, full=Way("say", "full"), max_wait=30.0,
        timed_out=Way("say", "sorry"), keys={"2": Way("callback")}, announce_agent=False,
        spoken=Spoken(first=5.0, every=20.0), callback=CallbackPlan(tries=1),
    )  # fmt: skip
    trunk = TrunkPlan("practice", "practice", "carrier", "secret", HOST,
                      gateways=(GatewayPlan(HOST, carrier_port),))  # fmt: skip
    desks = {str(n): DeskPlan(str(n), "secret", wrapup=1.0) for n in range(1001, 1001 + DESKS)}
    return BoardPlan(
        realm=REALM, desks=desks, numbers={NUMBER: ("queue", "hotline")},
        queues={"hotline": queue}, trunks=(trunk,),
        prompts=dict.fromkeys(("full", "sorry", "callback.number", "queue.gave_up"), "tone:440:1"),
    )  # fmt: skip


def run_board(pipe: Connection) -> None:
    """Serve until told to stop, then tell what became of everybody."""
    news: list[BoardEvent] = []
    asyncio.run(serve(pipe, news))
    fates = fates_of(news)
    calls = [e.call for e in news if isinstance(e, CallStarted) and e.trunk and e.order]
    kept = Counter(e.why for e in news if isinstance(e, CallbackMoved) and e.state == "over")
    counts = Counter(fates.get(call, "LOST") for call in calls)
    pipe.send({"callers": len(calls), **counts, "promises": dict(kept)})


async def serve(pipe: Connection, news: list[BoardEvent]) -> None:
    board = Switchboard(
        plan(pipe.recv()), media=Announcer(), on_event=news.append,
        network=Network((HOST, 0), ("udp",)),
    )  # fmt: skip
    pipe.send((await board.start())[1])
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()

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


class Town:
    """Every caller, and twenty seats."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe, self.dice, self.ended = pipe, random.Random(3), 0
        self.customers, self.seats = Peer((HOST, 0)), Peer((HOST, 0))

    async def open(self) -> None:
        await self.customers.open()
        await self.seats.open()
        self.pipe.send(self.customers.wire.address[1])
        self.customers.board = self.seats.board = (HOST, self.pipe.recv())
        left = {self.seats.register(str(1001 + n), "secret", REALM) for n in range(DESKS)}
        self.seats.on(sip.Responded, lambda event, now: left.discard(event.key))
        await self.seats.until(lambda: not left)
        self.seats.answers(lambda leg: self.seats.hang_up_after(leg, TALK))
        self.customers.on(sip.Invited, self.at_home)
        for kind in (sip.Ended, sip.Refused):
            self.customers.on(kind, self.over)
        self.pipe.send("ready")

    def at_home(self, event: sip.Invited, now: float) -> None:
        self.ended -= 1  # It ends as well, and is none of those who called.
        self.customers.core.answer(event.leg, ANSWER, now)

    def over(self, event: Any, now: float) -> None:
        self.ended += 1

    def call(self, n: int) -> None:
        leg = self.customers.dial(
            NUMBER, "carrier", "secret", f"1390000{n:04d}", [("X-Lab-Call", f"caller-{n}")]
        )
        manner = self.dice.choice(["waits", "waits", "gives up", "asks"])
        if manner == "gives up":
            self.customers.hang_up_after(leg, 12.0)
        elif manner == "asks":
            self.later(6.0, leg, b"Signal=2\r\n")
            self.later(9.0, leg, b"Signal=1\r\n")

    def later(self, seconds: float, leg: str, key: bytes) -> None:
        def press() -> None:
            if leg in self.customers.core.legs:
                kind, now = "application/dtmf-relay", time.monotonic()
                self.customers.core.send(leg, "INFO", key, kind, now)
                self.customers.wire.pump()

        asyncio.get_running_loop().call_later(seconds, press)


async def surge(pipe: Connection, pid: int, callers: int, seconds: float) -> float:
    """Let them call; returns the board's CPU seconds."""
    town = Town(pipe)
    await town.open()
    before, began = cpu(pid), time.monotonic()
    for n in range(callers):
        await asyncio.sleep(max(0.0, began + n * seconds / callers - time.monotonic()))
        town.call(n)
    await town.customers.until(lambda: town.ended >= callers, 300.0)
    await asyncio.sleep(TALK + 10.0)
    used = cpu(pid) - before
    town.customers.close()
    town.seats.close()
    return used


def main(callers: int = 300, seconds: float = 60.0) -> None:
    """Measure and print one JSON object."""
    with aside(run_board) as (pid, pipe):
        used = asyncio.run(surge(pipe, pid, callers, seconds))
        pipe.send("stop")
        told = pipe.recv()
    told["cpu_ms_a_caller"] = round(1000 * used / callers, 2)
    told["ns_a_round_of_plain_python"] = round(1000 * python_speed())
    print(json.dumps({"surge": told}, indent=2, ensure_ascii=False))
    assert told["callers"] == callers and "LOST" not in told


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
