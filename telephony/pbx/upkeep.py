"""Keeping our trunks alive: registering at carriers, asking their gateways whether they are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from telephony.clock import Alarms
from telephony.errors import BadMessage
from telephony.pbx.alarms import alarm
from telephony.pbx.enrolment import Enrolment, Step
from telephony.pbx.events import BoardEvent
from telephony.pbx.gateway import Gateways
from telephony.pbx.plan import GatewayPlan, TrunkPlan
from telephony.pbx.trunk_events import TrunkRegistered
from telephony.sip import headers as grammar
from telephony.sip.auth import unanswerable
from telephony.sip.core import SipCore
from telephony.sip.events import Flow, Responded
from telephony.sip.message import Response
from telephony.sip.uri import Uri

DEAD: Final = (408, 503)
"""What a gateway that is out of service says, or what silence counts as."""
MOST_PATIENCE: Final = 10.0


@dataclass(slots=True)
class Upkeep:
    """Every trunk's registration and the health of its gateways; alarms are ``("upkeep", key)``."""

    core: SipCore
    alarms: Alarms[tuple[str, str]]
    reach: Callable[[GatewayPlan], Flow | None]
    gateways: Gateways
    emit: Callable[[BoardEvent], None]
    entropy: Callable[[int], bytes]
    trunks: dict[str, TrunkPlan] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    asked: dict[str, tuple[str, GatewayPlan]] = field(default_factory=dict)
    """Key of an OPTIONS on its way → whose it is."""
    enrolling: dict[str, str] = field(default_factory=dict)
    """Key of a REGISTER on its way → its trunk."""

    def take(self, trunks: tuple[TrunkPlan, ...], now: float) -> None:
        """Look after these trunks from now on; one that did not change is left alone."""
        wanted = {trunk.name: trunk for trunk in trunks}
        for name in [name for name in self.trunks if self.trunks[name] != wanted.get(name)]:
            self._drop(self.trunks.pop(name), now)
        for name, trunk in wanted.items():
            if name in self.trunks:
                continue
            self.trunks[name] = trunk
            task = "options" if trunk.check_every else "find"
            for gateway in trunk.gateways:
                self.alarms.set(("upkeep", f"{task} {name} {gateway.name}"), now)
            if trunk.registers and trunk.account and trunk.gateways:
                self.enrolments[name] = Enrolment(self.entropy(8).hex())
                self.alarms.set(("upkeep", f"register {name}"), now)

    def leave(self, now: float) -> None:
        """Take our bindings away: the house closes."""
        for trunk in self.trunks.values():
            if (one := self.enrolments.get(trunk.name)) and one.stands:
                self._register(trunk, one, 0, now)

    def due(self, what: str, now: float) -> None:
        """Ask the gateway, or register, that this alarm was set for."""
        task, name, *rest = what.split(" ")
        trunk = self.trunks.get(name)
        if trunk is None:
            return
        if task == "register":
            self._register(trunk, self.enrolments[name], trunk.expires, now)
        else:
            gateway = next(one for one in trunk.gateways if one.name == rest[0])
            TASKS[task](self, trunk, gateway, now)

    def hear(self, event: Responded, now: float) -> bool:
        """Take an answer to one of our requests; False: it is none."""
        if asked := self.asked.pop(event.key, None):
            self._answered(*asked, event, now)
        elif event.key in self.enrolling:
            name = self.enrolling.pop(event.key)
            if name in self.trunks:
                self._enrolled(self.trunks[name], event, now)
        else:
            return False
        return True

    # ── is it there? ─────────────────────────────────────────────────────────

    def _ask(self, trunk: TrunkPlan, gateway: GatewayPlan, now: float) -> None:
        self.alarms.set(("upkeep", f"options {trunk.name} {gateway.name}"), now + trunk.check_every)
        flow = self.reach(gateway)
        if flow is None:
            return self.gateways.failed(trunk, gateway, now, "no_address")
        who = f"<{Uri(user=_user(trunk), host=trunk.domain or flow.local[0])}>"
        uri = uri_of(gateway)
        key = self.core.request(
            "OPTIONS", uri, to=f"<{uri}>", from_=who, flow=flow, contact=_user(trunk),
            headers=[("Accept", "application/sdp")], credentials=trunk.account, now=now,
        )  # fmt: skip
        self.asked[key] = (trunk.name, gateway)
        patience = min(MOST_PATIENCE, trunk.check_every / 2)
        self.alarms.set(("upkeep", f"silent {trunk.name} {gateway.name}"), now + patience)
        return None

    def _find(self, trunk: TrunkPlan, gateway: GatewayPlan, now: float) -> None:
        """Have a gateway's name looked up before the first call needs it."""
        self.reach(gateway)

    def _answered(self, name: str, gateway: GatewayPlan, event: Responded, now: float) -> None:
        trunk = self.trunks.get(name)
        if trunk is None:
            return
        self.alarms.cancel(("upkeep", f"silent {name} {gateway.name}"))
        if event.status in DEAD:
            self.gateways.failed(trunk, gateway, now, f"sip_{event.status}")
        else:
            self.gateways.answered(trunk, gateway, now)

    def _missed(self, trunk: TrunkPlan, gateway: GatewayPlan, now: float) -> None:
        """No answer in time; what still comes of it is not waited for."""
        for key, asked in list(self.asked.items()):
            if asked == (trunk.name, gateway):
                del self.asked[key]
        self.gateways.failed(trunk, gateway, now)

    # ── registering ──────────────────────────────────────────────────────────

    def _register(self, trunk: TrunkPlan, enrolment: Enrolment, expires: int, now: float) -> None:
        assert trunk.account is not None
        ways = self.gateways.ways(trunk)
        gateway = ways[enrolment.failures % len(ways)]
        flow = self.reach(gateway)
        if flow is None:
            return self._retry(trunk, enrolment, "no_address", now)
        domain = trunk.domain or gateway.host
        who = f"<{Uri(user=trunk.account.user, host=domain)}>"
        key = self.core.request(
            "REGISTER", Uri(host=domain), to=who, from_=who, flow=flow, contact=trunk.account.user,
            headers=[("Expires", str(max(expires, enrolment.least) if expires else 0))],
            credentials=trunk.account, call_id=enrolment.call_id, cseq=enrolment.sequence, now=now,
        )  # fmt: skip
        enrolment.sequence += 1
        self.enrolling[key] = trunk.name
        return None

    def _enrolled(self, trunk: TrunkPlan, event: Responded, now: float) -> None:
        enrolment = self.enrolments[trunk.name]
        if event.response is not None:
            enrolment.sequence = event.response.cseq[0] + 1
        if event.status == 423 and event.response is not None:
            least = event.response.headers.get("Min-Expires")
            if least.isascii() and least.isdigit() and int(least[:9]) > enrolment.least:
                enrolment.least = int(least[:9])
                return self._register(trunk, enrolment, trunk.expires, now)
        if event.status >= 300 or event.response is None:
            why = WHY.get(event.status, f"sip_{event.status}")
            asked = unanswerable(event.response) if event.response else ""
            return self._retry(trunk, enrolment, f"digest {asked}" if asked else why, now)
        came = not enrolment.stands
        enrolment.step(Step.ACCEPTED)
        granted = granted_by(event.response, trunk.expires)
        self.alarms.set(("upkeep", f"register {trunk.name}"), now + 0.8 * granted)
        if came:
            self.emit(TrunkRegistered(now, trunk.name, True))
        return None

    def _retry(self, trunk: TrunkPlan, enrolment: Enrolment, why: str, now: float) -> None:
        """Try again, later each time; the house hears of it once."""
        first = enrolment.failures == 0
        enrolment.step(Step.REFUSED)
        self.alarms.set(("upkeep", f"register {trunk.name}"), now + enrolment.pause)
        if first:
            self.emit(TrunkRegistered(now, trunk.name, False, why))
            self.emit(alarm(now, "trunk_unregistered", trunk=trunk.name, why=why))

    def _drop(self, trunk: TrunkPlan, now: float) -> None:
        """Look after a trunk no more."""
        enrolment = self.enrolments.get(trunk.name)
        if enrolment and enrolment.stands:
            self._register(trunk, enrolment, 0, now)
        self.enrolments.pop(trunk.name, None)
        self.alarms.cancel(("upkeep", f"register {trunk.name}"))
        for gateway in trunk.gateways:
            for task in TASKS:
                self.alarms.cancel(("upkeep", f"{task} {trunk.name} {gateway.name}"))
            self.gateways.forget(trunk, gateway)


TASKS: Final = {"find": Upkeep._find, "options": Upkeep._ask, "silent": Upkeep._missed}
"""What is done for a gateway when its alarm rings."""

WHY: Final = {
    401: "password_refused",
    403: "password_refused",
    404: "no_such_account",
    407: "password_refused",
    408: "no_answer",
    503: "no_answer",
}


def uri_of(gateway: GatewayPlan) -> Uri:
    """Write a gateway's address."""
    transport = gateway.transport
    params = () if transport == "udp" else (("transport", transport),)
    return Uri(host=gateway.host, port=gateway.port, params=params)


def granted_by(response: Response, wanted: int) -> int:
    """Read how long the carrier keeps our binding: the shortest it names, as one of them is ours."""
    texts = [_life(value) for value in response.headers.all("Contact")]
    texts = [text for text in texts if text] or [response.headers.get("Expires")]
    lives = [int(text[:9]) for text in texts if text.isascii() and text.isdigit()]
    lives = [life for life in lives if life]
    return min(lives, default=wanted)


def _life(contact: str) -> str:
    try:
        return grammar.name_addr(contact).param("expires") or ""
    except BadMessage:
        return ""


def _user(trunk: TrunkPlan) -> str:
    return trunk.account.user if trunk.account else "board"
