"""Hundreds of calls over a network that loses a fifth of everything."""

import os
import random
from collections import Counter
from functools import partial

import pytest

from telephony.sip.events import Answered, Ended, Invited, Refused, Reoffered, Requested
from telephony.wires.loopback import Weather
from tests.stage.loopback import ANSWER, OFFER, Party, two_parties
from tests.stage.virtual import World

pytestmark = pytest.mark.story

STORM = Weather(loss=0.2, doubled=0.05, delay=0.02, jitter=0.3)


class Exchange:
    """Two parties that call, answer, hold, talk by text and hang up at times the dice choose."""

    def __init__(self, seed: int, weather: Weather = STORM) -> None:
        self.world = World(seed, weather, remembers=False)
        self.dice = random.Random(seed + 1)
        self.anna, self.bert = two_parties(self.world)
        self.fates: dict[str, str] = {}
        for party in (self.anna, self.bert):
            party.on(Requested, lambda e, p=party: p.core.respond(e.key, 200, p.now))
            party.on(Reoffered, lambda e, p=party: p.core.accept_offer(e.leg, ANSWER, p.now))
        self.bert.on(Invited, self._invited)
        self.anna.on(Answered, self._answered)

    def later(self, low: float, high: float, party: Party, deed: str, leg: str, *more: object):
        def do() -> None:
            if leg in party.core.legs:
                getattr(party.core, deed)(leg, *more, party.now)

        self.world.at(self.world.now + self.dice.uniform(low, high), do)

    def _invited(self, event: Invited) -> None:
        fate = event.request.headers.get("X-Fate")
        self.bert.core.ring(event.leg, self.bert.now)
        if fate == "busy":
            self.later(0, 3, self.bert, "refuse", event.leg, 486)
        elif fate != "cancelled":
            self.later(0, 6, self.bert, "answer", event.leg, ANSWER)
        if fate == "called side ends":
            self.later(30, 90, self.bert, "hang_up", event.leg)

    def _answered(self, event: Answered) -> None:
        self.later(1, 20, self.anna, "offer", event.leg, OFFER)
        self.later(1, 20, self.anna, "send", event.leg, "MESSAGE", b"hello", "text/plain")
        self.later(100, 120, self.anna, "hang_up", event.leg)

    def calls(self, number: int, a_second: float = 20.0) -> None:
        kinds = ["caller ends"] * 5 + ["called side ends"] * 3 + ["busy", "cancelled"]
        for at in range(number):
            self.world.at(at / a_second, partial(self._call, self.dice.choice(kinds)))

    def _call(self, fate: str) -> None:
        leg = self.anna.call(self.bert, headers=[("X-Fate", fate)])
        self.fates[leg] = fate
        if fate == "cancelled":
            self.later(0, 5, self.anna, "hang_up", leg)


def met(seed: int, number: int) -> tuple[int, int]:
    """Run so many calls; return how many were to be answered, and how many were."""
    exchange = Exchange(seed)
    exchange.calls(number)
    exchange.world.run_out()
    anna, bert = exchange.anna, exchange.bert
    told = Counter(event.leg for event in anna.events if isinstance(event, Ended | Refused))
    assert anna.core.idle and bert.core.idle, (seed, anna.core.counts(), bert.core.counts())
    assert set(told) == set(exchange.fates) and set(told.values()) == {1}, f"seed {seed}"
    for party in (anna, bert):
        over: set[str] = set()
        for event in party.events:
            assert getattr(event, "leg", None) not in over, f"seed {seed}: {event} after the end"
            over |= {event.leg} if isinstance(event, Ended | Refused) else set()
    ended = Counter(event.leg for event in bert.all(Ended))
    assert set(ended) == {event.leg for event in bert.all(Invited)}, f"seed {seed}"
    assert set(ended.values()) == {1}, f"seed {seed}"
    wanted = {leg for leg, fate in exchange.fates.items() if fate.endswith("ends")}
    return len(wanted), len(wanted & {event.leg for event in anna.all(Answered)})


def test_every_call_ends_and_nothing_is_left_at_a_fifth_of_all_datagrams_lost():
    seed = int.from_bytes(os.urandom(4), "big")
    wanted, connected = met(seed, 300)
    assert connected >= 0.99 * wanted, f"seed {seed}: {connected} of {wanted} connected"


def test_calls_over_a_fair_network_all_connect():
    exchange = Exchange(7, Weather(delay=0.01))
    exchange.calls(100)
    exchange.world.run_out()
    wanted = [leg for leg, fate in exchange.fates.items() if fate.endswith("ends")]
    assert {event.leg for event in exchange.anna.all(Answered)} >= set(wanted)
    assert exchange.anna.core.idle and exchange.bert.core.idle
