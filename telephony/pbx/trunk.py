"""Who is calling: a seat by its password, a carrier by where it sends from and its password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from telephony.errors import BadMessage
from telephony.pbx.events import Line
from telephony.pbx.plan import BoardPlan, TrunkPlan
from telephony.sip import headers as grammar
from telephony.sip.events import Flow
from telephony.sip.message import Request

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


def trunk_at(plan: BoardPlan, flow: Flow) -> TrunkPlan | None:
    """Find the trunk that sends from this address."""
    for trunk in plan.trunks:
        port_fits = flow.reliable or trunk.port in (None, flow.remote[1])
        if trunk.host == flow.remote[0] and port_fits:
            return trunk
    return None


def source_of(plan: BoardPlan, request: Request, flow: Flow, user: str) -> Source | None:
    """Say who calls, once the user's password is proved; None: this user may not call from here."""
    trunk = next((trunk for trunk in plan.trunks if trunk.user == user), None)
    if trunk is None:
        if user not in plan.desks:
            return None
        return Source(user, request.from_.display, "practice", extension=user)
    at = trunk_at(plan, flow)
    if at is None or at.user != user:
        return None
    number, name = _caller(request)
    order = request.headers.get("X-Lab-Call") if trunk.line == "practice" else ""
    return Source(
        number, name, trunk.line, trunk=trunk.name, order=order if ORDER.match(order) else None
    )


def _caller(request: Request) -> tuple[str, str]:
    """Read the caller of a carrier's INVITE; what the caller withholds stays withheld."""
    privacy = request.headers.get("Privacy").lower()
    sender = request.from_
    if "id" in privacy.split(";") or sender.uri.user in ("anonymous", "", "restricted"):
        return "", ""
    asserted = request.headers.get("P-Asserted-Identity")  # RFC 3325: trusted from a trunk only
    if asserted:
        try:
            sender = grammar.name_addr(grammar.split(asserted)[0])
        except BadMessage:
            return sender.uri.user, sender.display
    return sender.uri.user, sender.display
