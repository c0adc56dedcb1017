"""Two SIP parties on a loopback network: scripted by what they do on each event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from telephony.sip import sdp
from telephony.sip.core import SipCore
from telephony.sip.events import Address, Flow, Invited, SipEvent
from telephony.sip.message import Lines
from tests.stage.virtual import World

E = TypeVar("E")

OFFER = sdp.make_offer("10.0.0.1", 4000)
ANSWER = sdp.answer_to(sdp.parse(OFFER), "10.0.0.2", 5000)


class Party:
    """A core at an address that remembers its events and reacts to them."""

    def __init__(self, world: World, host: str, name: str, **options: Any) -> None:
        self.world = world
        self.address: Address = (host, 5060)
        self.name = name
        self.core = SipCore(entropy=world.entropy, user_agent=name, **options)
        self.events: list[SipEvent] = []
        self.reactions: dict[type[Any], Callable[[Any], None]] = {}
        world.add(self.address, self.core, self._drain)

    @property
    def now(self) -> float:
        return self.world.now

    def on(self, kind: type[E], reaction: Callable[[E], None]) -> None:
        self.reactions[kind] = reaction

    def _drain(self) -> None:
        for event in self.core.events():
            self.events.append(event)
            if reaction := self.reactions.get(type(event)):
                reaction(event)

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def only(self, kind: type[E]) -> E:
        found = self.all(kind)
        assert len(found) == 1, f"{self.name}: {len(found)} x {kind.__name__} in {self.events}"
        return found[0]

    def flow_to(self, other: Party) -> Flow:
        return Flow("loop", self.address, other.address)

    def call(
        self, other: Party, *, sdp: bytes | None = OFFER, headers: Lines = (), **more: Any
    ) -> str:
        return self.core.invite(
            to=f"sip:{other.name}@{other.address[0]}",
            from_=f"<sip:{self.name}@{self.address[0]}>",
            flow=self.flow_to(other),
            contact=self.name,
            sdp=sdp,
            headers=headers,
            now=self.now,
            **more,
        )

    def answers(self, after: float = 0.0) -> None:
        """Answer every call that comes."""

        def answer(event: Invited) -> None:
            if after:
                self.core.ring(event.leg, self.now)
                self.world.at(
                    self.now + after, lambda: self.core.answer(event.leg, ANSWER, self.now)
                )
            else:
                self.core.answer(event.leg, ANSWER, self.now)

        self.on(Invited, answer)

    def hang_up(self, leg: str) -> None:
        self.core.hang_up(leg, self.now)


def two_parties(world: World, **options: Any) -> tuple[Party, Party]:
    return (
        Party(world, "10.0.0.1", "anna", **options),
        Party(world, "10.0.0.2", "bert", **options),
    )
