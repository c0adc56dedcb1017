"""The mobile seat: an agent outside reports by keys, is rung by a trunk, and takes calls by a key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from telephony.media import control
from telephony.pbx import commands
from telephony.pbx import desk_orders as desk
from telephony.pbx import events as ev
from telephony.pbx import supervisor_orders as over
from telephony.pbx import trunk_events as out
from telephony.pbx.desk import Duty
from telephony.pbx.errors import NotNow, PlanError
from telephony.pbx.mailbox import BoxPlan
from telephony.pbx.numbering import Kind
from telephony.pbx.party import Mode
from telephony.pbx.plan import BoardPlan, DeskPlan, GatewayPlan, QueuePlan, RatingPlan, TrunkPlan
from telephony.pbx.queue_plan import CallbackPlan, Way
from telephony.sip import events as sip
from tests.stage.exchange import (
    CARRIER,
    PROMPTS,
    Exchange,
    answering,
    carrier,
    dials,
    plan_of,
    seat,
)
from tests.stage.loopback import OFFER, Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

FAR, SPARE = "10.0.2.1", "10.0.2.2"
NUMBER, OTHER = "13900001234", "13900005678"
DID, REPORTS = "01062340000", "01062340009"
KEYS = (
    "login", "pin", "wrong", "is.off", "is.ready", "is.break", "is.wrapping", "keys", "ready", "break",
    "off", "extended", "not_extended", "written", "no_way", "not_allowed", "bye", "call", "customer",
)  # fmt: skip
CITY = TrunkPlan(
    "city", "practice", gateways=(GatewayPlan(FAR, priority=1), GatewayPlan(SPARE, priority=2)),
    numbers=(DID, REPORTS),
)  # fmt: skip
CUSTOMERS = TrunkPlan(
    "practice", "practice", "carrier", "carrier-secret", CARRIER, 5060,
    gateways=(GatewayPlan(CARRIER),), virtual=True,
)  # fmt: skip
"""The line of the virtual customers, before all others."""


class House:
    """Two desks, the first of whose agents may work outside; customers; the carrier of the mobile."""

    def __init__(self, *, here: bool = False, **more: Any) -> None:
        self.world = World(28)
        self.plan = house_plan(**more)
        self.exchange = Exchange(self.world, self.plan)
        self.colleague = seat(self.world, "1002")
        self.own = seat(self.world, "1001") if here else None
        self.customers = carrier(self.world)
        self.far = Party(self.world, FAR, "far")
        self.world.run(1)

    @property
    def works(self) -> Any:
        return self.exchange.board.works

    def run(self, seconds: float) -> None:
        self.world.run(seconds)

    def outside(self, *, ready: bool = True) -> None:
        """The agent serves from outside."""
        self.exchange.command(desk.WorkOutside("1001"))
        if ready:
            self.exchange.ready("1001")

    def lifts(self, after: float = 1.0, by: Party | None = None) -> list[str]:
        return answering(by or self.far, after=after)

    def customer(self, then: float = 3.0) -> str:
        leg = dials(self.customers, "000010001")
        self.run(then)
        return leg

    def presses(self, key: str, then: float = 0.5) -> None:
        """The agent outside presses a key."""
        (leg,) = [one for one in self.works.legs.by_name.values() if one.trunk == "city"]
        self.exchange.media(control.Digit(leg.name, key, self.world.now))
        self.run(then)

    def heard(self) -> list[str]:
        """The prompts that were told since the last look, cut short or not."""
        told = [event.key for event in self.exchange.all(ev.PromptPlayed)]
        self.exchange.news = [e for e in self.exchange.news if not isinstance(e, ev.PromptPlayed)]
        return told

    def calls_in(self, caller: str = NUMBER, then: float = 4.0) -> str:
        leg = self.far.core.invite(
            to=f"sip:{REPORTS}@10.0.0.100", from_=f"<sip:{caller}@far>", contact="far", sdp=OFFER,
            flow=sip.Flow("loop", self.far.address, ("10.0.0.100", 5060)), now=self.world.now,
        )  # fmt: skip
        self.run(then)
        return leg

    def asked(self) -> bool:
        """Whoever lifted outside hears the question now."""
        row = [row for leg, row in self.exchange.sound.rows.items() if self.is_city(leg)]
        return any(source.endswith("/ask") for hears in row for source in hears)

    def is_city(self, name: str) -> bool:
        leg = self.works.legs.by_name.get(name)
        return leg is not None and leg.trunk == "city"

    def desk(self, extension: str = "1001") -> str:
        return self.exchange.desk(extension)

    def duty(self, extension: str = "1001") -> Duty:
        found: Duty = self.works.desks[extension].duty
        return found

    def over(self) -> None:
        for call in list(self.works.calls.values()):
            call.end("over", "board", self.world.now)
        self.exchange.command(commands.SetDuty("1001", Duty.OFF))
        self.exchange.command(commands.SetDuty("1002", Duty.OFF))
        self.run(200)
        assert self.exchange.leftovers() == {}
        assert {kind for kind, _ in self.works.alarms.pending()} <= {"bindings", "upkeep"}


def house_plan(**more: Any) -> BoardPlan:
    service = QueuePlan("service", ring_seconds=20.0, max_wait=300.0, auto_pause=2,
                        rating=more.pop("rating", None), **more.pop("queue", {}))  # fmt: skip
    values: dict[str, Any] = {
        "trunks": (CUSTOMERS, CITY),
        "numbers": {"000010001": ("queue", "service"), REPORTS: ("mobile", "seats")},
        "queues": {"service": service, "sales": QueuePlan("sales", rating=None)},
        "desks": {
            "1001": DeskPlan("1001", "secret1", wrapup=20.0, mobile=NUMBER),
            "1002": DeskPlan("1002", "secret2", wrapup=20.0),
        },
        "boxes": {"1001": BoxPlan("1001", pin="2468"), "1002": BoxPlan("1002", pin="1357")},
        "prompts": {**PROMPTS, **{f"mobile.{key}": "tone:440:1" for key in KEYS}},
        "charges": {"1002": frozenset({"1001"})},
    }  # fmt: skip
    return plan_of(2, **{**values, **more})


@pytest.mark.feature("TEL-28", "TEL-06")
def test_a_customer_of_the_queue_reaches_an_agent_outside_who_takes_it_by_key() -> None:
    house = House()
    house.outside()
    house.lifts()
    customer = house.customer()
    assert house.desk() == "offered" and house.asked(), "a machine may have lifted"
    assert not house.exchange.all(ev.DeskAnswered)
    (told,) = [e for e in house.exchange.all(out.OutsideDialled) if e.desk == "1001"]
    assert (told.trunk, told.shows) == ("city", DID)
    house.presses("1")
    answered = house.exchange.only(ev.DeskAnswered)
    assert (answered.extension, answered.queue, answered.queue_log) == (
        "1001",
        "service",
        "CONNECT",
    )
    assert house.desk() == "talking" and not house.asked()
    call = house.works.calls[answered.call]
    rows = house.exchange.sound.rows
    assert rows[call.callee.name] == {call.caller.name: 1.0}
    assert house.exchange.sound.recordings[answered.call], "recorded like any talk of the queue"
    house.run(10)
    house.customers.hang_up(customer)
    house.run(1)
    assert house.desk() == "wrapping"
    assert house.far.only(sip.Ended).cause == "remote"
    house.run(21)
    assert house.desk() == "idle" and house.duty() is Duty.READY
    house.over()


@pytest.mark.feature("TEL-28")
@pytest.mark.parametrize(("key", "why"), [("2", "declined"), ("", "no_answer")])
def test_a_refusal_and_a_machine_that_lifts_are_calls_not_taken(key: str, why: str) -> None:
    house = House()
    house.outside()
    house.lifts(after=15.0)
    house.customer(then=17.0)
    if key:
        house.presses(key)
    else:
        house.run(5)
        assert house.desk() == "offered", "whoever listens is not rung out meanwhile"
        house.run(9)
    missed = house.exchange.only(ev.DeskMissed)
    assert (missed.extension, missed.why, missed.queue_log) == ("1001", why, "RINGNOANSWER")
    assert not house.exchange.all(ev.DeskAnswered)
    house.run(21.5 if key else 40)
    if key:
        house.presses(key)
    assert len(house.exchange.all(ev.DeskMissed)) == 2
    assert house.exchange.only(ev.DeskPaused).missed == 2
    assert house.duty() is Duty.BREAK
    house.exchange.ready("1002")
    house.colleague.answers(1.0)
    house.run(5)
    assert house.exchange.only(ev.DeskAnswered).extension == "1002", "the place was kept"
    house.over()


@pytest.mark.feature("TEL-28")
def test_the_agent_hears_the_customer_only_after_the_key_and_other_keys_are_let_be() -> None:
    house = House()
    house.outside()
    house.lifts()
    house.customer()
    house.presses("7")
    assert house.asked() and house.desk() == "offered"
    house.presses("1")
    house.presses("1")
    assert house.desk() == "talking"
    house.over()


@pytest.mark.feature("TEL-28")
def test_the_next_gateway_is_tried_and_a_trunk_that_is_down_is_a_call_not_taken() -> None:
    house = House()
    spare = Party(house.world, SPARE, "spare")
    house.far.on(sip.Invited, lambda e: house.far.core.refuse(e.leg, 503, house.far.now))
    house.lifts(by=spare)
    house.outside()
    house.customer()
    house.presses("1")
    assert house.exchange.only(ev.DeskAnswered).extension == "1001"
    assert house.exchange.only(out.OutsideFailed).again
    house.over()
    spare.on(sip.Invited, lambda e: spare.core.refuse(e.leg, 503, spare.now))
    house.outside()
    house.customer()
    missed = house.exchange.only(ev.DeskMissed)
    assert (missed.extension, missed.why) == ("1001", "sip_503")
    assert house.desk() == "idle"
    house.over()


@pytest.mark.feature("TEL-28")
def test_a_telephone_that_cannot_be_reached_and_one_that_is_busy() -> None:
    house = House()
    house.far.on(sip.Invited, lambda e: house.far.core.refuse(e.leg, 486, house.far.now))
    house.outside()
    house.customer()
    assert house.exchange.only(ev.DeskMissed).why == "busy"
    house.far.on(sip.Invited, lambda e: house.far.core.refuse(e.leg, 480, house.far.now))
    house.run(10)
    assert [e.why for e in house.exchange.all(ev.DeskMissed)] == ["busy", "unavailable"]
    assert house.duty() is Duty.BREAK
    house.over()


@pytest.mark.feature("TEL-28")
def test_a_customer_who_leaves_while_the_agent_is_asked_costs_the_agent_nothing() -> None:
    house = House()
    house.outside()
    house.lifts()
    customer = house.customer()
    assert house.asked()
    house.customers.hang_up(customer)
    house.run(1)
    assert house.desk() == "idle" and not house.exchange.all(ev.DeskMissed)
    assert house.exchange.only(ev.CallEnded).queue_log == "ABANDON"
    house.over()


@pytest.mark.feature("TEL-28")
def test_the_agent_who_hangs_up_before_and_after_taking_the_call() -> None:
    house = House(rating=RatingPlan())
    house.outside()
    legs = house.lifts()
    house.customer()
    house.far.hang_up(legs[-1])
    house.run(1)
    assert house.exchange.only(ev.DeskMissed).why == "unavailable"
    house.run(8)
    house.presses("1")
    house.far.hang_up(legs[-1])
    house.run(1)
    assert house.desk() == "wrapping"
    assert house.works.calls, "the customer is asked to rate"
    house.over()


# ── calling in ───────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-28", "TEL-06")
def test_the_agent_calls_in_and_reports_by_keys() -> None:
    house = House()
    house.calls_in()
    assert house.heard()[:2] == ["mobile.is.off", "mobile.keys"]
    house.lifts()
    house.presses("1")
    assert house.duty() is Duty.READY
    dials(house.customers, "000010001")
    house.run(0.3)
    assert house.desk() == "idle", "that telephone is busy until it is down"
    house.run(2.5)
    assert house.heard()[-1] == "mobile.ready"
    assert house.desk() == "offered"
    house.presses("1")
    assert house.desk() == "talking"
    house.run(5)
    house.over()


@pytest.mark.feature("TEL-28")
def test_wrap_up_is_extended_and_ended_by_keys() -> None:
    house = House()
    house.outside()
    house.lifts()
    customer = house.customer()
    house.presses("1")
    house.customers.hang_up(customer)
    house.run(1)
    until = house.works.desks["1001"].deadline
    house.calls_in()
    assert house.heard()[-2:] == ["mobile.is.wrapping", "mobile.keys"]
    house.presses("4", then=3)
    assert house.works.desks["1001"].deadline == until + 60.0
    house.presses("5", then=3)
    assert house.desk() == "idle"
    house.presses("4", then=3)
    assert house.heard() == [
        "mobile.extended", "mobile.keys", "mobile.written", "mobile.keys", "mobile.not_extended",
        "mobile.keys",
    ]  # fmt: skip
    house.presses("2", then=3)
    assert house.duty() is Duty.BREAK
    house.presses("3", then=3)
    assert house.duty() is Duty.OFF and not house.works.desks["1001"].outside
    assert not house.works.calls, "who goes off is said goodbye to"
    house.over()


@pytest.mark.feature("TEL-28")
def test_from_any_telephone_with_log_in_and_pin() -> None:
    house = House()
    house.calls_in(caller=OTHER)
    assert house.heard() == ["mobile.login"]
    for key in "1001#":
        house.presses(key)
    for key in "1111#":
        house.presses(key)
    house.run(2)
    assert house.heard() == ["mobile.pin", "mobile.wrong"]
    for key in "1001#2468#":
        house.presses(key)
    house.run(2)
    assert house.heard()[:2] == ["mobile.pin", "mobile.is.off"]
    house.presses("1", then=3)
    assert house.duty() is Duty.READY
    assert house.works.desks["1001"].outside == NUMBER, "calls ring where the house set it"
    house.over()


@pytest.mark.feature("TEL-28")
def test_who_cannot_say_who_it_is_is_let_go_and_who_guesses_is_told_of() -> None:
    house = House()
    house.calls_in(caller="")
    house.run(40)
    assert house.exchange.only(ev.CallEnded).why == "flow_ended"
    for _ in range(4):
        house.calls_in(caller=OTHER)
        for _ in range(3):
            for key in "1001#0000#":
                if house.works.calls:
                    house.presses(key, then=0.05)
        house.run(5)
    assert [e.code for e in house.exchange.all(ev.Alarm)] == ["password_guessed"]
    house.calls_in(caller=OTHER)
    for key in "1001#2468#":
        house.presses(key, then=0.05)
    house.run(3)
    assert house.heard()[-1] == "mobile.wrong", "not listened to, right or not"
    house.over()


# ── who may, and where to ────────────────────────────────────────────────────


@pytest.mark.feature("TEL-28")
@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110", "mobile_public"), ("12345", "mobile_public"), ("16812345", "mobile_public"),
        ("8001234567", "mobile_public"), ("008521234567", "mobile_public"),
        ("12", "mobile_unreadable"), (DID, "mobile_ours"), ("+861062340009", "mobile_ours"),
    ],
)  # fmt: skip
def test_numbers_that_are_nobodys_own(number: str, code: str) -> None:
    with pytest.raises(PlanError) as caught:
        house_plan(desks={"1001": DeskPlan("1001", "x", mobile=number)}, boxes={}, charges={})
    assert caught.value.code == code


@pytest.mark.feature("TEL-28")
def test_only_where_the_house_set_a_number_and_a_line_leads_there() -> None:
    house = House()
    with pytest.raises(NotNow) as caught:
        house.exchange.command(desk.WorkOutside("1002"))
    assert caught.value.code == "mobile_not_allowed"
    live = replace(CITY, line="live")
    house.exchange.command(commands.SetPlan(replace(house.plan, trunks=(CUSTOMERS, live))))
    with pytest.raises(NotNow) as caught:
        house.exchange.command(desk.WorkOutside("1001"))
    assert caught.value.code == "mobile_no_way", "a live line and virtual customers are no way"
    house.calls_in()
    house.presses("1", then=3)
    assert house.heard()[-1] == "mobile.no_way"
    assert house.duty() is Duty.OFF
    house.over()


@pytest.mark.feature("TEL-28")
def test_a_number_that_is_taken_back_and_a_line_that_goes() -> None:
    house = House()
    house.outside()
    house.exchange.command(commands.SetPlan(replace(house.plan, trunks=(CUSTOMERS,), numbers={
        "000010001": ("queue", "service")})))  # fmt: skip
    house.customer()
    (alarm,) = house.exchange.all(ev.Alarm)
    assert (alarm.code, alarm.values) == (
        "mobile_no_way",
        {"desk": "1001", "why": "only_customers"},
    )
    assert house.exchange.only(out.OutsideClosed).why == "only_customers"
    assert house.desk() == "idle"
    bare = {**house.plan.desks, "1001": DeskPlan("1001", "secret1", wrapup=20.0)}
    house.exchange.command(commands.SetPlan(replace(house.plan, desks=bare)))
    changed = house.exchange.all(ev.DeskChanged)[-1]
    assert (changed.mobile, changed.registered) == (False, False)
    house.over()


@pytest.mark.feature("TEL-28")
def test_outside_instead_of_the_desks_own_telephone_until_the_agent_goes_off() -> None:
    house = House(here=True)
    assert house.own is not None
    own = answering(house.own)
    house.lifts()
    house.outside()
    house.customer()
    house.presses("2")
    assert not own
    house.exchange.command(commands.SetDuty("1001", Duty.OFF))
    house.exchange.ready("1001")
    house.run(8)
    assert len(own) == 1 and house.desk() == "talking"
    house.over()


@pytest.mark.feature("TEL-28")
def test_practice_and_live_never_meet_at_a_mobile_seat() -> None:
    real = TrunkPlan("real", "live", host="10.0.3.1", port=5060)
    house = House(trunks=(CUSTOMERS, CITY, real))
    telecom = Party(house.world, "10.0.3.1", "real")
    house.outside()
    telecom.core.invite(
        to="sip:000010001@10.0.0.100", from_="<sip:13800138000@real>", contact="real", sdp=OFFER,
        flow=sip.Flow("loop", telecom.address, ("10.0.0.100", 5060)), now=house.world.now,
    )  # fmt: skip
    house.run(3)
    assert house.exchange.only(out.OutsideClosed).why == "lines_do_not_mix"
    assert house.desk() == "idle" and not house.far.all(sip.Invited)
    house.over()


# ── everything a desk has ────────────────────────────────────────────────────


def talking(house: House) -> str:
    """A customer talks with the agent outside; returns the call."""
    house.outside()
    house.lifts()
    house.customer()
    house.presses("1")
    assert house.desk() == "talking"
    return str(next(iter(house.works.calls)))


@pytest.mark.feature("TEL-28", "TEL-11", "SEA-37", "SEA-38", "BAS-02")
def test_a_supervisor_listens_whispers_and_barges_in_on_an_agent_outside() -> None:
    house = House()
    call = talking(house)
    answering(house.colleague)
    house.exchange.command(over.Supervise("1002", "1001", Mode.LISTEN))
    house.run(3)
    live = house.works.calls[call]
    (party,) = live.joined.values()
    rows, agent = house.exchange.sound.rows, live.callee.name
    assert set(rows[party.leg.name]) == {agent, live.caller.name}
    assert party.leg.name not in rows[agent]
    house.exchange.command(over.Supervise("1002", "1001", Mode.WHISPER))
    house.run(1)
    assert party.leg.name in rows[agent] and party.leg.name not in rows[live.caller.name]
    house.exchange.command(over.Supervise("1002", "1001", Mode.BARGE))
    house.run(1)
    assert party.leg.name in rows[live.caller.name]
    house.over()


@pytest.mark.feature("TEL-28", "SEA-08", "SEA-35")
def test_hold_transfer_and_the_way_back_to_the_agent_outside() -> None:
    house = House()
    call = talking(house)
    house.exchange.command(desk.Hold("1001"))
    house.run(2)
    assert house.desk() == "holding"
    house.exchange.command(desk.Resume("1001"))
    house.colleague.on(
        sip.Invited, lambda e: house.colleague.core.refuse(e.leg, 486, house.colleague.now)
    )
    house.exchange.command(desk.Transfer("1001", "1002"))
    house.run(3)
    assert house.asked(), "nobody took it: the agent is rung again, and asked again"
    house.presses("1")
    assert house.desk() == "talking" and call in house.works.calls
    house.over()


@pytest.mark.feature("TEL-28", "SEA-32", "SEA-34")
def test_a_colleague_asks_the_agent_outside_aside_and_hands_over() -> None:
    house = House()
    house.colleague.answers(1.0)
    house.exchange.ready("1002")
    house.outside(ready=False)
    house.lifts()
    house.customer()
    house.exchange.command(desk.Consult("1002", "1001"))
    house.run(3)
    assert house.asked() and house.desk() == "offered"
    house.presses("1")
    house.exchange.command(desk.CompleteTransfer("1002"))
    house.run(1)
    assert house.desk() == "talking" and house.desk("1002") == "wrapping"
    house.over()


@pytest.mark.feature("TEL-28", "SEA-03")
def test_click_to_dial_rings_the_telephone_outside_first() -> None:
    house = House()
    house.outside(ready=False)
    house.lifts()
    house.colleague.answers(1.0)
    house.exchange.command(desk.Dial("1001", "1002"))
    house.run(3)
    assert house.asked() and house.desk("1002") == "idle"
    house.presses("1", then=3)
    assert (house.desk(), house.desk("1002")) == ("talking", "talking")
    house.over()


@pytest.mark.feature("TEL-28", "ARC-05")
def test_an_agent_outside_is_rung_for_a_callback() -> None:
    house = House(
        trunks=(replace(CUSTOMERS, virtual=False, allows=frozenset({Kind.FICTIONAL})), CITY),
        queue={"keys": {"2": Way("callback")}, "callback": CallbackPlan(ring_seconds=20.0)},
    )
    dials(house.customers, "000010001", caller="000010055")
    house.run(1)
    (call,) = house.works.calls.values()
    for key in "21":
        house.exchange.media(control.Digit(call.caller.name, key, house.world.now))
        house.run(2)
    house.lifts()
    home = answering(house.customers, after=2.0)
    house.outside()
    house.run(3)
    assert house.asked() and not home
    house.presses("1", then=5)
    assert house.desk() == "talking" and len(home) == 1
    assert house.exchange.only(ev.DeskAnswered).queue == "service"
    house.over()
