"""How the gateways of our carriers are: which answer, which are down, in which order to try them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from telephony.machine import Machine
from telephony.pbx.alarms import alarm
from telephony.pbx.events import BoardEvent
from telephony.pbx.plan import GatewayPlan, TrunkPlan
from telephony.pbx.trunk_events import GatewayChanged


class Health(Enum):
    """What we know of a gateway."""

    UNKNOWN = "unknown"
    UP = "up"
    DOWN = "down"


class Sign(Enum):
    """What a gateway gave us to know."""

    ANSWERED = "answered"
    MISSED = "missed"
    """Silence, so often that it counts."""


HEALTH: Final = Machine(
    "gateway",
    Health.UNKNOWN,
    {
        (Health.UNKNOWN, Sign.ANSWERED): Health.UP,
        (Health.UNKNOWN, Sign.MISSED): Health.DOWN,
        (Health.UP, Sign.ANSWERED): Health.UP,
        (Health.UP, Sign.MISSED): Health.DOWN,
        (Health.DOWN, Sign.ANSWERED): Health.UP,
        (Health.DOWN, Sign.MISSED): Health.DOWN,
    },
)


@dataclass(slots=True)
class Gateway:
    """One gateway as it behaves."""

    trunk: str
    plan: GatewayPlan
    health: Health = HEALTH.first
    misses: int = 0
    """Signs of life that failed to come, one after the other."""


@dataclass(slots=True)
class Gateways:
    """Every gateway of every trunk, by trunk and name."""

    emit: Callable[[BoardEvent], None]
    known: dict[tuple[str, str], Gateway] = field(default_factory=dict)

    def of(self, trunk: TrunkPlan, plan: GatewayPlan) -> Gateway:
        """Find what is known of a gateway."""
        key = (trunk.name, plan.name)
        if key not in self.known:
            self.known[key] = Gateway(trunk.name, plan)
        return self.known[key]

    def ways(self, trunk: TrunkPlan) -> list[GatewayPlan]:
        """List a trunk's gateways, the preferred first; those that are down are a last resort."""
        return sorted(
            trunk.gateways,
            key=lambda plan: (self.of(trunk, plan).health is Health.DOWN, plan.priority),
        )

    def answered(self, trunk: TrunkPlan, plan: GatewayPlan, now: float) -> None:
        """Note a sign of life."""
        gateway = self.of(trunk, plan)
        gateway.misses = 0
        self._step(gateway, Sign.ANSWERED, "", now)

    def failed(
        self, trunk: TrunkPlan, plan: GatewayPlan, now: float, why: str = "no_answer"
    ) -> None:
        """Note that a sign of life did not come; so many in a row and the gateway is down."""
        gateway = self.of(trunk, plan)
        gateway.misses += 1
        if gateway.misses >= trunk.down_after:
            self._step(gateway, Sign.MISSED, why, now)

    def forget(self, trunk: TrunkPlan, plan: GatewayPlan) -> None:
        """Know nothing of a gateway any more."""
        self.known.pop((trunk.name, plan.name), None)

    def _step(self, gateway: Gateway, sign: Sign, why: str, now: float) -> None:
        before, gateway.health = gateway.health, HEALTH.step(gateway.health, sign)
        if gateway.health is before:
            return
        name, up = gateway.plan.name, gateway.health is Health.UP
        self.emit(GatewayChanged(now, gateway.trunk, name, gateway.health.value, why))
        if not up:
            told = {"gateway": name, "trunk": gateway.trunk, "why": why}
            self.emit(alarm(now, "gateway_silent", **told))
        elif before is Health.DOWN:
            self.emit(alarm(now, "gateway_back", gateway=name, trunk=gateway.trunk))
