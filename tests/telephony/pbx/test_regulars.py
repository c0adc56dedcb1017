"""Callers the house knows: the agent of the last talk, and members with their PIN."""

from __future__ import annotations

import pytest

from telephony.pbx import commands
from telephony.pbx import events as ev
from telephony.pbx.callback_events import RememberServed
from telephony.pbx.ivr import Flow, HangUp, ToQueue
from telephony.pbx.ivr.news import FlowLeft, LookupAsked
from telephony.pbx.ivr.nodes import Digits, LookUp
from telephony.pbx.ivr.variables import level_of
from telephony.pbx.plan import QueuePlan
from tests.stage.exchange import PROMPTS, Exchange, answering, carrier, dials, plan_of, press, seat
from tests.stage.virtual import World

pytestmark = pytest.mark.story

SAYS = {**PROMPTS, "last_agent.ask": "tone:440:2",
        "ask.member": "tone:440:1", "ask.pin": "tone:440:1"}  # fmt: skip
REGULAR = "13800005678"


class House:
    """Two desks that both serve the queue; the first served the regular last."""

    def __init__(self, **values: object) -> None:
        self.world = World(6)
        plan = plan_of(
            2,
            queues={"service": QueuePlan("service", rating=None, **values)},  # type: ignore[arg-type]
            flows={"members": MEMBERS},
            numbers={"000010001": ("queue", "service"), "000010002": ("flow", "members")},
            prompts=SAYS,
        )
        self.exchange = Exchange(self.world, plan)
        self.seats = [seat(self.world, name) for name in ("1001", "1002")]
        self.legs = [answering(party) for party in self.seats]
        self.customers = carrier(self.world)
        self.world.run(1)
        self.exchange.command(RememberServed({REGULAR: "1002", "13900000009": "1001"}))

    def answered(self) -> str:
        return self.exchange.all(ev.DeskAnswered)[-1].extension

    def quiet(self) -> None:
        for party, legs in zip(self.seats, self.legs, strict=True):
            for leg in legs:
                party.hang_up(leg)
        self.world.run(1500)
        assert self.exchange.leftovers() == {}


MEMBERS = Flow(
    "members",
    "who",
    {
        "who": Digits(("ask.member",), into="member", then="pin", otherwise="plain"),
        "pin": Digits(("ask.pin",), into="pin", then="find", otherwise="plain"),
        "find": LookUp("member", {"number": "$member", "pin": "$pin"}, {"priority": "level"},
                       found="queue", missing="plain", failed="plain"),
        "queue": ToQueue("service", priority="$level"),
        "plain": ToQueue("service"),
        "end": HangUp(),
    },
    {"member": "", "pin": "", "level": "0"},
    frozenset({"pin"}),
)  # fmt: skip


@pytest.mark.feature("TEL-26")
@pytest.mark.parametrize(("key", "served"), [("1", "1002"), ("2", "1001"), ("", "1001")])
def test_the_caller_is_asked_about_the_agent_of_the_last_talk(key: str, served: str) -> None:
    house = House(ask_last_agent=True)
    house.exchange.ready("1001")
    house.world.run(1)
    house.exchange.ready("1002")
    dials(house.customers, "000010001", caller=REGULAR)
    house.world.run(2)
    assert not house.exchange.all(ev.DeskOffered), "the caller is asked first"
    if key:
        press(house.exchange, key)
    house.world.run(20)
    assert house.answered() == served
    house.quiet()


@pytest.mark.feature("TEL-26")
@pytest.mark.parametrize("why", ["busy", "gone", "unknown"])
def test_nobody_is_asked_about_an_agent_who_is_not_there(why: str) -> None:
    house = House(ask_last_agent=True)
    house.exchange.ready("1001", "1002")
    if why == "busy":
        house.exchange.command(commands.SetDuty("1002", commands.Duty.BREAK, "lunch"))
    if why == "gone":
        house.exchange.command(commands.SetDuty("1002", commands.Duty.OFF))
    caller = "13900000001" if why == "unknown" else REGULAR
    dials(house.customers, "000010001", caller=caller)
    house.world.run(2)
    assert house.exchange.only(ev.DeskAnswered)
    house.quiet()


def test_a_regular_waits_a_while_for_the_same_agent() -> None:
    house = House(sticky=30.0)
    house.exchange.ready("1001", "1002")
    dials(house.customers, "000010001", caller="13900000009")
    house.world.run(3)
    assert house.answered() == "1001"
    house.seats[0].hang_up(house.legs[0][0])
    house.exchange.command(commands.EndWrapup("1001"))
    house.world.run(1)
    dials(house.customers, "000010001", caller=REGULAR)
    house.world.run(3)
    assert house.answered() == "1002", "though the other has been idle longer"
    dials(house.customers, "000010001", caller=REGULAR)
    house.world.run(20)
    assert len(house.exchange.all(ev.DeskAnswered)) == 2, "waits for the busy one"
    house.world.run(15)
    assert house.answered() == "1001", "but not for ever"
    house.quiet()


def test_who_served_last_is_remembered() -> None:
    house = House()
    house.exchange.ready("1001")
    dials(house.customers, "000010001", caller="13900000007")
    house.world.run(3)
    assert house.exchange.board.works.served["13900000007"] == "1001"
    house.quiet()


@pytest.mark.feature("TEL-25")
def test_a_member_with_the_right_pin_goes_first() -> None:
    house = House()
    dials(house.customers, "000010001", caller="13900000001")
    house.world.run(1)
    for pin, level in (("0000", None), ("4711", {"priority": "3"})):
        dials(house.customers, "000010002", caller="13900000002")
        house.world.run(1)
        call = house.exchange.all(ev.CallStarted)[-1].call
        for key in f"8001#{pin}#":
            press(house.exchange, key, call)
        house.world.run(1)
        asked = house.exchange.all(LookupAsked)[-1]
        assert dict(asked.given) == {"number": "8001", "pin": pin}
        house.exchange.command(commands.AnswerLookup(call, asked.ticket, level))
        house.world.run(1)
    positions = [(queued.position) for queued in house.exchange.all(ev.Queued)]
    assert positions == [1, 2, 1], "a plain caller, a wrong PIN, the member"
    assert all("pin" not in left.values for left in house.exchange.all(FlowLeft))
    house.exchange.ready("1001")
    house.world.run(3)
    assert house.exchange.only(ev.DeskAnswered).call == call
    house.exchange.command(commands.HangUpAll())
    house.quiet()


@pytest.mark.parametrize(
    ("text", "level"), [("3", 3), ("", 0), ("gold", 0), ("99", 9), ("-1", 0), ("٣", 0)]
)
def test_a_level_is_a_small_number(text: str, level: int) -> None:
    assert level_of(text) == level
