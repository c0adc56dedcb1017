"""A network in memory: what is lost, late or out of order is data, and time is an argument."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace

from telephony.sip.events import Address, Flow


@dataclass(frozen=True, slots=True)
class Weather:
    """What the network does to datagrams."""

    loss: float = 0.0
    """Share of the datagrams that never arrive."""
    doubled: float = 0.0
    """Share that arrives twice."""
    delay: float = 0.005
    """Seconds on the way."""
    jitter: float = 0.0
    """Up to this many seconds more; over ``delay`` datagrams overtake each other."""


FAIR = Weather()


@dataclass(frozen=True, slots=True)
class Sent:
    """One datagram as the network saw it."""

    at: float
    source: Address
    target: Address
    data: bytes
    lost: bool

    @property
    def first_line(self) -> str:
        """The start line of the message in it."""
        return self.data.partition(b"\r\n")[0].decode("utf-8", "replace")


class Loopback:
    """Carries datagrams between addresses; ``dice`` returns numbers of [0, 1)."""

    def __init__(
        self,
        dice: Callable[[], float],
        weather: Weather = FAIR,
        *,
        loses: Callable[[Sent], bool] | None = None,
        remembers: bool = False,
    ) -> None:
        self.weather = weather
        self.loses = loses
        """Says of one datagram that it is lost, besides the weather."""
        self.log: list[Sent] | None = [] if remembers else None
        self._dice = dice
        self._count = 0
        self._flying: list[tuple[float, int, Flow, bytes]] = []

    def post(self, flow: Flow, data: bytes, now: float) -> None:
        """Take a datagram from the flow's local address."""
        sent = Sent(now, flow.local, flow.remote, data, lost=False)
        lost = self._dice() < self.weather.loss or (self.loses is not None and self.loses(sent))
        if self.log is not None:
            self.log.append(replace(sent, lost=lost))
        if lost:
            return
        copies = 2 if self.weather.doubled and self._dice() < self.weather.doubled else 1
        for _ in range(copies):
            self._count += 1
            late = self._dice() * self.weather.jitter if self.weather.jitter else 0.0
            arrives = now + self.weather.delay + late
            seen = replace(flow, local=flow.remote, remote=flow.local)
            heapq.heappush(self._flying, (arrives, self._count, seen, data))

    def next_arrival(self) -> float | None:
        """Return when the next datagram arrives."""
        return self._flying[0][0] if self._flying else None

    def arrive(self, now: float) -> tuple[Flow, bytes] | None:
        """Take one datagram that is due: the flow as its receiver sees it, and the bytes."""
        if not self._flying or self._flying[0][0] > now:
            return None
        _, _, flow, data = heapq.heappop(self._flying)
        return flow, data
