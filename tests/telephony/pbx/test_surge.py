"""Three hundred callers in a minute on one number with twenty desks: nobody is lost silently."""

from __future__ import annotations

from collections import Counter

import pytest

from telephony.pbx import events as ev
from telephony.pbx.callback_events import CallbackMoved
from telephony.pbx.plan import DeskPlan, GatewayPlan, QueuePlan, TrunkPlan
from telephony.pbx.queue_plan import CallbackPlan, Spoken, Way
from telephony.pbx.service import Service
from telephony.sip import events as sip
from telephony.sip.auth import Credentials
from tests.stage.exchange import (
    CARRIER,
    PROMPTS,
    REALM,
    Exchange,
    carrier,
    dials,
    flow_of,
    plan_of,
    press,
)
from tests.stage.fates import ANSWERED, FULL, LEFT, LONG, PROMISED, fates_of
from tests.stage.loopback import ANSWER, Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

CALLERS, DESKS, TALK = 300, 20, 40.0


class Surge:
    """The house on the evening of the sale."""

    def __init__(self) -> None:
        self.world = World(12, remembers=False)
        desks = {str(n): DeskPlan(str(n), "secret", wrapup=5.0) for n in range(1001, 1001 + DESKS)}
        hotline = QueuePlan(
            "hotline", rating=None, max_length=120, full=Way("say", "queue.full"), max_wait=150.0,
            timed_out=Way("say", "queue.gave_up"), keys={"2": Way("callback")},
            spoken=Spoken(first=15.0, every=60.0), callback=CallbackPlan(tries=2, interval=60.0),
        )  # fmt: skip
        trunk = TrunkPlan("practice", "practice", "carrier", "carrier-secret", CARRIER, 5060,
                          gateways=(GatewayPlan(CARRIER, 5060),))  # fmt: skip
        says = {"queue.full": "tone:440:3", "callback.number": "tone:440:2"}
        plan = plan_of(
            desks=desks, queues={"hotline": hotline}, numbers={"000010001": ("queue", "hotline")},
            flows={}, trunks=(trunk,), prompts={**PROMPTS, **says},
        )  # fmt: skip
        self.exchange = Exchange(self.world, plan)
        self.customers = carrier(self.world)
        self.seats = Party(self.world, "10.0.1.1", "seats")
        for extension in desks:
            self.seats.core.request(
                "REGISTER", f"sip:{REALM}", to=f"<sip:{extension}@{REALM}>",
                from_=f"<sip:{extension}@{REALM}>", flow=flow_of(self.seats), contact=extension,
                headers=[("Expires", "3600")], credentials=Credentials(extension, "secret"),
                now=self.world.now,
            )  # fmt: skip
        self.seats.on(sip.Invited, self.agent_lifts)
        self.customers.on(sip.Invited, self.at_home)
        self.world.run(2)
        self.exchange.ready(*desks)

    def after(self, seconds: float, deed) -> None:  # type: ignore[no-untyped-def]
        self.world.at(self.world.now + seconds, deed)

    def agent_lifts(self, event: sip.Invited) -> None:
        core = self.seats.core
        core.ring(event.leg, self.world.now)
        self.after(1.5, lambda: self.lift(self.seats, event.leg))
        self.after(TALK, lambda: core.hang_up(event.leg, self.world.now))

    def at_home(self, event: sip.Invited) -> None:
        """A caller who is called back: two of three are there."""
        if self.world.dice.random() < 0.33:
            self.customers.core.refuse(event.leg, 486, self.world.now)
            return
        self.customers.core.ring(event.leg, self.world.now)
        self.after(3.0, lambda: self.lift(self.customers, event.leg))

    def lift(self, party: Party, leg: str) -> None:
        if leg in party.core.legs:
            party.core.answer(leg, ANSWER, self.world.now)

    def calls(self, n: int) -> None:
        """Some wait, some give up after a while, some ask to be called back."""
        leg = dials(self.customers, "000010001", caller=f"1390000{n:04d}", order=f"order-{n}")
        manner = self.world.dice.choice(["waits", "waits", "gives up", "asks"])
        if manner == "gives up":
            self.after(30.0, lambda: self.customers.core.hang_up(leg, self.world.now))
        elif manner == "asks":
            self.after(20.0, lambda: self.presses(f"order-{n}", "2"))
            self.after(24.0, lambda: self.presses(f"order-{n}", "1"))

    def presses(self, call: str, key: str) -> None:
        if call in self.exchange.board.works.calls:
            press(self.exchange, key, call)


@pytest.mark.feature("TVS-01")
def test_nobody_is_lost_silently() -> None:
    surge = Surge()
    for n in range(CALLERS):
        surge.after(60.0 * n / CALLERS, lambda n=n: surge.calls(n))  # type: ignore[misc]
    surge.world.run(1200)
    exchange = surge.exchange
    assert not surge.customers.all(sip.Refused), "nobody heard a refusal"
    fates = fates_of(exchange.news)
    counts = Counter(fates[f"order-{n}"] for n in range(CALLERS))
    assert set(counts) == {ANSWERED, PROMISED, FULL, LONG, LEFT}, counts
    heard = Counter(played.key for played in exchange.all(ev.PromptPlayed) if played.whole)
    assert heard["queue.full"] == counts[FULL]
    assert heard["queue.gave_up"] == counts[LONG]
    ended = [moved.why for moved in exchange.all(CallbackMoved) if moved.state == "over"]
    assert len(ended) == counts[PROMISED], "each promise was kept or given up and told"
    assert set(ended) <= {"reached", "given_up"} and "reached" in ended
    service = Service("hotline")
    for event in exchange.news:
        service.hear(event)
    score = service.score(surge.world.now)
    assert score.waiting == 0
    decided = score.answered + score.abandoned + score.short + score.left + score.turned_away
    assert decided + score.booked == CALLERS, "each caller is counted once"
    assert score.booked == counts[PROMISED] == score.called_back + score.given_up
    assert exchange.leftovers() == {}
