"""What the board tells of calls to the outside and of the trunks that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from telephony.pbx.forwards import Forwards
from telephony.pbx.mail_events import MailEvent


@dataclass(frozen=True, slots=True)
class OutsideDialled:
    """An outside number is being called by this gateway."""

    call: str
    at: float
    number: str
    trunk: str
    gateway: str
    shows: str
    """The number of ours that the called side sees; empty when withheld."""
    desk: str = ""
    """The desk whose agent is called out there; empty: it is somebody else's number."""


@dataclass(frozen=True, slots=True)
class OutsideRang:
    """The outside telephone rings."""

    call: str
    at: float
    number: str
    trunk: str


@dataclass(frozen=True, slots=True)
class OutsideAnswered:
    """The outside number answered; ``extension`` is the desk that talks to it, if one does."""

    call: str
    at: float
    number: str
    trunk: str
    extension: str | None
    rang: float
    codec: str = ""
    transport: str = ""


@dataclass(frozen=True, slots=True)
class OutsideFailed:
    """A gateway did not put the call through; ``again``: another way is being tried."""

    call: str
    at: float
    number: str
    trunk: str
    gateway: str
    status: int
    why: str
    again: bool = False
    desk: str = ""
    """The desk whose agent is called out there; empty: it is somebody else's number."""


@dataclass(frozen=True, slots=True)
class OutsideClosed:
    """An outside number was not dialled at all, and why in one word."""

    call: str
    at: float
    number: str
    why: str


@dataclass(frozen=True, slots=True)
class TrunkFull:
    """Every channel of the trunk is in use; this call did not get one."""

    at: float
    trunk: str
    channels: int
    call: str | None = None


@dataclass(frozen=True, slots=True)
class GatewayChanged:
    """A gateway of a trunk came up or went down."""

    at: float
    trunk: str
    gateway: str
    health: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class TrunkRegistered:
    """We are registered at this trunk's carrier, or no longer."""

    at: float
    trunk: str
    registered: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A desk's wish sent the call on: ``why`` as RFC 5806 words it, or ``follow-me``."""

    call: str
    at: float
    by: str
    to: str
    why: str


@dataclass(frozen=True, slots=True)
class ForwardStopped:
    """A call was not sent on: a circle, or too many forwardings."""

    call: str
    at: float
    by: str
    to: str
    why: str


@dataclass(frozen=True, slots=True)
class ForwardsChanged:
    """A desk wishes its calls to go another way from now on."""

    at: float
    extension: str
    forwards: Forwards


@dataclass(frozen=True, slots=True)
class CallBlocked:
    """A caller on the blacklist heard the busy tone."""

    at: float
    trunk: str
    dialled: str


TrunkEvent: TypeAlias = (
    OutsideDialled | OutsideRang | OutsideAnswered | OutsideFailed | OutsideClosed | TrunkFull
    | GatewayChanged | TrunkRegistered | Forwarded | ForwardStopped | ForwardsChanged | CallBlocked
    | MailEvent
)  # fmt: skip
