"""What the parts of one core share: dice, alarms, outbox, events, names and limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from telephony.clock import Alarms
from telephony.sip.events import Address, Flow, SipEvent
from telephony.sip.uri import bracketed, escaped


@dataclass(frozen=True, slots=True)
class Timings:
    """The base times of RFC 3261 §17 in seconds, and how long a call may ring."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0
    ring_limit: float = 180.0
    """An INVITE without a final answer ends after this long (timer C)."""
    trying_after: float = 0.2
    """A server that has not answered an INVITE by then says 100 (§17.2.1)."""

    session: int = 0
    """How long a call of ours may stand without a refresh (RFC 4028); 0 asks for no such timer."""
    least_session: int = 90
    """A caller who wants a shorter one is told 422."""
    shortest_subscription: int = 60
    """A watcher that asks for less is told 423."""
    longest_subscription: int = 3600

    @property
    def patience(self) -> float:
        """64*T1: how long a request is repeated and a repeat may still come."""
        return 64 * self.t1


class Sleeper(Protocol):
    """Who set an alarm."""

    def ring(self, name: str, now: float) -> object:
        """Take the alarm of this name."""
        ...


@dataclass(slots=True)
class Station:
    """One user agent's common ground."""

    entropy: Callable[[int], bytes]
    user_agent: str
    methods: tuple[str, ...]
    supported: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    """What may be watched here (RFC 6665)."""
    relays: bool = False
    """Calls go on from here to others, so that Max-Forwards must not be used up."""
    timings: Timings = field(default_factory=Timings)
    advertise: Callable[[Flow], Address] | None = None
    large: Callable[[Flow], Flow | None] | None = None
    """Gives the stream for a request too large for this datagram flow, where the peer has one."""
    alarms: Alarms[tuple[Sleeper, str]] = field(default_factory=Alarms)
    happened: list[SipEvent] = field(default_factory=list)
    outgoing: list[tuple[Flow, bytes]] = field(default_factory=list)
    allow: str = field(init=False)
    """The methods we take, as they are written."""
    supports: str = field(init=False)
    """The extensions we know, as they are written."""

    def __post_init__(self) -> None:
        self.allow = ", ".join(self.methods)
        self.supports = ", ".join(self.supported)

    def token(self, size: int = 8) -> str:
        """Throw the dice for a tag, a branch or a leg's name."""
        return self.entropy(size).hex()

    def between(self, low: float, high: float) -> float:
        """Throw the dice for a time in steps of ten milliseconds (§14.1)."""
        steps = max(1, round((high - low) * 100))
        return low + int.from_bytes(self.entropy(2), "big") % steps / 100

    def emit(self, event: SipEvent) -> None:
        """Tell the room above."""
        self.happened.append(event)

    def send(self, flow: Flow, data: bytes) -> None:
        """Put bytes in the outbox."""
        self.outgoing.append((flow, data))

    def address(self, flow: Flow) -> str:
        """Write our address as this flow's far end should know it."""
        host, port = self.advertise(flow) if self.advertise else flow.local
        return f"{bracketed(host)}:{port}"

    def contact(self, flow: Flow, user: str) -> str:
        """Write the Contact of a leg over this flow."""
        at = f"{escaped(user)}@" if user else ""
        transport = f";transport={flow.transport}" if flow.reliable else ""
        return f"<sip:{at}{self.address(flow)}{transport}>"

    def via(self, flow: Flow, branch: str) -> str:
        """Write the Via of a request over this flow."""
        transport = "UDP" if flow.transport == "loop" else flow.transport.upper()
        return f"SIP/2.0/{transport} {self.address(flow)};rport;branch={branch}"


def branch_in(via: str) -> str:
    """Read the branch in a Via that a station wrote."""
    return via.rpartition(";branch=")[2]
