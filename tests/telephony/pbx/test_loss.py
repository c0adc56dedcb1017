"""A thousand calls through the board while a fifth of all datagrams is lost.

``LAB_LOSS_SEEDS`` says how many fresh seeds to run, ``LAB_LOSS_CALLS`` how many calls each,
``LAB_LOSS_SEED`` repeats one that failed.
"""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from telephony.pbx import events as ev
from telephony.pbx.commands import SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.plan import DeskPlan, QueuePlan
from telephony.pbx.queue_plan import Spoken
from telephony.sip import events as sip
from telephony.sip import sdp
from telephony.sip.auth import Credentials
from telephony.sip.uri import parse as uri
from telephony.wires.loopback import Weather
from tests.stage.exchange import REALM, Exchange, carrier, dials, flow_of, plan_of
from tests.stage.loopback import ANSWER, Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

CALLS = int(os.environ.get("LAB_LOSS_CALLS", "1000"))
DESKS = 120
A_SECOND = 10.0
"""New calls."""
FATES = {
    "agent_leaves": 40,
    "customer_leaves": 25,
    "held": 15,
    "texted": 10,
    "cancelled": 10,
}


RUNS = 1 if "LAB_LOSS_SEED" in os.environ else int(os.environ.get("LAB_LOSS_SEEDS", "2"))


@dataclass
class Rush:
    """Every customer and every seat of one run."""

    world: World
    exchange: Exchange
    customers: Party
    seats: Party
    fates: dict[str, str] = field(default_factory=dict)
    callers: dict[str, str] = field(default_factory=dict)
    """Order → the customer's leg."""
    orders: dict[str, str] = field(default_factory=dict)
    """Seat's leg → order."""
    over: set[str] = field(default_factory=set)
    """Legs of seats that have ended."""
    refused: int = 0

    def after(self, seconds: float, deed) -> None:  # type: ignore[no-untyped-def]
        self.world.at(self.world.now + seconds, deed)

    def register(self, desks: list[str]) -> None:
        for desk in desks:
            self.seats.core.request(
                "REGISTER",
                uri(f"sip:{REALM}"),
                to=f"<sip:{desk}@{REALM}>",
                from_=f"<sip:{desk}@{REALM}>",
                flow=flow_of(self.seats),
                contact=desk,
                headers=[("Expires", "3600")],
                credentials=Credentials(desk, "secret"),
                now=self.world.now,
            )

    def dial(self, order: str) -> None:
        fate = self.world.dice.choices(list(FATES), list(FATES.values()))[0]
        self.fates[order] = fate
        leg = self.callers[order] = dials(self.customers, "000010002", order=order)
        if fate == "cancelled":
            wait = self.world.dice.uniform(0.0, 4.0)
            self.after(wait, lambda: self.customers.hang_up(leg))

    def rings(self, event: sip.Invited) -> None:
        """A seat's telephone: some refuse, the others answer after a moment."""
        if self.world.dice.random() < 0.05:
            self.refused += 1
            self.seats.core.refuse(event.leg, 486, self.world.now)
            return
        self.seats.core.ring(event.leg, self.world.now)
        order = event.request.headers.get("X-Lab-Call")
        self.after(1.0, lambda: self.lift(event.leg, order))

    def lift(self, leg: str, order: str) -> None:
        if leg in self.over:
            return
        self.orders[leg] = order
        self.seats.core.answer(leg, ANSWER, self.world.now)

    def talks(self, event: sip.Confirmed) -> None:
        """The board has heard the answer: from here on the call's fate takes its course."""
        leg, order = event.leg, self.orders[event.leg]
        talk = self.world.dice.uniform(2.0, 6.0)
        customer = self.callers[order]
        match self.fates[order]:
            case "customer_leaves":
                self.after(talk, lambda: self.customers.hang_up(customer))
                return
            case "held":
                self.after(1.0, lambda: self.offer(leg, "sendonly", 2))
                self.after(talk + 8.0, lambda: self.offer(leg, "sendrecv", 3))
                talk += 20.0
            case "texted":
                self.after(1.0, lambda: self.text(leg))
        self.after(talk, lambda: self.seats.hang_up(leg))

    def text(self, leg: str) -> None:
        if leg not in self.over:
            body, kind = "你好".encode(), "text/plain;charset=utf-8"
            self.seats.core.send(leg, "MESSAGE", body, kind, self.world.now)

    def offer(self, leg: str, direction: sdp.Direction, version: int) -> None:
        offer = sdp.make_offer("10.0.0.2", 5000, direction=direction, version=version)
        if leg not in self.over:
            self.seats.core.offer(leg, offer, self.world.now)


def rush(seed: int) -> Rush:
    world = World(seed, Weather(loss=0.2, delay=0.01, jitter=0.02), remembers=False)
    desks = {str(n): DeskPlan(str(n), "secret", wrapup=1.0) for n in range(1001, 1001 + DESKS)}
    hotline = QueuePlan(
        "hotline",
        ring_seconds=60.0,
        max_wait=600.0,
        rest_seconds=1.0,
        spoken=Spoken(first=2.0),
        rating=None,
    )
    plan = plan_of(
        desks=desks,
        queues={"hotline": hotline},
        numbers={"000010002": ("queue", "hotline")},
        flows={},
    )
    exchange = Exchange(world, plan)
    made = Rush(world, exchange, carrier(world), Party(world, "10.0.1.1", "seats"))
    made.seats.on(sip.Invited, made.rings)
    made.seats.on(sip.Confirmed, made.talks)
    made.seats.on(sip.Ended, lambda event: made.over.add(event.leg))
    for desk in desks:
        exchange.board.command(SetDuty(desk, Duty.READY), world.now)
    for _ in range(2):  # One REGISTER in 80,000 is lost whole: telephones try again.
        made.register(sorted(set(desks) - set(exchange.board.works.registrar.bindings)))
        world.run(60)
    return made


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", range(RUNS))
def test_no_call_is_stuck_at_a_loss_of_one_in_five(run: int) -> None:
    seed = int(os.environ.get("LAB_LOSS_SEED", secrets.randbits(32)))
    began = time.process_time()
    made = rush(seed)
    world, exchange = made.world, made.exchange
    registered = len(exchange.board.works.registrar.bindings)
    assert registered == DESKS, f"seed {seed}: only {registered} seats registered"
    for n in range(CALLS):
        made.after(n / A_SECOND, lambda order=f"order-{n}": made.dial(order))
    world.run(CALLS / A_SECOND + 120)
    world.run(300)

    answered = {event.call for event in exchange.all(ev.DeskAnswered)}
    staying = {order for order, fate in made.fates.items() if fate != "cancelled"}
    lost = sorted(staying - answered)
    connected = 1 - len(lost) / CALLS
    cpu = (time.process_time() - began) / CALLS * 1000
    fates = Counter(made.fates.values())
    print(
        f"\nloss seed {seed}: {CALLS} calls, {dict(fates)}, {made.refused} refusals, "
        f"{connected:.2%} connected, {cpu:.1f} ms of CPU a call (three cores of SIP)"
    )
    assert exchange.leftovers() == {}, f"seed {seed}"
    assert made.customers.core.idle and made.seats.core.idle, f"seed {seed}"
    assert len(exchange.all(ev.CallEnded)) == len(exchange.all(ev.CallStarted)), f"seed {seed}"
    # All seven INVITEs of a transaction are lost once in 78,000: one call in a thousand may be.
    assert connected >= 0.999, f"seed {seed}: {lost}"
