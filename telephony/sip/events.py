"""What flows out of the SIP core: flows and events, all frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from telephony.sip.headers import Replaces
from telephony.sip.message import Headers, Request, Response
from telephony.sip.uri import Uri

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
    """Somebody calls; ring, answer or refuse the leg.

    ``replaces`` is the leg of ours that the new one takes the place of (RFC 3891): hang it up once
    the new one is answered.
    """

    leg: str
    request: Request
    flow: Flow
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Progressed:
    """The called side rings (180) or plays something (183).

    A reliable one to an INVITE without SDP brings the far end's offer: ``accept_offer`` answers it.
    """

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
    """The called side said no, or nothing (408), or could not be reached (503).

    A redirection (3xx) lists the ``contacts`` to try instead, the most wanted first.
    """

    leg: str
    status: int
    reason: str
    response: Response | None
    contacts: tuple[Uri, ...] = ()


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
    """Our offer was accepted: a re-INVITE, an UPDATE, or a reliable 18x to an INVITE without SDP."""

    leg: str
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class OfferRefused:
    """Our offer was refused; what was agreed before stands."""

    leg: str
    status: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """The far end pressed a key and told so by INFO; answered already."""

    leg: str
    key: str
    milliseconds: int


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


@dataclass(frozen=True, slots=True)
class Referred:
    """The far end asks us to call ``target`` (REFER): ``accept_refer`` or ``respond`` under the key.

    ``replaces`` names the call that the new one takes the place of, ``replaced`` the leg of ours
    that this is, where it is one.
    """

    leg: str
    key: str
    target: Uri
    replaces: Replaces | None
    replaced: str | None
    referred_by: str
    request: Request


@dataclass(frozen=True, slots=True)
class ReferProgressed:
    """What became of our REFER: a status of the call it caused, or of the REFER itself."""

    leg: str
    key: str
    status: int
    done: bool


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Somebody wants to watch: ``accept_subscription``, or ``respond`` under the key to refuse."""

    key: str
    package: str
    expires: int
    request: Request
    flow: Flow


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """A watcher is gone; what ``accept_subscription`` returned is void."""

    subscription: str
    why: str


@dataclass(frozen=True, slots=True)
class Notified:
    """News of what we watch; ``state`` is active, pending or terminated."""

    subscription: str
    state: str
    reason: str
    body: bytes
    content_type: str
    request: Request


@dataclass(frozen=True, slots=True)
class WatchEnded:
    """We watch no more; ``status`` is what refused it, or 0."""

    subscription: str
    why: str
    status: int


WatchEvent: TypeAlias = Subscribed | Unsubscribed | Notified | WatchEnded

SipEvent: TypeAlias = (
    Invited | Progressed | Answered | Confirmed | Refused | Ended | Reoffered | OfferAnswered
    | OfferRefused | Pressed | Requested | Responded | Referred | ReferProgressed | WatchEvent
)  # fmt: skip
