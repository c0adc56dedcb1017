"""Virtual time: steps sans-I/O engines and a loopback network from one thing due to the next."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from telephony.sip.events import Address, Flow
from telephony.wires.loopback import FAIR, Loopback, Sent, Weather


class Engine(Protocol):
    """Anything with the verbs of the SIP core: a core, a board, a telephone."""

    def receive(self, flow: Flow, data: bytes, now: float) -> None: ...
    def tick(self, now: float) -> None: ...
    def next_timer(self) -> float | None: ...
    def outbox(self) -> list[tuple[Flow, bytes]]: ...


class World:
    """Engines at addresses on one network; ``now`` moves only by ``run``."""

    def __init__(
        self,
        seed: int = 1,
        weather: Weather = FAIR,
        *,
        loses: Callable[[Sent], bool] | None = None,
        remembers: bool = True,
    ) -> None:
        self.now = 0.0
        self.dice = random.Random(seed)
        self.network = Loopback(self.dice.random, weather, loses=loses, remembers=remembers)
        self._engines: dict[Address, Engine] = {}
        self._after: dict[Address, Callable[[], None]] = {}
        self._agenda: list[tuple[float, Callable[[], None]]] = []

    def entropy(self, size: int) -> bytes:
        return self.dice.randbytes(size)

    def add(self, address: Address, engine: Engine, after: Callable[[], None]) -> None:
        """Place an engine; ``after`` runs whenever something happened to it (drain events there)."""
        self._engines[address] = engine
        self._after[address] = after

    def at(self, when: float, deed: Callable[[], None]) -> None:
        """Do something at a time."""
        self._agenda.append((when, deed))
        self._agenda.sort(key=lambda entry: entry[0])

    def flush(self) -> None:
        """Bring what the engines have to say onto the network."""
        for address, engine in self._engines.items():
            self._settle(address, engine)

    def _settle(self, address: Address, engine: Engine) -> None:
        self._after[address]()
        while sent := engine.outbox():
            for flow, data in sent:
                self.network.post(flow, data, self.now)
            self._after[address]()

    def next_due(self) -> float | None:
        times = [engine.next_timer() for engine in self._engines.values()]
        times += [self.network.next_arrival(), self._agenda[0][0] if self._agenda else None]
        return min((at for at in times if at is not None), default=None)

    def step(self, until: float) -> bool:
        """Go on to the next thing due and do it; False when nothing is due by then."""
        due = self.next_due()
        if due is None or due > until:
            return False
        self.now = max(self.now, due)
        while self._agenda and self._agenda[0][0] <= self.now:
            self._agenda.pop(0)[1]()
            self.flush()
        while (arrived := self.network.arrive(self.now)) is not None:
            flow, data = arrived
            engine = self._engines.get(flow.local)
            if engine is not None:
                engine.receive(flow, data, self.now)
                self._settle(flow.local, engine)
        for address, engine in self._engines.items():
            timer = engine.next_timer()
            if timer is not None and timer <= self.now:
                engine.tick(self.now)
                self._settle(address, engine)
        return True

    def run(self, seconds: float) -> None:
        """Let this much time pass."""
        until = self.now + seconds
        self.flush()
        while self.step(until):
            pass
        self.now = until

    def run_out(self, limit: float = 3600.0) -> None:
        """Go on until nothing is due any more."""
        until = self.now + limit
        self.flush()
        while self.step(until):
            pass

    # ── what went over the network ───────────────────────────────────────────

    def sent(self, start: str, by: Address | None = None) -> list[Sent]:
        """Every datagram, lost or not, whose first line begins so."""
        assert self.network.log is not None
        return [
            one
            for one in self.network.log
            if one.first_line.startswith(start) and by in (None, one.source)
        ]
