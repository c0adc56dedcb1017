"""The queue log: a day at the switchboard, written down and read again as report tools read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.queues.log import Entry, QueueLog, read
from classroom.queues.report import QueueLine, summary
from telephony.pbx import commands
from telephony.pbx import desk_orders as desk
from telephony.pbx.call_events import Parked
from telephony.pbx.hours import Hours
from telephony.pbx.plan import GatewayPlan, Opening, QueuePlan, TrunkPlan
from telephony.pbx.queue_plan import CallbackPlan, Way
from telephony.pbx.service import Service
from telephony.sip import events as sip
from tests.stage.exchange import CARRIER, Exchange, answering, carrier, dials, plan_of, press, seat
from tests.stage.virtual import World

pytestmark = pytest.mark.story

UTC = 1_700_000_000.0
TRUNK = TrunkPlan(
    "practice", "practice", "carrier", "carrier-secret", CARRIER, 5060,
    gateways=(GatewayPlan(CARRIER, 5060),),
)  # fmt: skip


NUMBERS = {"000010001": ("queue", "service"), "000010002": ("queue", "sales")}


class Day:
    """A board whose news are written to a log."""

    def __init__(self, folder: Path, seats: int = 1, **values: object) -> None:
        self.world = World(9)
        service = QueuePlan("service", **{"rating": None, **values})  # type: ignore[arg-type]
        queues = {"service": service, "sales": QueuePlan("sales", members=("1001",))}
        self.exchange = Exchange(
            self.world, plan_of(seats, queues=queues, trunks=(TRUNK,), numbers=NUMBERS)
        )
        self.seats = [seat(self.world, str(1001 + n)) for n in range(seats)]
        self.customers = carrier(self.world)
        self.log = QueueLog(folder, lambda at: UTC + at)
        self._told = 0

    def run(self, seconds: float) -> None:
        self.world.run(seconds)

    def entries(self) -> list[Entry]:
        for event in self.exchange.news[self._told :]:
            self.log.hear(event)
        self._told = len(self.exchange.news)
        return list(read(self.log.path.read_text(encoding="utf-8").splitlines()))

    def of(self, *names: str) -> list[Entry]:
        return [entry for entry in self.entries() if entry.event in names]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    made = Day(tmp_path, ring_seconds=10.0, rest_seconds=1.0, max_wait=60.0,
               keys={"2": Way("callback"), "3": Way("extension", "1001")})  # fmt: skip
    made.run(1)
    yield made
    made.log.close()


@pytest.mark.feature("ARC-15")
def test_a_served_call_in_the_words_of_report_tools(day: Day) -> None:
    agent = day.seats[0]
    dials(day.customers, "000010001", order="order-1")
    day.run(7)
    day.exchange.ready("1001")
    legs = answering(agent, after=2.0)
    day.run(33)
    agent.hang_up(legs[0])
    day.run(2)
    names = [entry.event for entry in day.entries()]
    assert names == ["QUEUESTART", "DID", "ENTERQUEUE", "ADDMEMBER", "ADDMEMBER", "CONNECT",
                     "COMPLETEAGENT"]  # fmt: skip
    (did,) = day.of("DID")
    assert (did.call, did.queue, did.agent, did.data) == ("order-1", "NONE", "NONE", ("000010001",))
    (entered,) = day.of("ENTERQUEUE")
    assert (entered.queue, entered.data) == ("service", ("", "13800005678", "1"))
    assert {entry.queue for entry in day.of("ADDMEMBER")} == {"service", "sales"}
    (connect,) = day.of("CONNECT")
    assert (connect.agent, connect.data) == ("SIP/1001", ("9", "order-1", "2"))
    (complete,) = day.of("COMPLETEAGENT")
    assert (complete.agent, complete.data) == ("SIP/1001", ("9", "31", "1"))
    assert complete.at - connect.at in (31, 32)
    assert str(connect) == f"{connect.at}|order-1|service|SIP/1001|CONNECT|9|order-1|2"


def test_the_caller_hangs_up_after_a_talk(day: Day) -> None:
    answering(day.seats[0])
    day.exchange.ready("1001")
    leg = dials(day.customers, "000010001")
    day.run(10)
    day.customers.hang_up(leg)
    day.run(1)
    assert [entry.event for entry in day.entries()][-2:] == ["CONNECT", "COMPLETECALLER"]


def test_those_who_were_not_served(day: Day) -> None:
    first = dials(day.customers, "000010001", order="gone")
    dials(day.customers, "000010001", order="late")
    day.run(20)
    day.customers.hang_up(first)
    day.run(45)
    (abandon,) = day.of("ABANDON")
    assert (abandon.call, abandon.data) == ("gone", ("1", "1", "20"))
    (timeout,) = day.of("EXITWITHTIMEOUT")
    assert (timeout.call, timeout.data) == ("late", ("1", "2", "60"))


def test_keys_rings_and_breaks(day: Day) -> None:
    agent = day.seats[0]
    agent.on(sip.Invited, lambda event: agent.core.ring(event.leg, agent.now))
    day.exchange.ready("1001")
    dials(day.customers, "000010001")
    day.run(10.9)
    press(day.exchange, "2")
    day.run(0.5)
    press(day.exchange, "1")
    day.exchange.command(commands.SetDuty("1001", commands.Duty.BREAK, "lunch|tea"))
    day.run(1)
    day.exchange.ready("1001")
    day.exchange.command(commands.SetDuty("1001", commands.Duty.OFF))
    (missed,) = day.of("RINGNOANSWER")
    assert missed.agent == "SIP/1001" and 9_900 <= int(missed.data[0]) <= 10_100
    (left,) = day.of("EXITWITHKEY")
    assert left.data[:3] == ("2", "1", "1")
    service = [entry for entry in day.entries() if entry.queue == "service"]
    words = [(entry.event, entry.data) for entry in service if entry.agent != "NONE"]
    assert words[-3:] == [("PAUSE", ("lunch/tea",)), ("UNPAUSE", ()), ("REMOVEMEMBER", ())]


def test_a_line_cut_short_is_passed_over(day: Day) -> None:
    lines = ["1700000001|a|q|NONE|ABANDON|1|1|5", "17000", "", "x|a|q|NONE|ABANDON"]
    assert [entry.event for entry in read(lines)] == ["ABANDON"]
    assert day.log.last(5)[-1].endswith("QUEUESTART")
    assert day.log.path.stat().st_mode & 0o077 == 0


@pytest.mark.feature("ARC-15")
def test_a_call_that_is_passed_on_is_over_for_its_queue_and_the_next_one_is_whole(
    tmp_path: Path,
) -> None:
    """The first agent sends the caller to the other queue, whose agent parks the call for a colleague."""
    day = Day(tmp_path, seats=3, members=("1002",))
    legs = [answering(one) for one in day.seats]
    day.run(1)
    day.exchange.ready("1002")
    customer = dials(day.customers, "000010001", order="c")
    day.run(21)
    day.exchange.command(desk.Transfer("1002", "000010002"))
    day.run(5)
    day.exchange.ready("1001")
    day.run(11)
    day.exchange.command(desk.Park("1001"))
    day.run(5)
    day.exchange.command(desk.Retrieve("1003", day.exchange.only(Parked).slot))
    day.run(10)
    day.customers.hang_up(customer)
    day.run(2)
    assert [len(one) for one in legs] == [1, 1, 1]
    told = [(entry.event, entry.queue, entry.agent, entry.data) for entry in day.entries()
            if entry.call == "c" and entry.event != "DID"]  # fmt: skip
    assert told == [
        ("ENTERQUEUE", "service", "NONE", ("", "13800005678", "1")),
        ("CONNECT", "service", "SIP/1002", ("1", "c", "1")),
        ("BLINDTRANSFER", "service", "SIP/1002", ("000010002", "", "1", "20", "1")),
        ("ENTERQUEUE", "sales", "NONE", ("", "13800005678", "1")),
        ("CONNECT", "sales", "SIP/1001", ("6", "c", "1")),
        ("BLINDTRANSFER", "sales", "SIP/1001", ("701", "", "6", "10", "1")),
    ]
    talked = {line.queue: line.agents for line in summary(day.entries()).queues}
    assert talked["service"]["SIP/1002"].talked == 20
    assert (talked["sales"]["SIP/1001"].answered, talked["sales"]["SIP/1001"].talked) == (1, 10)
    day.log.close()


@pytest.mark.feature("ARC-15")
def test_who_was_sent_to_another_line_and_hangs_up_there_abandons_it(tmp_path: Path) -> None:
    day = Day(tmp_path, seats=2, members=("1002",))
    answering(day.seats[1])
    day.run(1)
    day.exchange.ready("1002")
    customer = dials(day.customers, "000010001", order="c")
    day.run(6)
    day.exchange.command(desk.Transfer("1002", "000010002"))
    day.run(9)
    day.customers.hang_up(customer)
    day.run(2)
    told = [(entry.event, entry.queue) for entry in day.entries() if entry.call == "c"]
    assert told[2:] == [
        ("CONNECT", "service"), ("BLINDTRANSFER", "service"), ("ENTERQUEUE", "sales"),
        ("ABANDON", "sales"),
    ]  # fmt: skip
    day.log.close()


@pytest.mark.feature("ARC-15")
def test_an_agent_who_does_not_take_a_callback(day: Day) -> None:
    dials(day.customers, "000010001")
    day.run(2)
    press(day.exchange, "2")
    day.run(1)
    press(day.exchange, "1")
    day.run(10)
    day.seats[0].on(sip.Invited, lambda e: day.seats[0].core.refuse(e.leg, 486, day.world.now))
    day.exchange.ready("1001")
    day.run(0.5)
    (missed,) = day.of("RINGNOANSWER")
    assert (missed.queue, missed.agent) == ("service", "SIP/1001")


@pytest.mark.feature("ARC-15")
def test_who_hangs_up_while_a_full_line_offers_a_callback_abandons_nothing(tmp_path: Path) -> None:
    day = Day(tmp_path, max_length=0, full=Way("callback"))
    leg = dials(day.customers, "000010001")
    day.run(2)
    day.customers.hang_up(leg)
    day.run(2)
    assert [entry.event for entry in day.entries()] == ["QUEUESTART", "DID", "INFO"]
    assert day.of("INFO")[0].data == ("TURNEDAWAY", "full", "callback")
    day.log.close()


class Desk(Day):
    """A day whose figures on the console are those of its log."""

    def line(self) -> QueueLine:
        """The queue's line of the report, after a look that the console says the same."""
        counted = Service("service")
        for event in self.exchange.news:
            counted.hear(event)
        score = counted.score(self.world.now)
        book = summary(self.entries())
        line = book.lines["service"]
        same = ("offered", "answered", "in_time", "abandoned", "short", "left", "booked",
                "called_back", "given_up", "level", "speed")  # fmt: skip
        assert {name: getattr(line, name) for name in same} == {
            name: getattr(score, name) for name in same
        }
        assert line.full + line.empty == score.turned_away
        return line

    def books(self, caller: str = "13800005678") -> None:
        dials(self.customers, "000010001", caller=caller)
        self.run(1)
        press(self.exchange, "2")
        self.run(6)
        press(self.exchange, "1")
        self.run(6)


@pytest.mark.feature("ARC-05", "ARC-15")
@pytest.mark.parametrize("full", [False, True], ids=["by key", "instead of a full line"])
def test_who_keeps_the_place_for_a_callback_is_counted_once(tmp_path: Path, full: bool) -> None:
    """Booked and called back: neither left nor abandoned, neither answered nor in time."""
    lengths = {"max_length": 0, "full": Way("callback")} if full else {}
    day = Desk(tmp_path, keys={"2": Way("callback")}, **lengths)
    day.run(1)
    if full:
        dials(day.customers, "000010001")
        day.run(1)
        press(day.exchange, "1")
        day.run(3)
    else:
        day.books()
    line = day.line()
    assert (line.booked, line.left, line.abandoned, line.full, line.level) == (1, 0, 0, 0, None)
    legs = answering(day.seats[0])
    day.exchange.ready("1001")
    day.run(1.5)
    day.seats[0].hang_up(legs[0])
    day.run(1)
    assert day.line().agents["SIP/1001"].missed == 1, "who leaves while it rings has let it ring"
    day.exchange.ready("1001")
    answering(day.customers)
    day.run(330)
    day.seats[0].hang_up(legs[-1])
    day.run(2)
    line = day.line()
    assert (line.booked, line.called_back, line.answered, line.level) == (1, 1, 0, None)
    assert line.agents["SIP/1001"].answered == 1 and line.talked > 20
    infos = [entry.data for entry in day.of("INFO") if entry.data[0] == "CALLBACK"]
    assert infos == [("CALLBACK", "BOOKED"), ("CALLBACK", "REACHED")]
    day.log.close()


def test_a_callback_that_reaches_nobody_is_given_up_and_nothing_else(tmp_path: Path) -> None:
    day = Desk(tmp_path, keys={"2": Way("callback")}, callback=CallbackPlan(tries=1))
    day.run(1)
    day.books()
    answering(day.seats[0])
    far = day.customers
    far.on(sip.Invited, lambda event: far.core.refuse(event.leg, 486, far.now))
    day.exchange.ready("1001")
    day.run(10)
    line = day.line()
    assert (line.booked, line.given_up, line.called_back, line.abandoned) == (1, 1, 0, 0)
    day.log.close()


@pytest.mark.feature("ARC-15", "TEL-24", "TEL-23")
def test_who_is_turned_away_is_on_a_line_of_the_log(tmp_path: Path) -> None:
    day = Desk(tmp_path, max_length=0, full=Way("busy"))
    day.run(1)
    plan = day.exchange.board.works.plan
    night = Opening(Hours(), ("extension", "1001"))
    narrow = replace(TRUNK, channels=1)
    dials(day.customers, "000010001")
    day.run(1)
    for change in (
        {"blacklist": ("13800005678",)},
        {"openings": {"*": night}},
        {"openings": {"*": night}, "trunks": (narrow,), "message_path": lambda box, call: box},
    ):
        day.exchange.command(commands.SetPlan(replace(plan, **change)))
        dials(day.customers, "000010001")
        day.run(1)
        if "trunks" in change:
            dials(day.customers, "000010001")
        day.run(40)
    book = summary(day.entries())
    assert (book.lines["service"].full, book.lines["service"].level) == (1, 0.0)
    door = book.door
    assert (door.blocked, door.closed, door.lines_full, door.turned_away) == (1, 2, 1, 4)
    assert day.line().offered == 0
    day.log.close()
