"""What flows out of the SIP core: flows and events, all frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from telephony.sip.message import Headers, Request, Response

Address: TypeAlias = tuple[str, int]
Cause: TypeAlias = Literal["local", "remote", "timeout", "transport"]


@dataclass(frozen=True, slots=True)
class Flow:
    """The way between two addresses; ``connection`` tells streams apart."""

    transport: Literal["udp", "tcp", "tls", "loop"]
    local: Address
    remote: Address
    connection: int = 0

    @property
    def reliable(self) -> bool:
        """The transport repeats what is lost, so we need not."""
        return self.transport in ("tcp", "tls")


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody calls; ring, answer or refuse the leg."""

    leg: str
    request: Request
    flow: Flow


@dataclass(frozen=True, slots=True)
class Progressed:
    """The called side rings (180) or plays something (183)."""

    leg: str
    status: int
    sdp: bytes | None
    response: Response


@dataclass(frozen=True, slots=True)
class Answered:
    """The called side answered; after an INVITE without SDP this holds its offer."""

    leg: str
    sdp: bytes | None
    response: Response


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The caller's ACK came; ``sdp`` is its answer where our 200 held the offer."""

    leg: str
    sdp: bytes | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The called side said no, or nothing (408), or could not be reached (503)."""

    leg: str
    status: int
    reason: str
    response: Response | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The leg is over; nothing more comes of it. Every leg ends in one Refused or Ended."""

    leg: str
    why: str
    cause: Cause
    headers: Headers


@dataclass(frozen=True, slots=True)
class Reoffered:
    """The far end offers anew (hold, resume); None asks for an offer of ours."""

    leg: str
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """Our re-INVITE was accepted."""

    leg: str
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class OfferRefused:
    """Our re-INVITE was refused; what was agreed before stands."""

    leg: str
    status: int


@dataclass(frozen=True, slots=True)
class Requested:
    """A request that the room above answers with ``respond``."""

    key: str
    leg: str | None
    request: Request
    flow: Flow


@dataclass(frozen=True, slots=True)
class Responded:
    """The final response to our request; None with 408 or 503 when none came."""

    key: str
    status: int
    response: Response | None


SipEvent: TypeAlias = (
    Invited | Progressed | Answered | Confirmed | Refused | Ended | Reoffered | OfferAnswered
    | OfferRefused | Requested | Responded
)  # fmt: skip
