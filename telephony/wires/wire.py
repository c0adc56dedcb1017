"""The skin of an engine: UDP, TCP and TLS on one machine's addresses."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from telephony.errors import PortTaken
from telephony.sip.events import Address, Flow
from telephony.wires.addresses import ANYWHERE, local_towards, own_addresses
from telephony.wires.engine import Engine
from telephony.wires.pump import Pump
from telephony.wires.stream import Limits
from telephony.wires.streams import Streams
from telephony.wires.udp import Datagrams

Transport: TypeAlias = Literal["udp", "tcp", "tls"]

_TRIES: Final = 20
"""A port that the system chose must be free for TCP too, and the next one for TLS."""
_KEEPALIVE: Final = b"\r\n\r\n"


class SipWire(Pump):
    """Every way SIP comes in and goes out; TLS listens on the port above."""

    def __init__(
        self,
        engine: Engine,
        drain: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        *,
        limits: Limits | None = None,
        server_tls: ssl.SSLContext | None = None,
        client_tls: ssl.SSLContext | None = None,
        lost: Callable[[Flow, str], None] = lambda flow, why: None,
    ) -> None:
        """Make a skin; ``lost`` is told of each connection that broke, after the engine."""
        super().__init__(engine, drain, clock)
        self._lost = lost
        self.address: Address = ("", 0)
        self.tls_port = 0
        """Where TLS listens; 0: nowhere."""
        self._server_tls = server_tls
        self.streams = Streams(self.arrived, self.broke, limits or Limits(), client_tls)
        self._sockets: dict[str, Datagrams] = {}

    async def open(
        self, local: Address, transports: Sequence[Transport] = ("udp",), tls_port: int = 0
    ) -> Address:
        """Bind; returns the address. A port of 0 is any, the same for UDP and TCP. Raises PortTaken.

        ``tls_port`` 0 is the port above.
        """
        for attempt in range(_TRIES):
            try:
                await self._bind(local, transports, tls_port)
                break
            except PortTaken:
                self._unbind()
                await self.streams.free()
                if local[1] or attempt == _TRIES - 1:
                    raise
        self._open = True
        return self.address

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses at which datagrams arrive."""
        return frozenset(self._sockets)

    @property
    def errors(self) -> int:
        """Datagrams the system refused or reported as undeliverable."""
        return sum(one.errors for one in self._sockets.values())

    def flow_to(self, remote: Address, transport: Transport = "udp") -> Flow:
        """Return the flow from here to an address."""
        host, port = self.address
        if host in ANYWHERE:
            host = local_towards(remote[0])
        if transport == "tls" and self.tls_port:
            port = self.tls_port
        return Flow(transport, (host, port), (remote[0], remote[1]))

    def believe(self, whom: Mapping[Address, ssl.SSLContext]) -> None:
        """Let some far ends prove themselves over TLS by an authority of their own."""
        self.streams.believe(whom)

    def large(self, flow: Flow) -> Flow | None:
        """Return the flow for a request that is too large for a datagram, if there is one."""
        return self.streams.large(flow)

    def post(self, flow: Flow, data: bytes) -> None:
        """Send one message."""
        if flow.reliable:
            self.streams.send(flow, data)
        elif wire := self._socket_for(flow):
            wire.send(data, flow.remote)

    def keep(self, flow: Flow) -> None:
        """Keep a NAT's door open towards the far end of a UDP flow (RFC 5626 §3.5.1)."""
        if not flow.reliable:
            self.post(flow, _KEEPALIVE)

    def broke(self, flow: Flow, why: str) -> None:
        """Tell that a connection is gone."""
        super().broke(flow, why)
        self._lost(flow, why)

    async def follow(self) -> bool:
        """Listen where the machine has new addresses, and no more on those it lost."""
        local_towards.cache_clear()
        host, port = self.address
        if host not in ANYWHERE or not self._sockets:
            return False
        now, before = set(own_addresses(host)), set(self._sockets)
        for one in before - now:
            self._sockets.pop(one).close()
        for one in now - before:
            wire = Datagrams(self.arrived)
            with contextlib.suppress(PortTaken):
                await wire.open((one, port))
                self._sockets[one] = wire
        return now != before

    def close(self) -> None:
        """Let everything go."""
        self.rest()
        self._unbind()
        self.streams.close()

    async def gone(self) -> None:
        """Let everything go, and wait until every connection is closed on both sides."""
        self.close()
        await self.streams.gone()

    # ── inside ───────────────────────────────────────────────────────────────

    async def _bind(self, local: Address, transports: Sequence[Transport], tls_port: int) -> None:
        host, port = local
        if "udp" in transports:
            port = await self._bind_udp(host, port)
        hosts = ("0.0.0.0", "::") if host == "::" else (host,)
        for one in hosts:
            if "tcp" in transports:
                port = (await self.streams.listen("tcp", (one, port), None))[1]
            if "tls" in transports and self._server_tls is not None:
                wanted = tls_port or (port + 1 if port else 0)
                bound = await self.streams.listen("tls", (one, wanted), self._server_tls)
                self.tls_port = bound[1]
        self.address = (host, port)

    async def _bind_udp(self, host: str, port: int) -> int:
        """Bind one socket an address, so that each answer leaves by the address that was asked."""
        for one in own_addresses(host):
            wire = Datagrams(self.arrived)
            _, port = await wire.open((one, port))
            self._sockets[one] = wire
        return port

    def _socket_for(self, flow: Flow) -> Datagrams | None:
        exact = self._sockets.get(flow.local[0])
        if exact is not None:
            return exact
        six = ":" in flow.remote[0]
        return next((one for host, one in self._sockets.items() if (":" in host) == six), None)

    def _unbind(self) -> None:
        for wire in self._sockets.values():
            wire.close()
        self._sockets.clear()
        self.streams.stop()


async def resolved(server: Address) -> Address:
    """Look a name up; an address stays what it is."""
    found = await asyncio.get_running_loop().getaddrinfo(*server, type=0)
    return str(found[0][4][0]), int(found[0][4][1])
