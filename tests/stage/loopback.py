"""Two SIP parties on a loopback network: scripted by what they do on each event."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from telephony.errors import UnknownLeg
from telephony.sip import message as messages
from telephony.sip import sdp
from telephony.sip.core import SipCore
from telephony.sip.events import Address, Flow, Invited, SipEvent
from telephony.sip.message import Headers, Lines, Request, Response
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
        self._options = options
        self.events: list[SipEvent] = []
        self.reactions: dict[type[Any], Callable[[Any], None]] = {}
        self.starts_anew()

    def starts_anew(self) -> None:
        """Switch the telephone on, or off and on again: it knows nothing of calls from before."""
        self.core = SipCore(entropy=self.world.entropy, user_agent=self.name, **self._options)
        self.world.add(self.address, self.core, self._drain)

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

        def lift(leg: str) -> None:
            with suppress(UnknownLeg):  # The caller has hung up meanwhile.
                self.core.answer(leg, ANSWER, self.now)

        def answer(event: Invited) -> None:
            if after:
                self.core.ring(event.leg, self.now)
                self.world.at(self.now + after, lambda: lift(event.leg))
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


class Stranger:
    """A peer whose every message the test writes itself."""

    def __init__(self, world: World, host: str = "10.0.0.9", port: int = 5060) -> None:
        self.world = world
        self.address: Address = (host, port)
        self.heard: list[Request | Response] = []
        world.add(self.address, self, lambda: None)

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        self.heard.append(messages.parse(data))

    def tick(self, now: float) -> None:
        raise AssertionError("a stranger has no timers")

    def next_timer(self) -> float | None:
        return None

    def outbox(self) -> list[tuple[Flow, bytes]]:
        return []

    def say(self, party: Party, text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode()
        self.world.network.post(Flow("loop", self.address, party.address), data, self.world.now)
        self.world.run(0.1)

    def ask(
        self,
        party: Party,
        method: str,
        *,
        branch: str = "z9hG4bK1",
        seq: int = 1,
        tag: str = "",
        lines: Lines = (),
        body: bytes = b"",
        via: str = "",
        uri: str = "",
        call_id: str = "call-1",
        from_tag: str = "s1",
    ) -> None:
        """Send a request; ``tag`` is the party's."""
        via = via or f"SIP/2.0/UDP {self.address[0]}:{self.address[1]};rport;branch={branch}"
        to = f"<sip:{party.name}@lab>" + (f";tag={tag}" if tag else "")
        fields = [("Via", via), ("Max-Forwards", "70"), ("From", f"<sip:x@lab>;tag={from_tag}")]
        fields += [("To", to), ("Call-ID", call_id), ("CSeq", f"{seq} {method}")]
        if method == "INVITE":
            fields.append(("Contact", f"<sip:x@{self.address[0]}:{self.address[1]}>"))
        fields += [*lines]
        if body:
            fields.append(("Content-Type", "application/sdp"))
        uri = uri or f"sip:{party.name}@{party.address[0]}"
        request = Request(method, uri, Headers(fields), body)
        self.say(party, bytes(request))

    def reply(
        self,
        party: Party,
        request: Request,
        status: int,
        *,
        tag: str = "t1",
        lines: Lines = (),
        body: bytes = b"",
        contact: str = "",
    ) -> None:
        """Answer a request of the party."""
        fields = [("Via", value) for value in request.headers.all("Via")]
        fields += [("From", request.headers.get("From"))]
        fields += [("To", str(request.to.tagged(tag) if tag else request.to))]
        fields += [("Call-ID", request.call_id), ("CSeq", request.headers.get("CSeq"))]
        fields += [("Contact", contact or f"<sip:x@{self.address[0]}:{self.address[1]}>"), *lines]
        if body:
            fields.append(("Content-Type", "application/sdp"))
        self.say(party, bytes(Response(status, "Because", Headers(fields), body)))

    def requests(self, method: str) -> list[Request]:
        return [m for m in self.heard if isinstance(m, Request) and m.method == method]

    def statuses(self, method: str = "") -> list[int]:
        return [
            m.status
            for m in self.heard
            if isinstance(m, Response) and (not method or m.cseq[1] == method)
        ]

    def last(self) -> Request | Response:
        return self.heard[-1]

    def response(self, status: int) -> Response:
        return next(m for m in self.heard if isinstance(m, Response) and m.status == status)
