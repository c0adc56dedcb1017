"""A call of ours to the outside: which trunk and gateway, what it shows, where next when one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from telephony.errors import BadMessage, NoPortLeft
from telephony.media.control import CloseLeg, OpenLeg
from telephony.pbx.alarms import alarm
from telephony.pbx.events import Line, Side
from telephony.pbx.gate import closed
from telephony.pbx.leg import Leg
from telephony.pbx.legs import Legs
from telephony.pbx.numbering import Number
from telephony.pbx.plan import BoardPlan, GatewayPlan, TrunkPlan
from telephony.pbx.trunk_events import OutsideDialled, OutsideFailed, TrunkFull
from telephony.pbx.works import Works
from telephony.sip import events as sip
from telephony.sip.events import Flow
from telephony.sip.message import recognised
from telephony.sip.uri import Uri

Reach: TypeAlias = Callable[[GatewayPlan], Flow | None]
"""The way to a gateway; None while its name has no address."""

MOST_REDIRECTS: Final = 3
ANONYMOUS: Final = '"Anonymous" <sip:anonymous@anonymous.invalid>'

WHY: Final = {
    301: "moved",
    302: "moved",
    401: "password_refused",
    403: "forbidden",
    404: "no_such_number",
    407: "password_refused",
    408: "no_answer_of_gateway",
    480: "unavailable",
    484: "number_incomplete",
    486: "busy",
    487: "no_answer",
    488: "no_common_codec",
    503: "gateway_out_of_service",
    600: "busy",
    603: "declined",
}


@dataclass(frozen=True, slots=True)
class Shows:
    """What the called side learns of who calls."""

    number: str = ""
    """One of our own numbers; empty: the trunk's first."""
    name: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class NoWay:
    """Nothing leads to this number: the SIP status to answer, and why in one word."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Way:
    """One gateway of one trunk."""

    trunk: TrunkPlan
    gateway: GatewayPlan


def trunks_for(
    plan: BoardPlan, number: Number, line: Line | None = None, *, agent: bool = False
) -> list[TrunkPlan] | NoWay:
    """List the trunks that may carry a call to this number, the preferred first."""
    fitting = [plan.trunk(rule.trunk) for rule in plan.rules if rule.fits(number)]
    named = [trunk for trunk in fitting if trunk] if plan.rules else list(plan.trunks)
    able = [trunk for trunk in named if trunk.gateways]
    if not able:
        return NoWay(404, "no_trunk")
    reasons = [closed(trunk, number, line, agent=agent) for trunk in able]
    if all(reasons):
        return NoWay(403, reasons[0])
    return [trunk for trunk, reason in zip(able, reasons, strict=True) if not reason]


def own_number(plan: BoardPlan, trunk: TrunkPlan, shows: Shows) -> str | None:
    """Find the number to show on this trunk, as the carrier wants it; None: that one is not ours."""
    if not shows.number:
        return trunk.numbers[0] if trunk.numbers else ""
    wanted = plan.place.read(shows.number)
    for mine in trunk.numbers:
        if mine == shows.number or (wanted and plan.place.read(mine) == wanted):
            return mine
    return None


def leave(
    works: Works,
    call: str,
    dialled: str | Number,
    now: float,
    *,
    shows: Shows | None = None,
    headers: Iterable[tuple[str, str]] = (),
    line: Line | None = None,
    desk: str = "",
    side: Side = "callee",
) -> Leg | NoWay:
    """Call an outside number for this call; the leg finds the next gateway by itself.

    A call that came by a trunk leaves by trunks of its own ``line`` only: practice and live never meet.
    ``desk``: it is that desk's telephone, as its agent works out there.
    """
    plan = works.plan
    number = plan.place.dialled(dialled) if isinstance(dialled, str) else dialled
    if number is None:
        return NoWay(404, "no_number")
    trunks = trunks_for(plan, number, line, agent=bool(desk))
    if isinstance(trunks, NoWay):
        return trunks
    shows = shows or Shows()
    owning = [trunk for trunk in trunks if own_number(plan, trunk, shows) is not None]
    if not owning:
        return NoWay(403, "caller_id_not_ours")
    ways = [Way(trunk, gateway) for trunk in owning for gateway in works.gateways.ways(trunk)]
    return Outing(works, call, number, shows, tuple(headers), ways, desk, side).go(now)


@dataclass(slots=True)
class Outing:
    """One call on its way out."""

    works: Works
    call: str
    number: Number
    shows: Shows
    headers: tuple[tuple[str, str], ...]
    ways: list[Way]
    """Not yet tried."""
    desk: str = ""
    side: Side = "callee"
    leg: Leg | None = None
    way: Way | None = None
    redirects: int = 0
    full: set[str] = field(default_factory=set)

    def go(self, now: float) -> Leg | NoWay:
        """Take the next way that leads anywhere."""
        while self.ways:
            way = self.ways.pop(0)
            flow = self._flow(way, now)
            if flow is None:
                continue
            try:
                self._invite(way, flow, now)
            except NoPortLeft:
                self.works.emit(alarm(now, "no_rtp_port", self.call))
                return NoWay(503, "no_port")
            assert self.leg is not None
            return self.leg
        return NoWay(503, "trunk_full" if self.full else "no_gateway")

    def reached(self, now: float) -> None:
        """A gateway gave a sign of life."""
        if self.way:
            self.works.gateways.answered(self.way.trunk, self.way.gateway, now)

    def refused(self, refused: sip.Refused, now: float) -> bool:
        """Try what is left when a gateway says no; False: nothing is."""
        assert self.way is not None
        status, leg, tried = refused.status, self.leg, self.way
        moved, read = self._follow(refused), recognised(status)
        more = moved or ((read == 408 or 500 <= read < 600) and bool(self.ways))
        if refused.response is None or status == 503:
            self.works.gateways.failed(tried.trunk, tried.gateway, now)
        else:
            self.reached(now)
        went = self.go(now) if more else None
        again = leg is not None and went is leg
        self.works.emit(
            OutsideFailed(
                call=leg.call if leg else self.call,
                at=now,
                number=self.number.text,
                trunk=tried.trunk.name,
                gateway=tried.gateway.name,
                status=status,
                why=WHY.get(status, f"sip_{status}"),
                again=again,
                desk=self.desk,
            )
        )
        return again

    # ── inside ───────────────────────────────────────────────────────────────

    def _flow(self, way: Way, now: float) -> Flow | None:
        """Find the way to a gateway, unless its trunk is full."""
        trunk, works = way.trunk, self.works
        others = [leg for leg in works.legs.by_name.values() if leg is not self.leg]
        if trunk.channels and sum(leg.trunk == trunk.name for leg in others) >= trunk.channels:
            if trunk.name not in self.full:
                self.full.add(trunk.name)
                works.emit(TrunkFull(now, trunk.name, trunk.channels, self.call))
            return None
        flow = works.reach(way.gateway)
        if flow is None:
            works.gateways.failed(trunk, way.gateway, now, "no_address")
        return flow

    def _invite(self, way: Way, flow: Flow, now: float) -> None:
        legs, trunk = self.works.legs, way.trunk
        if self.leg is None:
            self.leg = legs.prepare(self.call, flow, now, side=self.side)
            self.leg.courier, self.leg.extension = self, self.desk or None
        else:
            rehouse(legs, self.leg, flow)
        leg, self.way = self.leg, way
        leg.trunk, leg.number, leg.codecs = trunk.name, self.number.text, trunk.codecs
        leg.relays_text = trunk.line == "practice"
        own = self.own(trunk)
        legs.invite(
            leg,
            str(target(self.works.plan, way, self.number)),
            from_=self.sender(way, own),
            headers=self.lines(way, own),
            contact=trunk.account.user if trunk.account else own or "board",
            credentials=trunk.account,
            patience=trunk.patience,
            progress=trunk.progress if self.ways else None,
            now=now,
        )
        shown = "" if self.shows.withheld else own
        self.works.emit(
            OutsideDialled(
                leg.call, now, self.number.text, trunk.name, way.gateway.name, shown, self.desk
            )
        )

    def own(self, trunk: TrunkPlan) -> str:
        """Write the number we show as this carrier wants it."""
        place = self.works.plan.place
        mine = own_number(self.works.plan, trunk, self.shows) or ""
        number = place.read(mine)
        return place.write(number, trunk.style) if number else mine

    def _identity(self, way: Way, own: str) -> str:
        domain = way.trunk.domain or way.gateway.host
        user = own or (way.trunk.account.user if way.trunk.account else "anonymous")
        name = self.shows.name.replace("\\", "").replace('"', "")
        return (f'"{name}" ' if name else "") + f"<{Uri(user=user, host=domain)}>"

    def sender(self, way: Way, own: str) -> str:
        """Write who the called side sees."""
        return ANONYMOUS if self.shows.withheld else self._identity(way, own)

    def lines(self, way: Way, own: str) -> list[tuple[str, str]]:
        """RFC 3325: the carrier learns who calls, the called side only if we do not withhold it."""
        lines = list(self.headers)
        if way.trunk.identity and own:
            lines.append(("P-Asserted-Identity", self._identity(way, own)))
        if self.shows.withheld:
            lines.append(("Privacy", "id"))
        if way.trunk.line == "practice":
            lines += [("X-Lab-Call", self.call), ("X-Lab-Line", "practice")]
        return lines

    def _follow(self, refused: sip.Refused) -> bool:
        """Follow a 3xx: to a number that this trunk may carry, or to another of its gateways."""
        response, way = refused.response, self.way
        if not 300 <= refused.status < 400 or response is None or way is None:
            return False
        self.redirects += 1
        if self.redirects > MOST_REDIRECTS:
            return False
        try:
            contact = response.contact
        except BadMessage:
            return False
        number = self.works.plan.place.read(contact.uri.user) if contact else None
        if contact is None or number is None or closed(way.trunk, number):
            return False
        if number == self.number:
            return self._prefer(way.trunk, contact.uri)
        self.number = number
        self.ways.insert(0, way)
        return True

    def _prefer(self, trunk: TrunkPlan, at: Uri) -> bool:
        """Try the gateway of this trunk that a 3xx names next; False: it names none that is left."""
        for way in self.ways:
            there = way.gateway
            if way.trunk is trunk and (there.host, there.port) == (at.host, at.port or 5060):
                self.ways.remove(way)
                self.ways.insert(0, way)
                return True
        return False


def target(plan: BoardPlan, way: Way, number: Number) -> Uri:
    """Write a number at a gateway, as its carrier wants it."""
    transport = way.gateway.transport
    return Uri(
        user=plan.place.write(number, way.trunk.style),
        host=way.gateway.host,
        port=way.gateway.port,
        params=() if transport == "udp" else (("transport", transport),),
    )


def passed_on(status: int) -> int:
    """Say what a caller is told of a carrier's refusal: its quarrels with us stay ours."""
    status = recognised(status)
    return 503 if status in OURS or 500 <= status < 600 or status < 400 else status


OURS: Final = frozenset(
    {401, 402, 407, 414, 415, 416, 420, 421, 422, 423, 428, 429, 436, 437, 438, 439}
)
"""Refusals of how we asked, not of the call; most mean nothing without a header of theirs."""


def rehouse(legs: Legs, leg: Leg, flow: Flow) -> None:
    """Let a leg that nobody answered call by another flow; its port moves where the address does."""
    host = legs.bind(flow)
    leg.flow, leg.shown = flow, legs.advertise(flow)
    if host == leg.host:
        return
    port = legs.ports.take(host)
    legs.media.send(CloseLeg(leg.name))
    legs.ports.give(leg.host, leg.port)
    leg.host, leg.port = host, port
    legs.media.send(OpenLeg(leg.name, host, port))
