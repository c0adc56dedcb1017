"""The law of the desk: whatever happens in whatever order, no desk and no caller is ever stuck."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from telephony.errors import LocalError
from telephony.media import control
from telephony.pbx.callback import CallbackState
from telephony.pbx.callback_events import CancelCallback
from telephony.pbx.commands import EndWrapup, HangUpCall, SetDuty
from telephony.pbx.desk import Activity, Duty, Spell
from telephony.pbx.desk_orders import WorkOutside
from telephony.pbx.plan import BoardPlan, DeskPlan, GatewayPlan, QueuePlan, TrunkPlan
from telephony.pbx.queue_plan import CallbackPlan, Way
from telephony.sip import events as sip
from telephony.sip import sdp
from tests.stage.exchange import CARRIER, PROMPTS, Exchange, carrier, dials, plan_of, register, seat
from tests.stage.loopback import ANSWER, Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

SEATS = ("1001", "1002", "1003")
HOTLINES = ("000010000", "000010001", "000010002")
MOBILE, OUTSIDE, REPORTS = "1001", "13900000077", "000010009"
"""The desk whose agent may work outside, at this telephone, and where that agent calls in."""
CITY = "10.0.2.1"
seats = st.sampled_from(SEATS)
picks = st.integers(0, 7)


class School(RuleBasedStateMachine):
    """Customers call, agents do what agents do, telephones vanish, in any order."""

    @initialize(seed=st.integers(0, 2**32 - 1))
    def open(self, seed: int) -> None:
        self.world = World(seed, remembers=False)
        self.seed = seed
        self.exchange = Exchange(self.world, self.plan())
        self.customers = carrier(self.world)
        self.phones = {name: seat(self.world, name) for name in SEATS}
        self.outside = Party(self.world, CITY, "outside")
        self.outside.on(sip.Invited, self.rings_outside)
        self.manners = dict.fromkeys([*SEATS, "carrier", "outside"], "lifts")
        for phone in (*self.phones.values(), self.customers):
            phone.on(sip.Invited, partial(self.rings, phone))
        self.gone: set[tuple[str, int]] = set()
        self.world.network.loses = lambda sent: bool({sent.source, sent.target} & self.gone)
        self.world.run(1)
        self.exchange.ready(*SEATS)

    def plan(self) -> BoardPlan:
        """The house that is open."""
        return plan_of(
            desks={
                s: DeskPlan(s, f"secret{int(s) - 1000}", wrapup=20.0, mobile=OUTSIDE if s == MOBILE else "")
                for s in SEATS
            },
            queues={
                "service": QueuePlan(
                    "service", ring_seconds=15.0, max_wait=90.0, max_length=6, auto_pause=4,
                    keys={"0": Way("callback"), "5": Way("queue", "sales")},
                    callback=CallbackPlan(tries=2, interval=20.0, ring_seconds=10.0),
                ),
                "sales": QueuePlan("sales", ring_seconds=10.0, max_wait=60.0, rating=None),
            },
            numbers={
                "000010000": ("flow", "reception"), "000010001": ("queue", "service"),
                "000010002": ("queue", "sales"), REPORTS: ("mobile", "seats"),
            },
            trunks=(
                TrunkPlan("practice", "practice", "carrier", "carrier-secret", CARRIER, 5060,
                          gateways=(GatewayPlan(CARRIER, 5060),), virtual=True),
                TrunkPlan("city", "practice", gateways=(GatewayPlan(CITY, 5060),)),
            ),
            prompts={**PROMPTS, "callback.number": "tone:440:1", "callback.booked": "tone:440:1",
                     "mobile.customer": "tone:440:1", "mobile.keys": "tone:440:1"},
            longest_talk=300.0,
            longest_hold=120.0,
        )  # fmt: skip

    def legs(self, party: Party) -> list[str]:
        return list(party.core.legs)

    def one(self, party: Party, pick: int) -> str | None:
        legs = self.legs(party)
        return legs[pick % len(legs)] if legs else None

    # ── customers ────────────────────────────────────────────────────────────

    @rule(number=st.sampled_from(HOTLINES), then=st.sampled_from([0.0, 0.6, 2.0, 2.0, 5.0]))
    def a_customer_calls(self, number: str, then: float) -> None:
        dials(self.customers, number, caller=f"1390000000{int(then * 10) % 10}")
        self.world.run(then)

    @rule(name=seats, number=st.sampled_from(HOTLINES[1:]), then=st.sampled_from([1.0, 3.0]))
    def a_talk_begins(self, name: str, number: str, then: float) -> None:
        """Most of what can go wrong needs a talk, and chance alone seldom brings one about."""
        self.gone.discard(self.phones[name].address)
        register(self.phones[name])
        self.manners[name] = "lifts"
        self.world.run(0.2)
        self.exchange.command(EndWrapup(name))
        self.exchange.ready(name)
        self.a_customer_calls(number, then)

    @precondition(lambda self: self.legs(self.customers))
    @rule(pick=picks)
    def a_customer_hangs_up(self, pick: int) -> None:
        if leg := self.one(self.customers, pick):
            self.customers.hang_up(leg)
            self.world.flush()

    @precondition(lambda self: self.exchange.board.works.calls)
    @rule(pick=picks, key=st.sampled_from("0125"))
    def a_customer_presses(self, pick: int, key: str) -> None:
        if legs := sorted(self.exchange.board.works.legs.by_name):
            leg = legs[pick % len(legs)]
            self.exchange.media(control.Digit(leg, key, self.world.now))

    # ── agents ───────────────────────────────────────────────────────────────

    def rings(self, phone: Party, event: sip.Invited) -> None:
        """Do with a call what this telephone's agent does with calls just now."""
        manner = self.manners[phone.name]
        if manner == "refuses":
            phone.core.refuse(event.leg, 486, phone.now)
        elif manner != "is deaf":
            phone.core.ring(event.leg, phone.now)
        if manner == "lifts":
            self.world.at(self.world.now + 0.5, lambda: self.lift(phone, event.leg))

    def lift(self, phone: Party, leg: str) -> None:
        with suppress(LocalError):  # It is over, or lifted already.
            phone.core.answer(leg, ANSWER, phone.now)
        self.world.flush()

    @precondition(lambda self: self.exchange.board.works.queues["service"].waiting)
    @rule(pick=picks)
    def a_customer_wants_to_be_called_back(self, pick: int) -> None:
        """Asks by key and confirms; another key may come in between."""
        calls = self.exchange.board.works.calls
        if waiting := [
            n for n in self.exchange.board.works.queues["service"].waiting if n in calls
        ]:
            leg = calls[waiting[pick % len(waiting)]].caller.name
            for key in "01":
                self.exchange.media(control.Digit(leg, key, self.world.now))
                self.world.run(0.2)

    @rule(manner=st.sampled_from(["lifts", "lifts", "rings", "refuses", "is deaf"]))
    def customers_at_home_change_manner(self, manner: str) -> None:
        self.manners["carrier"] = manner

    @rule(name=seats, manner=st.sampled_from(["lifts"] * 4 + ["rings", "refuses", "is deaf"]))
    def an_agent_changes_manner(self, name: str, manner: str) -> None:
        self.manners[name] = manner

    @rule(name=seats)
    def an_agent_lifts(self, name: str) -> None:
        phone = self.phones[name]
        for event in phone.all(sip.Invited):
            self.lift(phone, event.leg)

    # ── an agent outside ─────────────────────────────────────────────────────

    def rings_outside(self, event: sip.Invited) -> None:
        """The telephone outside; who lifts it presses a key, or is a machine."""
        self.rings(self.outside, event)
        key = {"lifts": "1", "refuses by key": "2"}.get(self.manners["outside"])
        if self.manners["outside"] in ("refuses by key", "is a machine"):
            self.world.at(self.world.now + 0.5, lambda: self.lift(self.outside, event.leg))
        if key:
            self.world.at(self.world.now + 1.5, lambda: self.presses_outside(key))

    def presses_outside(self, key: str) -> None:
        for leg in [
            n for n, leg in self.exchange.board.works.legs.by_name.items() if leg.trunk == "city"
        ]:
            self.exchange.media(control.Digit(leg, key, self.world.now))

    @rule(manner=st.sampled_from(
        ["lifts"] * 3 + ["refuses by key", "is a machine", "rings", "refuses", "is deaf"]
    ))  # fmt: skip
    def the_agent_outside_changes_manner(self, manner: str) -> None:
        self.manners["outside"] = manner

    @rule(outside=st.sampled_from([True, True, True, False]))
    def an_agent_works_outside(self, outside: bool) -> None:
        self.exchange.command(WorkOutside(MOBILE, outside))
        self.exchange.ready(MOBILE)

    @rule(number=st.sampled_from(HOTLINES[1:]), then=st.sampled_from([1.0, 3.0]))
    def a_talk_begins_outside(self, number: str, then: float) -> None:
        self.gone.discard(self.outside.address)
        self.manners["outside"] = "lifts"
        self.exchange.command(EndWrapup(MOBILE))
        self.an_agent_works_outside(True)
        self.a_customer_calls(number, then)

    @rule(key=st.sampled_from("12345*"), then=st.sampled_from([0.5, 5.0]))
    def an_agent_reports_from_outside(self, key: str, then: float) -> None:
        leg = dials(self.outside, REPORTS, caller=OUTSIDE)
        self.world.run(then)
        self.presses_outside(key)
        self.world.run(then)
        if leg in self.outside.core.legs:
            self.outside.hang_up(leg)
            self.world.flush()

    @precondition(lambda self: self.legs(self.outside))
    @rule(pick=picks)
    def the_agent_outside_hangs_up(self, pick: int) -> None:
        if leg := self.one(self.outside, pick):
            self.outside.hang_up(leg)
            self.world.flush()

    @rule(there=st.sampled_from([True, False]))
    def the_trunk_of_the_agent_outside(self, there: bool) -> None:
        """It is there, or nothing reaches it any more."""
        (self.gone.discard if there else self.gone.add)(self.outside.address)

    def talks(self, name: str) -> list[str]:
        phone = self.phones[name]
        return [leg for leg in self.legs(phone) if phone.core.state(leg).name == "TALKING"]

    def talk(self, pick: int) -> tuple[str, str]:
        found = [(name, leg) for name in SEATS for leg in self.talks(name)]
        return found[pick % len(found)]

    def busy(self) -> bool:
        return any(self.talks(name) for name in SEATS)

    @precondition(lambda self: self.busy())
    @rule(pick=picks, direction=st.sampled_from(["sendonly", "sendrecv", "inactive"]))
    def an_agent_holds_or_resumes(self, pick: int, direction: Any) -> None:
        name, leg = self.talk(pick)
        phone = self.phones[name]
        if leg in phone.core.legs:
            offer = sdp.make_offer(
                "10.0.0.2", 5000, direction=direction, version=int(self.world.now)
            )
            with suppress(LocalError):  # It is not answered yet, or an offer is on its way.
                phone.core.offer(leg, offer, self.world.now)
            self.world.flush()

    @precondition(lambda self: self.busy())
    @rule(pick=picks)
    def an_agent_hangs_up(self, pick: int) -> None:
        name, leg = self.talk(pick)
        self.phones[name].hang_up(leg)
        self.world.flush()

    @rule(name=seats, duty=st.sampled_from([Duty.READY] * 4 + [Duty.BREAK, Duty.OFF]))
    def an_agent_chooses(self, name: str, duty: Duty) -> None:
        self.exchange.command(SetDuty(name, duty, "lunch" if duty is Duty.BREAK else ""))

    @rule(name=seats)
    def an_agent_has_written(self, name: str) -> None:
        self.exchange.command(EndWrapup(name))

    @rule(name=seats, number=st.sampled_from([*SEATS, "000010001", "110", "4711"]))
    def an_agent_calls(self, name: str, number: str) -> None:
        dials(self.phones[name], number, user=name, password=f"secret{int(name) - 1000}")

    @rule(name=seats, what=st.sampled_from(["comes", "comes", "comes", "leaves", "vanishes"]))
    def a_telephone(self, name: str, what: str) -> None:
        """It registers, unregisters, or loses power: nothing comes from it or reaches it."""
        phone = self.phones[name]
        if what == "vanishes":
            self.gone.add(phone.address)
            return
        self.gone.discard(phone.address)
        register(phone, expires=3600 if what == "comes" else 0)
        self.world.run(0.1)

    @rule()
    def everybody_is_here_again(self) -> None:
        self.gone.clear()
        for phone in self.phones.values():
            register(phone)
        self.world.run(0.1)
        self.exchange.ready(*SEATS)
        for name in SEATS:
            self.exchange.command(EndWrapup(name))

    # ── the house ────────────────────────────────────────────────────────────

    @precondition(lambda self: self.exchange.board.works.calls)
    @rule(pick=picks)
    def the_sound_of_a_leg_is_lost(self, pick: int) -> None:
        if legs := sorted(self.exchange.board.works.legs.by_name):
            self.exchange.media(control.MediaLost(legs[pick % len(legs)], self.world.now))

    @precondition(lambda self: len(self.exchange.board.works.calls) > 2)
    @rule(pick=picks)
    def an_instructor_ends_a_call(self, pick: int) -> None:
        if calls := sorted(self.exchange.board.works.calls):
            self.exchange.command(HangUpCall(calls[pick % len(calls)]))

    @rule(seconds=st.sampled_from([0.005, 0.02, 0.3, 1.0, 1.0, 2.0, 2.0, 12.0, 40.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.run(seconds)

    # ── the law ──────────────────────────────────────────────────────────────

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def every_busy_desk_has_an_owner_and_a_deadline_ahead(self) -> None:
        works = self.exchange.board.works
        for desk in works.desks.values():
            if desk.activity is Activity.IDLE:
                assert desk.owner is None and desk.deadline is None
                continue
            assert desk.deadline is not None and desk.deadline >= self.world.now
            assert ("desk", desk.extension) in works.alarms
            assert desk.owner == "wrapup" or works.owner(desk.owner or "")

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def every_call_has_a_guard(self) -> None:
        works = self.exchange.board.works
        for name in works.calls:
            assert ("guard", name) in works.alarms

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def every_callback_has_its_place_and_something_that_moves_it_on(self) -> None:
        works = self.exchange.board.works
        for name, callback in works.callbacks.items():
            queue = works.queues[callback.queue]
            assert queue.position(name)
            if callback.state in (CallbackState.RINGING, CallbackState.DIALLING):
                assert callback.try_id in works.rooms and name in queue.offered
                assert ("ring", callback.try_id) in works.alarms
            elif callback.place.away:
                assert ("callback", name) in works.alarms

    def teardown(self) -> None:
        """Nobody acts any more: everything must end by itself."""
        if not hasattr(self, "exchange"):
            return
        for name in SEATS:
            self.exchange.command(SetDuty(name, Duty.OFF))
        self.world.run(2000)
        for name in list(self.exchange.board.works.callbacks):
            self.exchange.command(CancelCallback(name))
        assert not self.exchange.board.works.rooms
        assert self.exchange.leftovers() == {}
        for spell in self.exchange.all(Spell):
            if spell.what == "offered":
                most = 44 if spell.extension == MOBILE else 31  # Whoever lifts outside is asked.
                assert spell.ended - spell.began < most, "the law had to free a ringing desk"


TestSchool = School.TestCase
TestSchool.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
