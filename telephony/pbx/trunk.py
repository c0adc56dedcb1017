"""Who is calling: a seat by its password, a carrier by where it sends from and its password."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from telephony.errors import BadMessage
from telephony.pbx.events import Line
from telephony.pbx.plan import BoardPlan, GatewayPlan, TrunkPlan
from telephony.sip import headers as grammar
from telephony.sip import uri as uris
from telephony.sip.events import Flow
from telephony.sip.message import Request

NAMELESS: Final = frozenset({"", "anonymous", "restricted", "unavailable", "unknown"})
"""Users that stand for no number."""
HIDDEN: Final = frozenset({"id", "user", "full"})
"""Wishes for privacy that withhold the number (RFC 3323, RFC 3325; ``full`` of old gateways)."""
ORDER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}$")


@dataclass(frozen=True, slots=True)
class Source:
    """The proved origin of a call."""

    caller: str
    """The number; empty when withheld."""
    name: str
    line: Line
    trunk: str | None = None
    extension: str | None = None
    order: str | None = None
    withheld: bool = False
    """A desk does not want its number shown outside."""


Reach: TypeAlias = Callable[[GatewayPlan], Flow | None]


def trunk_at(plan: BoardPlan, flow: Flow, reach: Reach) -> TrunkPlan | None:
    """Find the trunk that sends from this address: its own, or that of one of its gateways.

    Streams are known by their host, as each comes from a port of its own; datagrams by host and port.
    """
    host, port = flow.remote
    for trunk in plan.trunks:
        port_fits = flow.reliable or trunk.port == port
        if trunk.host == host and trunk.port and port_fits:
            return trunk
        if any(_sends(flow, reach(gateway)) for gateway in trunk.gateways):
            return trunk
    return next((t for t in plan.trunks if t.host == host and t.port is None), None)


def _sends(flow: Flow, way: Flow | None) -> bool:
    """Say whether this came from the far end of that way."""
    if way is None or way.transport != flow.transport:
        return False
    return way.remote == flow.remote or (flow.reliable and way.remote[0] == flow.remote[0])


def known_trunk(plan: BoardPlan, flow: Flow, reach: Reach) -> TrunkPlan | None:
    """Find the trunk whose address alone is proof enough of who sends."""
    trunk = trunk_at(plan, flow, reach)
    return trunk if trunk and not trunk.user else None


def seat_or_trunk(
    plan: BoardPlan, request: Request, flow: Flow, user: str, reach: Reach
) -> Source | None:
    """Say who calls, once the user's password is proved; None: this user may not call from here."""
    trunk = next((trunk for trunk in plan.trunks if user and trunk.user == user), None)
    if trunk is None:
        if user not in plan.desks:
            return None
        withheld = _withholds(request)
        return Source(
            user, printable(request.from_.display), "practice", extension=user, withheld=withheld
        )
    at = trunk_at(plan, flow, reach)
    return from_trunk(plan, trunk, request) if at and at.user == user else None


def from_trunk(plan: BoardPlan, trunk: TrunkPlan, request: Request) -> Source:
    """Say who calls by a trunk."""
    number, name = _caller(request)
    if (read := plan.place.read(number)) and trunk.line == "live":
        number = plan.place.write(read, "national")
    order = request.headers.get("X-Lab-Call") if trunk.line == "practice" else ""
    return Source(
        number,
        printable(name),
        trunk.line,
        trunk=trunk.name,
        order=order if ORDER.match(order) else None,
    )


def printable(name: str) -> str:
    """Leave out of a name what no screen should be sent, such as the escapes of a terminal."""
    return "".join(letter for letter in name if letter.isprintable())


def dialled_by(plan: BoardPlan, trunk: TrunkPlan | None, request: Request) -> str:
    """Find which number of ours was dialled, however the carrier writes it.

    A carrier we register at may send to our account's name and leave the number in To.
    """
    asked = uris.parse(request.uri).user
    if trunk is None:
        return asked
    for written in (number_in(asked), number_in(request.to.uri.user)):
        if mine := _ours(plan, trunk.numbers or tuple(plan.numbers), written):
            return mine
    return "" if trunk.numbers else asked


def _ours(plan: BoardPlan, ours: Sequence[str], written: str) -> str:
    """Find the number of the plan that was meant, if it is among ours; "" where none is."""
    if written in plan.numbers and written in ours:
        return written
    meant = {plan.place.read(one) or one for one in ours}
    number = plan.place.read(written) or written
    if number not in meant:
        return ""
    return next((mine for mine in plan.numbers if (plan.place.read(mine) or mine) == number), "")


def _caller(request: Request) -> tuple[str, str]:
    """Read the caller of a carrier's INVITE; what the caller withholds stays withheld."""
    if _withholds(request):
        return "", ""
    sender = request.from_
    asserted = request.headers.get("P-Asserted-Identity")  # RFC 3325: trusted from a trunk only
    if asserted:
        with suppress(BadMessage):
            sender = grammar.name_addr(grammar.split(asserted)[0])
    number = number_in(sender.uri.user)
    return ("", "") if number.lower() in NAMELESS else (number, sender.display)


def number_in(user: str) -> str:
    """Leave out what carriers write behind a number: ``;phone-context=+86``, ``;npdi`` (RFC 3261 §19.1.6)."""
    return user.partition(";")[0]


def _withholds(request: Request) -> bool:
    """Say whether the caller wants the number kept secret."""
    privacy = set(re.split(r"[\s;,]+", request.headers.get("Privacy").lower()))
    who = request.from_.uri
    return bool(privacy & HIDDEN or who.user.lower() in NAMELESS or who.host == "anonymous.invalid")
