"""Two cores that do everything they can, over a network that mutates what they say.

``python -m tests.fuzz.sip [COUNT] [SEED]``: after COUNT mutated datagrams nothing may be left, and
memory may not have grown (``weather.MOST_GROWTH``).
"""

from __future__ import annotations

import contextlib
import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from telephony.errors import UnknownLeg, WrongMoment
from telephony.sip import events as sip
from telephony.sip import packages
from telephony.sip.core import SWITCHBOARD
from telephony.sip.events import Flow
from tests.fuzz.mutate import mutated
from tests.fuzz.weather import blow
from tests.stage.loopback import ANSWER, OFFER, Party
from tests.stage.virtual import World

PACKETS = Path(__file__).parents[1] / "packets"
STRANGER = ("10.0.0.9", 5060)
MOST_CALLS = 40
"""So many a party lets stand; it hangs up the oldest."""


def seeds() -> list[bytes]:
    """Every packet file."""
    return [path.read_bytes() for path in sorted(PACKETS.glob("*/*.dat"))]


class Storm:
    """The two parties, their habits, and what the network does to them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World(seed, remembers=False)
        options: dict[str, Any] = {
            "methods": (*SWITCHBOARD, "REGISTER"),
            "supported": ("100rel", "timer", "replaces"),
            "packages": ("dialog", "message-summary"),
        }
        self.anna = Party(self.world, "10.0.0.1", "anna", **options)
        self.bert = Party(self.world, "10.0.0.2", "bert", **options, relays=True)
        self.parties = (self.anna, self.bert)
        self.seeds = seeds()
        self.count = 0
        self.seen: Counter[str] = Counter()
        self._post = self.world.network.post
        self.world.network.post = self._posted  # type: ignore[method-assign]
        for party in self.parties:
            for kind, habit in HABITS.items():
                party.on(kind, self._reaction(party, habit))

    def _reaction(
        self, party: Party, habit: Callable[[Storm, Party, Any], None]
    ) -> Callable[[Any], None]:
        def react(event: Any) -> None:
            self.seen[type(event).__name__] += 1
            with contextlib.suppress(WrongMoment, UnknownLeg):  # The core says so and goes on.
                habit(self, party, event)
            party.events.clear()

        return react

    def _posted(self, flow: Flow, data: bytes, now: float) -> None:
        """Carry a datagram, or what the dice make of it; some come again later, mutated."""
        if self.dice.random() < 0.25:
            self.count += 1
            data = mutated(data, self.dice, self.seeds)
        elif self.dice.random() < 0.1:
            self.seeds[self.dice.randrange(len(self.seeds))] = data
        self._post(flow, data, now)

    def throw(self) -> None:
        """Let a stranger send something mutated to one of the two."""
        self.count += 1
        party = self.dice.choice(self.parties)
        data = mutated(self.dice.choice(self.seeds), self.dice, self.seeds)
        party.core.receive(Flow("loop", party.address, STRANGER), data, self.world.now)

    def begin(self) -> None:
        """Let one party begin something."""
        one, other = self.dice.sample(self.parties, 2)
        flow, now = one.flow_to(other), self.world.now
        for leg in one.core.legs[:-MOST_CALLS]:
            one.core.hang_up(leg, now)
        match self.dice.randrange(5):
            case 0 | 1:
                one.call(other, sdp=self.dice.choice((OFFER, OFFER, None)), headers=self._headers())
            case 2:
                one.core.subscribe(
                    "sip:x@lab", package=self.dice.choice(("dialog", "message-summary", "none")),
                    from_="<sip:y@lab>", flow=flow, contact="y", expires=60, now=now,
                )  # fmt: skip
            case 3:
                one.core.request(
                    self.dice.choice(("OPTIONS", "MESSAGE", "REGISTER", "REFER", "FOO")),
                    "sip:x@lab", to="<sip:x@lab>", from_="<sip:y@lab>", flow=flow, now=now,
                )  # fmt: skip
            case _:
                self._go_on(one)

    def _headers(self) -> list[tuple[str, str]]:
        chosen = self.dice.choice(
            ("", "Require: 100rel", "Session-Expires: 90", "Session-Expires: 1")
        )
        name, _, value = chosen.partition(": ")
        return [(name, value)] if name else []

    def _go_on(self, party: Party) -> None:
        """Do something with a call that stands."""
        legs, core, now = party.core.legs, party.core, self.world.now
        if not legs:
            return
        leg = self.dice.choice(legs)
        deeds: list[Callable[[], object]] = [
            lambda: core.offer(leg, self.dice.choice((OFFER, None)), now),
            lambda: core.offer(leg, OFFER, now, update=True),
            lambda: core.send(leg, "INFO", b"Signal=5", "application/dtmf-relay", now),
            lambda: core.send(leg, "MESSAGE", b"x", "text/plain", now),
            lambda: core.refer(leg, "sip:z@lab", now),
            lambda: core.refer(leg, None, now, replaces=self.dice.choice(legs)),
            lambda: core.hang_up(leg, now),
            lambda: core.hang_up(leg, now),
        ]
        with contextlib.suppress(WrongMoment, UnknownLeg):
            self.dice.choice(deeds)()

    def run(self, count: int, watch: Callable[[int], None] = lambda done: None) -> None:
        """Go on until so many mutated datagrams came, then let everything come to its end."""
        while self.count < count:
            before = self.count
            for _ in range(3):
                self.throw()
                self.begin()
            self.world.run(self.dice.choice((0.01, 0.1, 0.5, 2.0)))
            if before // 1000 != self.count // 1000:
                watch(self.count)
        self.world.network.post = self._post  # type: ignore[method-assign]
        for party in self.parties:
            for leg in party.core.legs:
                party.core.hang_up(leg, self.world.now)
            for name in party.core.subscriptions:
                party.core.end_subscription(name, self.world.now)
                party.core.unsubscribe(name, self.world.now)
        self.world.run_out(100_000)

    def left(self) -> dict[str, int]:
        """What is kept that should not be."""
        left: Counter[str] = Counter()
        for party in self.parties:
            left.update(party.core.counts())
        return {name: number for name, number in left.items() if number}

    def trace(self) -> str:
        """Say what is kept."""
        left = self.left()
        return str(left) if left else ""

    def told(self) -> str:
        """Say what happened to the two."""
        return f"seen: {dict(self.seen)}"


# ── habits ───────────────────────────────────────────────────────────────────


def _invited(storm: Storm, party: Party, event: sip.Invited) -> None:
    core, now, leg = party.core, party.now, event.leg
    match storm.dice.randrange(6):
        case 0:
            core.refuse(leg, storm.dice.choice((302, 404, 486, 603)), now)
        case 1:
            core.ring(leg, now)
        case 2 | 3:
            core.ring(leg, now, status=183, sdp=ANSWER)
            core.answer(leg, ANSWER, now)
        case _:
            core.answer(leg, ANSWER, now)
    if event.replaces:
        core.hang_up(event.replaces, now)


def _answered(storm: Storm, party: Party, event: sip.Answered) -> None:
    if event.sdp is None:
        party.core.hang_up(event.leg, party.now)
    else:
        party.core.accept_offer(event.leg, ANSWER, party.now)


def _progressed(storm: Storm, party: Party, event: sip.Progressed) -> None:
    if event.sdp is not None and storm.dice.random() < 0.5:
        party.core.accept_offer(event.leg, ANSWER, party.now)
    elif storm.dice.random() < 0.2:
        party.core.hang_up(event.leg, party.now)


def _reoffered(storm: Storm, party: Party, event: sip.Reoffered) -> None:
    if storm.dice.random() < 0.8:
        party.core.accept_offer(event.leg, ANSWER, party.now)
    else:
        party.core.refuse_offer(event.leg, 488, party.now)


def _requested(storm: Storm, party: Party, event: sip.Requested) -> None:
    if storm.dice.random() < 0.9:
        party.core.respond(event.key, storm.dice.choice((200, 202, 404)), party.now)


def _referred(storm: Storm, party: Party, event: sip.Referred) -> None:
    if storm.dice.random() < 0.2:
        party.core.respond(event.key, 603, party.now)
        return
    party.core.accept_refer(event.key, party.now)
    for status in storm.dice.choice(((180, 200), (486,), (180,), ())):
        party.core.refer_progress(event.key, status, party.now)


def _subscribed(storm: Storm, party: Party, event: sip.Subscribed) -> None:
    if storm.dice.random() < 0.2:
        party.core.respond(event.key, 403, party.now)
        return
    body = packages.dialog_info("sip:x@lab", [])
    name = party.core.accept_subscription(
        event.key, party.now, body=body, content_type=packages.DIALOG_INFO
    )
    party.core.notify(name, party.now, body=body, content_type=packages.DIALOG_INFO)


def _notified(storm: Storm, party: Party, event: sip.Notified) -> None:
    if storm.dice.random() < 0.3:
        party.core.unsubscribe(event.subscription, party.now)


def _nothing(storm: Storm, party: Party, event: object) -> None:
    """Only forget the event."""


HABITS: dict[type[Any], Callable[[Storm, Party, Any], None]] = {
    sip.Invited: _invited, sip.Answered: _answered, sip.Progressed: _progressed,
    sip.Reoffered: _reoffered, sip.Requested: _requested, sip.Referred: _referred,
    sip.Subscribed: _subscribed, sip.Notified: _notified, sip.Ended: _nothing,
    sip.Refused: _nothing, sip.Responded: _nothing, sip.WatchEnded: _nothing,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Run, and say what was seen."""
    return blow(Storm, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
