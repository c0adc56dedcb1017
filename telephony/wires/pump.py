"""What every asyncio skin does: step the engine, send what it wants sent, wake it in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from telephony.sip.events import Flow
from telephony.wires.engine import Engine


class Pump:
    """Call ``pump`` after every command to the engine; ``drain`` handles the engine's events."""

    def __init__(
        self,
        engine: Engine,
        drain: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._drain = drain
        self._clock = clock
        self._open = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: float | None = None
        self._pumping = False

    def post(self, flow: Flow, data: bytes) -> None:
        """Send bytes over a flow, or lose them."""
        raise TypeError(f"{type(self).__name__} sends nothing.")

    def arrived(self, flow: Flow, data: bytes) -> None:
        """Hand one message of the network to the engine."""
        self._engine.receive(flow, data, self._clock())
        self.pump()

    def broke(self, flow: Flow, why: str) -> None:
        """Tell the engine that a flow carries nothing any more."""
        self._engine.broken(flow, why, self._clock())
        self.pump()

    def pump(self) -> None:
        """Hand on events, send what is to be sent, and wake in time for the next timer."""
        if self._pumping:
            return
        self._pumping = True
        try:
            self._drain()
            while sent := self._engine.outbox():
                for flow, data in sent:
                    self.post(flow, data)
                self._drain()
        finally:
            self._pumping = False
        self._arm()

    def rest(self) -> None:
        """Wake no more."""
        self._open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._timer_at = None

    def _wake(self) -> None:
        self._timer = self._timer_at = None
        self._engine.tick(self._clock())
        self.pump()

    def _arm(self) -> None:
        at = self._engine.next_timer()
        if self._timer is not None:
            if at is not None and self._timer_at is not None and self._timer_at <= at:
                return  # An early wake-up costs less than to set a timer anew for each message.
            self._timer.cancel()
            self._timer = self._timer_at = None
        if at is not None and self._open:
            loop = asyncio.get_running_loop()
            self._timer_at = at
            self._timer = loop.call_later(max(0.0, at - self._clock()), self._wake)
