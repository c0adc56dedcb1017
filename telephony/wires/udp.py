"""UDP: one asyncio socket that hands on what comes and sends what it is given."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any, Final

from telephony.errors import PortTaken
from telephony.sip.events import Address, Flow
from telephony.wires.addresses import local_towards, mark

_BUFFER: Final = 1 << 20
_LARGEST: Final = 65_535
"""No datagram is longer; asyncio would ask the system for 256 KiB of memory for each."""


class Datagrams(asyncio.DatagramProtocol):
    """One UDP socket; what comes is handed on with its source."""

    def __init__(self, arrived: Callable[[Flow, bytes], None]) -> None:
        self._arrived = arrived
        self._transport: asyncio.DatagramTransport | None = None
        self.address: Address = ("", 0)
        self.errors = 0
        """Datagrams the system refused or reported as undeliverable."""

    async def open(self, local: Address) -> Address:
        """Bind; returns the address. Raises PortTaken."""
        loop = asyncio.get_running_loop()
        try:
            wire = _bound(local)
            transport: Any = (await loop.create_datagram_endpoint(lambda: self, sock=wire))[0]
            transport.max_size = _LARGEST
            self._transport = transport
        except OSError as error:
            raise PortTaken(local[0], local[1], error.strerror or str(error)) from error
        self.address = wire.getsockname()[:2]
        return self.address

    def send(self, data: bytes, remote: Address) -> None:
        """Send one datagram, or lose it."""
        if self._transport is not None:
            self._transport.sendto(data, remote)

    def close(self) -> None:
        """Let the socket go."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def flow_to(self, remote: Address) -> Flow:
        """Return the flow from here to an address."""
        host, port = self.address
        if host in ("0.0.0.0", "::"):
            host = local_towards(remote[0])
        return Flow("udp", (host, port), (remote[0], remote[1]))

    # ── asyncio calls these ──────────────────────────────────────────────────

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Take a datagram; an empty one is how Windows reports an unreachable port."""
        if data:
            self._arrived(self.flow_to((addr[0], addr[1])), data)

    def error_received(self, exc: Exception) -> None:
        """Count it; the system does not say whom it concerns, so the timers decide."""
        self.errors += 1


def _bound(local: Address) -> socket.socket:
    six = ":" in local[0]
    wire = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        wire.setblocking(False)
        if six:
            wire.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        with contextlib.suppress(OSError):  # Marking and buffers are favours, not needs.
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        mark(wire)
        wire.bind(local)
    except BaseException:
        wire.close()
        raise
    return wire
