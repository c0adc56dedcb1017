"""The UDP skin: one asyncio socket that feeds an engine and sends what it wants sent."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from telephony.errors import PortTaken
from telephony.sip.events import Address, Flow

_CS3 = 0x60
"""DSCP class selector 3, which RFC 4594 gives to signalling, in the place of the TOS byte."""
_BUFFER = 1 << 20


class Engine(Protocol):
    """What the skin steps: a SIP core, or a room that holds one."""

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        """Take one datagram."""
        ...

    def tick(self, now: float) -> None:
        """Do what is due."""
        ...

    def next_timer(self) -> float | None:
        """Return when ``tick`` is wanted next."""
        ...

    def outbox(self) -> list[tuple[Flow, bytes]]:
        """Return and forget what is to be sent."""
        ...


class UdpWire(asyncio.DatagramProtocol):
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
        self._transport: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: float | None = None
        self._pumping = False
        self.address: Address = ("", 0)
        self.errors = 0
        """Datagrams the system refused or reported as undeliverable."""

    async def open(self, local: Address) -> Address:
        """Bind; returns the address. Raises PortTaken."""
        loop = asyncio.get_running_loop()
        try:
            self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local)
        except OSError as error:
            raise PortTaken(local[0], local[1], error.strerror or str(error)) from error
        sock = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError):  # Marking and buffers are favours, not needs.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, _CS3)
        self.address = sock.getsockname()[:2]
        return self.address

    def flow_to(self, remote: Address) -> Flow:
        """Return the flow from here to an address."""
        host, port = self.address
        if host in ("0.0.0.0", "::"):
            host = _local_towards(remote[0], ":" in host)
        return Flow("udp", (host, port), (remote[0], remote[1]))

    def pump(self) -> None:
        """Hand on events, send what is to be sent, and wake in time for the next timer."""
        if self._pumping:
            return
        self._pumping = True
        try:
            self._drain()
            while sent := self._engine.outbox():
                for flow, data in sent:
                    if self._transport is not None:
                        self._transport.sendto(data, flow.remote)
                self._drain()
        finally:
            self._pumping = False
        self._arm()

    def close(self) -> None:
        """Let the socket go."""
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    # ── asyncio calls these ──────────────────────────────────────────────────

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Take a datagram; an empty one is how Windows reports an unreachable port."""
        if data:
            self._engine.receive(self.flow_to((addr[0], addr[1])), data, self._clock())
            self.pump()

    def error_received(self, exc: Exception) -> None:
        """Count it; the system does not say whom it concerns, so the timers decide."""
        self.errors += 1

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
        if at is not None and self._transport is not None:
            loop = asyncio.get_running_loop()
            self._timer_at = at
            self._timer = loop.call_later(max(0.0, at - self._clock()), self._wake)


@lru_cache(maxsize=1024)
def _local_towards(host: str, six: bool) -> str:
    """Ask the system which of our addresses it uses towards a host; nothing is sent."""
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError:
            return "::1" if six else "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address
