"""Cores on blocking sockets, each served by a plain thread; no event loop on their side."""

import asyncio
import os
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from telephony.errors import PortTaken
from telephony.pbx.plan import BoardPlan, DeskPlan
from telephony.sip import sdp
from telephony.sip.auth import Credentials
from telephony.sip.core import SipCore
from telephony.sip.events import (
    Address,
    Answered,
    Confirmed,
    Ended,
    Flow,
    Invited,
    Progressed,
    Refused,
    Responded,
    SipEvent,
)
from telephony.sip.station import Timings
from telephony.wires.blocking import BlockingWire
from tests.stage.school import open_school

pytestmark = pytest.mark.wire

HOST = "127.0.0.1"
PATIENCE = 60.0
OFFER = sdp.make_offer(HOST, 9)
ANSWER = sdp.answer_to(sdp.parse(OFFER), HOST, 9)


class Telephone:
    """A core, its thread, and its events in order."""

    def __init__(self, name: str, timings: Timings | None = None) -> None:
        self.name = name
        self.core = SipCore(entropy=os.urandom, user_agent=name, timings=timings)
        self.overheard: list[tuple[bool, bytes]] = []
        self.wire = BlockingWire(self.core, self._drain, overhears=self._overhear)
        self.events: queue.SimpleQueue[SipEvent] = queue.SimpleQueue()
        self.react: Callable[[SipEvent, float], None] = lambda event, now: None
        self.wire.open((HOST, 0))

    def _drain(self) -> None:
        while happened := self.core.events():
            for event in happened:
                with self.wire.turn() as now:
                    self.react(event, now)
                self.events.put(event)

    def _overhear(self, flow: Flow, data: bytes, came: bool, at: float) -> None:
        self.overheard.append((came, data.split(b"\r\n")[0]))

    def until(self, kind: type[SipEvent]) -> SipEvent:
        while not isinstance(event := self.events.get(timeout=PATIENCE), kind):
            pass
        return event

    def register(self, board: Address, password: str = "secret") -> int:
        with self.wire.turn() as now:
            self.core.request(
                "REGISTER",
                f"sip:{HOST}",
                to=f"<sip:{self.name}@{HOST}>",
                from_=f"<sip:{self.name}@{HOST}>",
                flow=self.wire.flow_to(board),
                contact=self.name,
                headers=[("Expires", "120")],
                credentials=Credentials(self.name, password),
                now=now,
            )
        answered = self.until(Responded)
        assert isinstance(answered, Responded)
        return answered.status

    def dial(self, number: str, to: Address) -> str:
        with self.wire.turn() as now:
            return self.core.invite(
                to=f"sip:{number}@{HOST}",
                from_=f"<sip:{self.name}@{HOST}>",
                flow=self.wire.flow_to(to),
                contact=self.name,
                sdp=OFFER,
                credentials=Credentials(self.name, "secret"),
                now=now,
            )

    def hang_up(self, leg: str) -> None:
        with self.wire.turn() as now:
            self.core.hang_up(leg, now)


@pytest.fixture
def telephones() -> Iterator[Callable[..., Telephone]]:
    made: list[Telephone] = []

    def make(name: str, timings: Timings | None = None) -> Telephone:
        made.append(Telephone(name, timings))
        return made[-1]

    yield make
    for one in made:
        one.wire.close()


def answers(telephone: Telephone) -> None:
    def react(event: SipEvent, now: float) -> None:
        if isinstance(event, Invited):
            telephone.core.ring(event.leg, now)
            telephone.core.answer(event.leg, ANSWER, now)

    telephone.react = react


async def test_two_threads_register_and_talk_through_a_running_switchboard(
    telephones: Callable[..., Telephone],
) -> None:
    caller, callee = telephones("1001"), telephones("1002")
    answers(callee)

    def talk(board: Address) -> None:
        assert caller.register(board) == 200
        assert callee.register(board) == 200
        leg = caller.dial("1002", board)
        rang = caller.until(Progressed)
        assert isinstance(rang, Progressed) and rang.status == 180
        assert caller.until(Answered)
        assert callee.until(Confirmed)
        caller.hang_up(leg)
        assert caller.until(Ended)
        ended = callee.until(Ended)
        assert isinstance(ended, Ended) and ended.cause == "remote"

    desks = {number: DeskPlan(number, "secret") for number in ("1001", "1002")}
    async with open_school(BoardPlan(realm="school", desks=desks)) as school:
        await asyncio.to_thread(talk, (school.host, school.port))
    byes = [line for came, line in caller.overheard if not came and line.startswith(b"BYE")]
    assert len(byes) == 1
    assert (True, b"SIP/2.0 200 OK") in caller.overheard


async def test_a_wrong_password_is_a_final_answer(telephones: Callable[..., Telephone]) -> None:
    caller = telephones("1001")
    plan = BoardPlan(realm="school", desks={"1001": DeskPlan("1001", "secret")})
    async with open_school(plan) as school:
        where = (school.host, school.port)
        status = await asyncio.to_thread(caller.register, where, "guessed")
    assert status == 403


def test_an_alarm_set_by_another_thread_wakes_the_one_that_waits(
    telephones: Callable[..., Telephone],
) -> None:
    caller = telephones("1001", Timings(t1=0.01))
    nobody = telephones("nobody")
    nobody.wire.close()
    caller.dial("1002", nobody.wire.address)
    refused = caller.until(Refused)
    assert isinstance(refused, Refused) and refused.status == 408
    assert sum(line.startswith(b"INVITE") for came, line in caller.overheard if not came) > 1


def test_a_port_in_use_is_said_in_one_sentence(telephones: Callable[..., Telephone]) -> None:
    first = telephones("1001")
    second = BlockingWire(first.core, lambda: None)
    with pytest.raises(PortTaken, match="stop its user or choose another"):
        second.open(first.wire.address)


def test_closing_ends_the_thread_and_again_is_nothing(
    telephones: Callable[..., Telephone],
) -> None:
    one = telephones("1001")
    one.wire.close()
    one.wire.close()
    again = telephones("1002")
    again.wire.close()
    assert again.wire.address[1]


def test_it_brings_no_event_loop_and_no_greenlets_along() -> None:
    look = (
        "import sys, telephony.wires.blocking, telephony.media.pipe\n"
        "print(sorted({'asyncio', 'gevent', 'locust'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
