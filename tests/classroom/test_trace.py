"""The trace of a call: every step of the textbook with its time, read from what the store keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlmodel import select

from classroom.answering import Answering
from classroom.door import wire
from classroom.door.trace import CallTrace, TraceStep
from classroom.practice.opencall import Ordered
from classroom.settings import Settings
from classroom.store.answering import ForwardRow
from classroom.store.calls import Call, EvidenceRow, WrapupRow
from classroom.store.desks import DeskLog
from classroom.store.engine import Store
from classroom.store.lessons import Lesson
from classroom.store.people import Person
from classroom.store.records import Records
from classroom.store.trace import trace_of
from telephony.pbx.callback_events import RememberServed
from telephony.pbx.commands import SetForwards
from telephony.pbx.desk_orders import Transfer
from telephony.pbx.forwards import Forwards
from telephony.pbx.ivr import Flow, HangUp, Menu, ToQueue
from telephony.pbx.plan import BoardPlan, QueuePlan
from tests.classroom.test_twelve_steps import (
    ACCOUNT,
    CALLER,
    CUSTOMER,
    DESKS,
    MEMBER,
    SCENARIO,
    House,
    by_member,
)
from tests.stage.exchange import HOTLINE, answering, carrier, dials, plan_of, press
from tests.stage.loopback import Party

pytestmark = pytest.mark.story


@asynccontextmanager
async def opened(store: Store, folder: Path, plan: BoardPlan | None = None) -> AsyncIterator[House]:
    """A house whose records are written while it stands."""
    house = House(store, folder, plan or by_product())
    house.ledger.start()
    try:
        yield house
    finally:
        await house.ledger.close()
        house.log.close()


@pytest.fixture
async def house(store: Store, tmp_path: Path) -> AsyncIterator[House]:
    async with store.write() as session:
        session.add(Lesson(id=1, started=0.0))
        facts = {"account": ACCOUNT, "name": "Wang"}
        session.add(Call(id="old", caller=MEMBER, started=1.0, began_clock=0.0, facts=facts))
        for login, name in (("s02", "李雷"), ("s03", "Han Meimei")):
            session.add(Person(login=login, name=name, role="student", password_hash=""))
    async with opened(store, tmp_path, by_member()) as house:
        yield house


async def comes_in(house: House) -> tuple[Party, str]:
    """A member calls, keys the number in and is led to the desk that knows bills best."""
    house.witness.expect(Ordered(CUSTOMER, 1, SCENARIO, 7, 1))
    customer = carrier(house.world)
    leg = dials(customer, HOTLINE, caller=CALLER, order=CUSTOMER)
    house.world.run(1)
    for key in f"{MEMBER}#":
        press(house.exchange, key)
    await house.answers()
    house.tell()
    return customer, leg


async def trace_now(house: House, call: str = CUSTOMER) -> CallTrace:
    await house.ledger.settled()
    found = await Records(house.store, Path("data")).trace(call)
    assert found is not None
    return found


def step(trace: CallTrace, what: str) -> TraceStep:
    return [one for one in trace.steps if one.what == what][-1]


@pytest.mark.feature(
    "FLW-01", "FLW-02", "FLW-03", "FLW-04", "FLW-05", "FLW-06", "FLW-07", "FLW-08", "FLW-09",
    "FLW-10", "FLW-11", "FLW-12", "FLW-13",
)  # fmt: skip
async def test_the_thirteen_steps_of_a_call_are_read_back_in_order_with_their_times(
    house: House,
) -> None:
    answering(house.phones["1002"], after=3)
    await comes_in(house)
    for _ in range(8):
        house.world.run(0.5)
        house.tell()

    trace = await trace_now(house)
    assert (trace.call_id, trace.state, trace.line) == (CUSTOMER, "talking", "practice")
    assert [one.no for one in trace.steps] == [1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13]
    assert step(trace, "came_in").values["caller"] == CALLER
    assert step(trace, "came_in").values["trunk"] == "practice"
    keyed = step(trace, "keyed").values
    assert keyed["keyed"] == {"member": MEMBER, "account": ACCOUNT}
    assert keyed["asked"] == ["customer"]
    asked = step(trace, "requested").values
    assert (asked["queue"], asked["strategy"]) == ("bills", "most-skilled")
    assert asked["needs"] == {"bills": 5}
    assert step(trace, "searched").values == {"by": "most-skilled", "free": 1}
    found = step(trace, "found").values
    assert (found["extension"], found["agent"], found["name"]) == ("1002", "s02", "李雷")
    assert found["skill"] == 9
    assert step(trace, "led").values["extension"] == "1002"

    exchanged, together = step(trace, "exchanged"), step(trace, "together")
    assert 2.9 < exchanged.values["rang"] < 3.2
    assert step(trace, "popped").at - step(trace, "led").at < 0.1
    assert (together.values["apart"], together.at) == (0.0, exchanged.at)
    assert step(trace, "written").at >= exchanged.at
    assert all(one.time == trace.started + one.at for one in trace.steps)


@pytest.mark.feature("FLW-12")
async def test_a_running_call_shows_what_has_happened_so_far_and_a_past_one_its_end(
    house: House,
) -> None:
    customer, leg = await comes_in(house)
    running = await trace_now(house)
    assert {one.no for one in running.steps} == {1, 2, 3, 4, 5, 6, 7, 8, 11}, "nobody answered yet"
    assert running.state == "ringing"
    house.world.run(21)
    customer.hang_up(leg)
    house.world.run(5)
    house.tell()
    past = await trace_now(house)
    besides = [one for one in past.steps if not one.no]
    assert [one.what for one in besides] == ["missed", "released"]
    assert besides[0].values["value"] == "no_answer" and besides[0].at > 20
    assert past.state == "abandoned" and not {9, 10, 12, 13} & {one.no for one in past.steps}


@pytest.mark.feature("ARC-07", "FLW-13")
async def test_on_a_transfer_the_data_goes_with_the_voice_and_the_trace_shows_both(
    house: House,
) -> None:
    world, exchange = house.world, house.exchange
    answering(house.phones["1002"], after=1)
    answering(house.phones["1003"], after=1)
    await comes_in(house)
    world.run(3)
    house.tell()
    exchange.command(Transfer("1002", "1003"))
    house.tell()
    world.run(3)
    house.tell()
    trace = await trace_now(house)
    numbers = [one.no for one in trace.steps]
    later = numbers[numbers.index(13) + 1 :]
    assert [no for no in later if no] == [8, 8, 9, 10, 11, 12, 13], (
        "another round, nobody is searched"
    )
    assert step(trace, "exchanged").values["extension"] == "1003"
    assert step(trace, "popped").values["name"] == "Han Meimei"
    assert step(trace, "together").values["apart"] == 0.0
    assert [one.what for one in trace.steps if not one.no] == ["transferred"]


BY_PRODUCT = Flow(
    "by key",
    "ask",
    {
        "ask": Menu(("welcome",), {"1": "bills", "2": "orders", "3": "gold"}, otherwise="end"),
        "bills": ToQueue("care", skills={"bills": 5}),
        "orders": ToQueue("care", skills={"orders": 5}),
        "gold": ToQueue("care", priority=3),
        "end": HangUp(),
    },
)  # fmt: skip


def by_product() -> BoardPlan:
    """A queue that knows products by their key, gold members by the records, and regulars by the desk."""
    queue = QueuePlan("care", sticky=60.0, rating=None)
    return plan_of(
        flows={"reception": BY_PRODUCT}, desks=DESKS, queues={"care": queue},
        numbers={HOTLINE: ("flow", "reception")},
    )  # fmt: skip


@pytest.mark.feature("ARC-12", "FLW-05", "FLW-06")
@pytest.mark.parametrize(
    ("key", "desk", "skill"), [("1", "1002", "bills"), ("2", "1003", "orders")]
)
async def test_the_product_that_is_keyed_chooses_the_desk(
    store: Store, tmp_path: Path, key: str, desk: str, skill: str
) -> None:
    async with opened(store, tmp_path) as house:
        dials(carrier(house.world), HOTLINE, caller=CALLER, order=CUSTOMER)
        house.world.run(1)
        press(house.exchange, key)
        house.tell()
        trace = await trace_now(house)
        assert step(trace, "chose").values == {"menu": "ask", "key": key}
        assert step(trace, "requested").values["needs"] == {skill: 5}
        assert step(trace, "found").values["extension"] == desk


@pytest.mark.feature("ARC-12", "FLW-05")
async def test_what_the_database_holds_of_a_customer_leads_to_the_agent_of_the_last_talk(
    store: Store, tmp_path: Path
) -> None:
    """Of three desks that are idle alike it is the one that served the customer last week."""
    async with store.write() as session:
        session.add(
            Call(
                id="week",
                caller=CALLER,
                started=9.0,
                began_clock=0,
                answered_clock=1,
                extension="1003",
            )
        )
    async with opened(store, tmp_path) as house:
        house.exchange.command(RememberServed(await Records(store, tmp_path).served()))
        dials(carrier(house.world), HOTLINE, caller=CALLER, order=CUSTOMER)
        house.world.run(1)
        press(house.exchange, "3")
        house.tell()
        trace = await trace_now(house)
        asked = step(trace, "requested").values
        assert (asked["wants"], asked["priority"]) == ("1003", 3)
        assert step(trace, "found").values["by"] == "wanted"
        assert step(trace, "led").values["extension"] == "1003"


@pytest.mark.feature("ARC-11")
async def test_one_database_keeps_all_that_a_call_leaves_and_needs(
    house: House, tmp_path: Path
) -> None:
    """Configuration, statistics, call records, personnel, customers, accepted business, queries."""
    keeper = Answering(house.store, house.ledger, Settings.load(tmp_path), house.exchange.command)
    await keeper.load(frozenset(DESKS))
    house.exchange.command(SetForwards("1003", Forwards(always="1001")))
    answering(house.phones["1002"], after=1)
    await comes_in(house)
    house.world.run(3)
    house.tell()
    done = wire.Wrapup(summary="gave the date", disposition=SCENARIO.desk.disposition)
    house.witness.wrap_up(CUSTOMER, done, "s02")
    for event in house.exchange.news:
        keeper.hear(event)
    await house.ledger.settled()

    async with house.store.read() as session:
        (forward,) = (await session.exec(select(ForwardRow))).all()
        spells = (await session.exec(select(DeskLog).where(DeskLog.extension == "1002"))).all()
        (summary,) = (await session.exec(select(WrapupRow))).all()
        agent = (await session.exec(select(Person).where(Person.login == "s02"))).one()
    assert (forward.extension, forward.body["always"]) == ("1003", "1001")
    assert [one.activity for one in spells][-2:] == ["offered", "talking"]
    assert (summary.call_id, summary.by, agent.name) == (CUSTOMER, "s02", "李雷")
    found = await Records(house.store, tmp_path).call(CUSTOMER)
    assert found is not None and (found.caller, found.queue, found.agent) == (
        CALLER,
        "bills",
        "s02",
    )
    assert found.facts, "what is known of the customer"
    assert step(await trace_now(house), "keyed").values["asked"] == ["customer"]


# ── rows as they may be ──────────────────────────────────────────────────────


def row(
    clock: float, what: str, value: str = "", kind: str = "line", **more: object
) -> EvidenceRow:
    body = {"what": what, "value": value, **more}
    return EvidenceRow(call_id="c", clock=clock, kind=kind, body=body)


def test_a_call_of_before_there_were_traces_is_shown_with_what_is_known() -> None:
    call = Call(id="c", started=1000.0, began_clock=50.0, state="graded")
    rows = [
        row(50.0, "started"), row(53.0, "queued", "care"), row(54.0, "offered", "1001"),
        row(55.0, "rang", "1001"), row(57.0, "answered", "1001"), row(60.0, "ended", "caller"),
    ]  # fmt: skip
    trace = trace_of(call, rows, {})
    assert [one.no for one in trace.steps] == [1, 4, 8, 8, 9, 10, 12, 13, 0]
    assert trace.steps[1].at == 3.0 and trace.steps[1].time == 1003.0


def test_each_round_is_in_the_order_of_the_textbook() -> None:
    call = Call(id="c", started=0.0, began_clock=0.0)
    rows = [
        row(0.0, "started"), row(1.0, "queued", "care"), row(2.0, "offered", "1001", popped=2.0),
        row(9.0, "missed", "no_answer"), row(10.0, "offered", "1002", popped=10.1),
        row(12.0, "answered", "1002", told=12.0), row(13.0, "held"), row(15.0, "resumed"),
    ]  # fmt: skip
    steps = trace_of(call, rows, {}).steps
    assert [one.no or one.what for one in steps] == [
        1, 4, 8, 11, "missed", 8, 9, 10, 11, 12, 13, "held", "resumed",
    ]  # fmt: skip
    assert steps[-3].values["apart"] == 0.1


def test_a_number_outside_that_answers_is_no_desk() -> None:
    call = Call(id="c", started=0.0, began_clock=0.0, direction="out")
    steps = trace_of(
        call, [row(0.0, "started", by="1001"), row(3.0, "answered", "+8613800005678")], {}
    )
    assert steps.steps[1].values == {"number": "+8613800005678"}
