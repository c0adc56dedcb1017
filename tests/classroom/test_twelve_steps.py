"""The way of one call through the house, step by step as the textbook has it (FLW-01 to FLW-13)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from classroom.bus import Bus
from classroom.control import ControlDesk
from classroom.door import control, wire
from classroom.floor import Floor
from classroom.flows.lookups import Directory
from classroom.practice.opencall import Ordered
from classroom.practice.shelf import Shelf
from classroom.practice.witness import Witness
from classroom.queues.log import QueueLog, read
from classroom.store.calls import Call, EvidenceRow
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.lessons import Lesson
from telephony.pbx import events as news
from telephony.pbx.commands import AnswerLookup
from telephony.pbx.desk_orders import Consult, JoinAll
from telephony.pbx.ivr import Digits, Flow, HangUp, LookUp, ToQueue
from telephony.pbx.ivr.news import LookupAsked
from telephony.pbx.plan import BoardPlan, DeskPlan, QueuePlan
from telephony.sip import events as sip
from tests.stage.exchange import (
    HOTLINE,
    Exchange,
    answering,
    carrier,
    dials,
    plan_of,
    press,
    seat,
)
from tests.stage.virtual import World

pytestmark = pytest.mark.story

CALLER, MEMBER, ACCOUNT = "13800005678", "13900000042", "88017755"
CUSTOMER = "L1-0001"
SHELF = Shelf()
SCENARIO = SHELF.scenario("order-inquiry")
BY_ACCOUNT = Flow(
    "by account",
    "ask",
    {
        "ask": Digits(("welcome",), "member", "look", "end", least=3),
        "look": LookUp(
            "customer", {"number": "$member"}, {"account": "account"},
            found="bills", missing="end", failed="end",
        ),
        "bills": ToQueue("bills", skills={"bills": 5}),
        "end": HangUp(),
    },
    {"member": "", "account": ""},
)  # fmt: skip
DESKS = {
    "1001": DeskPlan("1001", "secret1", skills={"bills": 2}),
    "1002": DeskPlan("1002", "secret2", skills={"bills": 9}),
    "1003": DeskPlan("1003", "secret3", skills={"orders": 9}),
}


def by_member() -> BoardPlan:
    """Who keys a member's number in is led to the desk that knows bills best."""
    queue = QueuePlan("bills", skill="bills", strategy="most-skilled", rating=None)
    return plan_of(
        flows={"reception": BY_ACCOUNT}, desks=DESKS, queues={"bills": queue},
        numbers={HOTLINE: ("flow", "reception")},
    )  # fmt: skip


class Roll:
    """Who sits where."""

    def login_of(self, extension: str) -> str:
        return f"s{int(extension) - 1000:02}"

    def name_of(self, extension: str) -> str:
        return "A"

    def extension_of(self, login: str) -> str:
        return f"1{login.removeprefix('s'):0>3}"


class House:
    """A switchboard on the virtual clock with the classroom's own ears, records and files behind it."""

    def __init__(self, store: Store, folder: Path, plan: BoardPlan | None = None) -> None:
        self.world, self.store = World(5), store
        self.floor = Floor(Bus())
        self.ledger = Ledger(store, self.floor.alarm)
        self.log = QueueLog(folder, lambda at: at)
        self.told: list[tuple[str, wire.LineWord]] = []
        self.witness = Witness(
            ledger=self.ledger, floor=self.floor, shelf=SHELF, carrier=self, roll=Roll(),
            seconds_of=lambda key: 1.0, words=lambda key: "", over=lambda call: None,
            moved=lambda call: None, clock=lambda: self.world.now,
            place=lambda call: str(folder / f"{call}.wav"), relative=lambda path: Path(path).name,
        )  # fmt: skip
        self.exchange = Exchange(self.world, plan or by_member())
        self.phones = {name: seat(self.world, name) for name in DESKS}
        self.world.run(1)
        self.exchange.ready(*DESKS)
        self.heard = 0
        self.control = ControlDesk(lambda: None, self.floor, dict)  # type: ignore[arg-type, return-value]
        self.listener = self.control.bus.listen(lambda note: True)

    def line_does(self, order_id: str, what: wire.LineWord, announcement: float = 0.0) -> None:
        self.told.append((order_id, what))

    def tell(self) -> list[news.BoardEvent]:
        """Bring the board's news to everybody who listens to it, as the server does."""
        fresh = self.exchange.news[self.heard :]
        self.heard += len(fresh)
        for event in fresh:
            self.witness.board(event)
            self.control.tell(event)
            self.log.hear(event)
        return fresh

    async def answers(self) -> LookupAsked:
        """Let the records answer what the flow asked."""
        asked = next(event for event in self.tell() if isinstance(event, LookupAsked))
        records = Directory(self.store, self.witness.calls.values)
        found = await records.look_up(asked.call, asked.ask, asked.given)
        self.exchange.command(AnswerLookup(asked.call, asked.ticket, found))
        return asked

    async def read_news(self, last: str) -> list[control.News]:
        """What the door's listeners were told up to this, as JSON carries it."""
        said = []
        async for note in self.listener:
            said.append(control.News.model_validate_json(note.event.model_dump_json()))
            if note.event.event == last:
                break
        return said


@pytest.fixture
async def house(store: Store, tmp_path: Path) -> AsyncIterator[House]:
    async with store.write() as session:
        session.add(Lesson(id=1, started=0.0))
        facts = {"account": ACCOUNT, "name": "Wang"}
        session.add(Call(id="old", caller=MEMBER, started=1.0, began_clock=0.0, facts=facts))
    house = House(store, tmp_path)
    house.ledger.start()
    yield house
    await house.ledger.close()
    house.log.close()


@pytest.mark.feature(
    "FLW-01", "FLW-02", "FLW-03", "FLW-04", "FLW-05", "FLW-06", "FLW-07", "FLW-08", "FLW-09",
    "FLW-10", "FLW-11", "FLW-12", "FLW-13", "ARC-12",
)  # fmt: skip
async def test_a_call_walks_the_twelve_steps(house: House) -> None:
    world, exchange = house.world, house.exchange
    answering(house.phones["1002"], after=3)
    house.witness.expect(Ordered(CUSTOMER, 1, SCENARIO, 7, 1))

    # 1, 2: the switch learns who calls which number, and what the caller keys in
    dials(carrier(world), HOTLINE, caller=CALLER, order=CUSTOMER)
    world.run(1)
    for key in f"{MEMBER}#":
        press(exchange, key)
    started = exchange.only(news.CallStarted)
    assert (started.caller, started.dialled, started.call) == (CALLER, HOTLINE, CUSTOMER)

    # 3, 4: both go to the application, no longer as SIP and RTP but as what it asked for
    asked = await house.answers()
    assert (asked.call, asked.ask, asked.given["number"]) == (CUSTOMER, "customer", MEMBER)

    # 5, 6, 7: what the database holds of the customer and the desks' skills choose the best desk
    offered = exchange.only(news.DeskOffered)
    assert (offered.extension, offered.queue) == ("1002", "bills")
    assert exchange.only(news.Queued).at == offered.at == asked.at

    # 8, 11, 13: its telephone rings, and the card is there at the same moment, for the same call
    house.tell()
    world.run(0.5)
    rings = house.phones["1002"].only(sip.Invited)
    assert rings.request.headers.get("X-Lab-Call") == CUSTOMER
    assert not any(house.phones[name].all(sip.Invited) for name in ("1001", "1003"))
    shown = [e for e in house.floor.snapshot("student", "1002") if isinstance(e, wire.CardPopped)]
    card = shown[0].card
    assert (card.call_id, card.caller, card.dialled) == (CUSTOMER, CALLER, HOTLINE)
    assert (card.record["member"], card.record["account"]) == (MEMBER, ACCOUNT)
    assert card.steps, "and what to say"
    assert not [
        e for e in house.floor.snapshot("student", "1001") if isinstance(e, wire.CardPopped)
    ]

    # 9, 10: the switch tells that the two are connected, and the application has it
    world.run(5)
    house.tell()
    answered = exchange.only(news.DeskAnswered)
    assert house.floor.calls[CUSTOMER].state == "talking"
    assert (CUSTOMER, "answered") in house.told

    # 12: "call state started" stands in the files in which the call is followed
    lines = [one for one in read(house.log.last(20)) if one.call == CUSTOMER]
    assert [one.event for one in lines] == ["DID", "ENTERQUEUE", "CONNECT"]
    assert (lines[-1].agent, lines[-1].at) == ("SIP/1002", int(answered.at))
    await house.ledger.settled()
    async with house.store.read() as session:
        row = await session.get(Call, CUSTOMER)
        kept = (
            await session.exec(select(EvidenceRow).where(EvidenceRow.call_id == CUSTOMER))
        ).all()
    assert row is not None and (row.state, row.extension) == ("talking", "1002")
    assert row.answered_clock == answered.at
    words = [one.body["what"] for one in kept if one.kind == "line"]
    assert words[-1] == "answered" and words[0] == "started"

    news_told = await house.read_news("desk_answered")
    said = [one.event for one in news_told if one.fields.get("call") == CUSTOMER]
    told = [
        "call_started",
        "digits_entered",
        "lookup_asked",
        "queued",
        "desk_offered",
        "desk_answered",
    ]
    assert [name for name in said if name in told] == told


@pytest.mark.feature("ARC-16", "FLW-13")
async def test_the_data_goes_where_the_voice_goes(house: House) -> None:
    """Waiting, answering, consultation, conference and transfer are followed; the card moves on, too."""
    world, exchange = house.world, house.exchange
    answering(house.phones["1002"], after=1)
    answering(house.phones["1003"], after=1)
    house.witness.expect(Ordered(CUSTOMER, 1, SCENARIO, 7, 1))
    dials(carrier(world), HOTLINE, caller=CALLER, order=CUSTOMER)
    world.run(1)
    for key in f"{MEMBER}#":
        press(exchange, key)
    await house.answers()
    world.run(3)
    for order in (Consult("1002", "1003"), JoinAll("1002")):
        exchange.command(order)
        world.run(3)
    house.phones["1002"].hang_up(next(iter(house.phones["1002"].core.legs)))
    world.run(3)
    house.tell()
    assert (exchange.desk("1002"), exchange.desk("1003")) == ("wrapping", "talking")
    last = exchange.all(news.DeskAnswered)[-1]
    assert (last.extension, last.transferred) == ("1003", True)
    shown = [e for e in house.floor.snapshot("student", "1003") if isinstance(e, wire.CardPopped)]
    assert shown[0].card.record["account"] == ACCOUNT, "the colleague sees what the first one saw"
    assert house.floor.owner(CUSTOMER) == "1003"
    await house.ledger.settled()
    async with house.store.read() as session:
        kept = (
            await session.exec(select(EvidenceRow).where(EvidenceRow.call_id == CUSTOMER))
        ).all()
    words = [one.body["what"] for one in kept if one.kind == "line"]
    told = ["queued", "offered", "answered", "consulted", "three_way", "handed_over", "answered"]
    assert [word for word in words if word in told] == told
