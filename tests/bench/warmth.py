"""What a queue call costs the board back to back, and what rest in between adds to the same work.

``python -m tests.bench.warmth [CALLS]``. No socket and no loop: the board of ``tests.bench.board`` steps on
virtual time, its news are written down, and only its own CPU is counted. Then the same calls again with
3 ms of sleep before each datagram, as on a board that carries 50 calls a second: whatever else the
machine did in between has emptied the caches. The baseline is somebody else's Python, with the same rests:
the standard library reads a letter.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from telephony.media.control import Command, MediaEvent
from telephony.pbx.board import Board
from telephony.pbx.commands import SetDuty
from telephony.pbx.desk import Duty
from telephony.ports import RtpPorts
from telephony.sip.auth import Credentials
from telephony.sip.core import SipCore
from telephony.sip.events import Address, Ended, Flow, Invited
from telephony.switchboard import Network, core_for, keep_calm
from tests.bench._load import ANSWER, HOST, OFFER, aside
from tests.bench.board import DESKS, HOTLINE, REALM, TALK, Clerk, plan
from tests.stage.virtual import World

BOARD, TOWN, SEATS = (HOST, 5060), (HOST, 6001), (HOST, 6002)
REST = 0.003
LETTERS = 400


class Silence:
    """An engine without sound."""

    def send(self, command: Command) -> None:
        """Say nothing."""

    def events(self) -> list[MediaEvent]:
        """Hear nothing."""
        return []


class Watched:
    """The board with a stop-watch; rests before each step, if it shall."""

    def __init__(self, clerk: Clerk, rest: float) -> None:
        network = Network(BOARD, ("udp",))
        self.board = Board(
            core_for(os.urandom, network.shown), Silence(), RtpPorts(0, 0), plan(""),
            entropy=os.urandom, advertise=network.shown, answers_to=lambda host: host == HOST,
        )  # fmt: skip
        self.clerk, self.rest, self.used = clerk, rest, 0.0
        self.next_timer, self.outbox = self.board.next_timer, self.board.outbox

    def timed(self, deed: Callable[[], None]) -> None:
        """Do it, write down what came of it, and count the CPU of both."""
        if self.rest:
            time.sleep(self.rest)
        begun = time.thread_time()
        deed()
        for event in self.board.events():
            self.clerk.hear(event)
        self.used += time.thread_time() - begun

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        self.timed(lambda: self.board.receive(flow, data, now))

    def tick(self, now: float) -> None:
        self.timed(lambda: self.board.tick(now))


class Town:
    """Customers who call and seats that answer, on one virtual network with the board."""

    def __init__(self, clerk: Clerk, rest: float) -> None:
        self.world, self.ended = World(remembers=False), 0
        self.watched = Watched(clerk, rest)
        self.customers, self.seats = (SipCore(entropy=os.urandom, user_agent=n) for n in "cs")
        self.world.add(BOARD, self.watched, lambda: None)
        self.world.add(TOWN, self.customers, self.hear_customers)
        self.world.add(SEATS, self.seats, self.hear_seats)

    def hear_customers(self) -> None:
        self.ended += sum(isinstance(event, Ended) for event in self.customers.events())

    def hear_seats(self) -> None:
        now = self.world.now
        for event in self.seats.events():
            if isinstance(event, Invited):
                self.seats.ring(event.leg, now)
                self.seats.answer(event.leg, ANSWER, now)
                self.world.at(now + TALK, partial(self.over, event.leg))

    def over(self, leg: str) -> None:
        self.seats.hang_up(leg, self.world.now)

    def open(self) -> None:
        """Register every desk and let it be ready."""
        for extension in self.watched.board.works.desks:
            name = f"<sip:{extension}@{REALM}>"
            self.seats.request(
                "REGISTER", f"sip:{REALM}", to=name, from_=name, flow=towards(SEATS),
                contact=extension, headers=[("Expires", "3600")],
                credentials=Credentials(extension, "secret"), now=self.world.now,
            )  # fmt: skip
            self.world.run(0.01)
            self.watched.board.command(SetDuty(extension, Duty.READY), self.world.now)

    def dial(self, n: int) -> None:
        self.customers.invite(
            to=f"sip:{HOTLINE}@{HOST}", from_=f"<sip:0138{n:08d}@{HOST}>", flow=towards(TOWN),
            contact="town", sdp=OFFER, now=self.world.now,
        )  # fmt: skip

    def calls(self, count: int) -> float:
        """Carry so many, fifty in a virtual second; returns CPU seconds a call."""
        self.open()
        keep_calm()
        self.watched.used = 0.0
        for n in range(count):
            self.dial(n)
            self.world.run(0.02)
        self.world.run(TALK + 40.0)
        assert self.ended == count, f"{self.ended} of {count} calls came to their end"
        return self.watched.used / count


def towards(address: Address) -> Flow:
    """The way from somebody to the board."""
    return Flow("udp", address, BOARD)


def calls(count: int, rest: float) -> float:
    """CPU seconds of a call with so much rest before each step."""
    with tempfile.TemporaryDirectory() as folder, closing(Clerk(Path(folder) / "events")) as clerk:
        return Town(clerk, rest).calls(count)


def letters(rest: float) -> float:
    """CPU seconds of reading a letter with so much rest before each."""
    letter = email.message_from_string(
        "From: 王老师 <wang@school.example>\nTo: anna@school.example\nSubject: bill\n\nplease call\n"
    ).as_bytes()
    used = 0.0
    for _ in range(LETTERS):
        if rest:
            time.sleep(rest)
        begun = time.thread_time()
        read = email.message_from_bytes(letter, policy=email.policy.default)
        assert read["To"].addresses[0].username == "anna"
        used += time.thread_time() - begun
    return used / LETTERS


def measure(pipe: Connection, count: int) -> None:
    """Tell what was found; in a process of its own, whose garbage is looked for as seldom as a board's."""
    warm, cold = min(calls(count, 0.0) for _ in range(3)), calls(min(count, 200), REST)
    base_warm, base_cold = letters(0.0), letters(REST)
    told = {
        "calls": count,
        "desks": DESKS,
        "cpu_ms_a_call_back_to_back": round(1000 * warm, 3),
        "cpu_ms_a_call_with_rests": round(1000 * cold, 3),
        "rests_make_it": round(cold / warm, 2),
        "rests_make_the_baseline": round(base_cold / base_warm, 2),
    }
    pipe.send(told)


def main(count: int = 1000) -> None:
    """Measure and print one JSON object."""
    with aside(measure, count) as (_, pipe):
        print(json.dumps({"warmth": pipe.recv()}, indent=2))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
