"""How often a call may go on from one switchboard to the next: what ends a loop (RFC 3261 §16.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from telephony.sip.message import Request

if TYPE_CHECKING:
    from telephony.pbx.leg import Leg

HOPS: Final = 70


def hops_left(request: Request) -> int:
    """Read how often the call may still go on."""
    return int(request.headers.get("Max-Forwards", str(HOPS)))


def hops_of(call: str, legs: Iterable[Leg]) -> int:
    """Say how often a leg that a call makes may go on: once less than the call came with."""
    came = [leg.hops for leg in legs if leg.call == call and leg.inbound]
    return max(0, min(came) - 1) if came else HOPS
