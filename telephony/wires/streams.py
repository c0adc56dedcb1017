"""All TCP and TLS connections of one skin: those we made and those that others made to us."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Final, Literal, TypeAlias

from telephony.errors import PortTaken
from telephony.sip.events import Address, Flow
from telephony.wires import way
from telephony.wires.addresses import local_towards
from telephony.wires.porch import Porch
from telephony.wires.stream import Limits, Stream

Kind: TypeAlias = Literal["tcp", "tls"]

_BACKLOG: Final = 256
_SHUTDOWN: Final = 1.0


class Streams:
    """Opens, finds, watches and closes connections; flow.connection 0 is one that we make."""

    def __init__(
        self,
        arrived: Callable[[Flow, bytes], None],
        broke: Callable[[Flow, str], None],
        limits: Limits,
        client_tls: ssl.SSLContext | None,
    ) -> None:
        self._arrived, self._broke, self._limits = arrived, broke, limits
        self._client_tls = client_tls
        self._numbers = count(1)
        self._streams: dict[Flow, Stream] = {}
        """By the flow each is, and by each that it stands for."""
        self._from: Counter[str] = Counter()
        self._servers: list[asyncio.Server] = []
        self._porches: list[Porch] = []
        self._dialling: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._closing = False
        self._empty = asyncio.Event()
        """Set once the last connection is gone after `close`."""
        self._refused: dict[Address, float] = {}
        self._believed: Mapping[Address, ssl.SSLContext] = {}
        self.failures: dict[Address, BaseException] = {}
        """Why the last connection to an address did not come about."""

    def __len__(self) -> int:
        return len(set(self._streams.values()))

    def believe(self, whom: Mapping[Address, ssl.SSLContext]) -> None:
        """Let some far ends prove themselves by an authority of their own, not by the usual one."""
        self._believed = dict(whom)

    def trouble(self, remote: Address) -> str:
        """Say in one sentence why the last connection to an address failed; empty: it did not."""
        error = self.failures.get(remote)
        return sentence_of(remote, error) if error else ""

    # ── listening ────────────────────────────────────────────────────────────

    async def listen(self, kind: Kind, local: Address, context: ssl.SSLContext | None) -> Address:
        """Take connections on an address; raises PortTaken."""
        loop = asyncio.get_running_loop()
        try:
            listener = _listener(local)
        except OSError as error:
            raise PortTaken(
                local[0], local[1], error.strerror or str(error), kind.upper()
            ) from error
        address: Address = listener.getsockname()[:2]

        def guest() -> Stream:
            return self._accept(kind, address[1])

        if context is None:
            server = await loop.create_server(guest, sock=listener, backlog=_BACKLOG)
            self._servers.append(server)
        else:
            room, a_host = self._limits.unproved, self._limits.a_host_unproved
            self._porches.append(Porch(listener, context, guest, room=room, a_host=a_host))
        return address

    def _accept(self, kind: Kind, port: int) -> Stream:
        nowhere = Flow(kind, ("", port), ("", 0), next(self._numbers))
        return Stream(self, nowhere, asyncio.get_running_loop().time())

    # ── sending ──────────────────────────────────────────────────────────────

    def send(self, flow: Flow, data: bytes) -> None:
        """Send over a flow's connection; where it is gone, over one to where the message goes."""
        stream = self._streams.get(flow)
        if stream is None:
            stream = self._replace(flow, data)
        if stream is None:
            why = "its connection is gone, and the message names no way back"
            asyncio.get_running_loop().call_soon(self._broke, flow, why)
        else:
            stream.send(data, self._limits)

    def _replace(self, flow: Flow, data: bytes) -> Stream | None:
        if self._closing:
            return None
        towards = flow if flow.connection == 0 else way.instead(flow, data)
        if towards is None:
            return None
        stream = self._streams.get(towards) or self._dial(towards)
        stream.stands_for.add(flow)
        self._streams[flow] = stream
        return stream

    def large(self, flow: Flow) -> Flow | None:
        """Return the TCP flow for a request too large for this UDP flow; None: the peer has none."""
        if flow.transport != "udp" or self._refuses(flow.remote):
            return None
        return Flow("tcp", flow.local, flow.remote)

    def _refuses(self, remote: Address) -> bool:
        until = self._refused.get(remote, 0.0)
        return until > asyncio.get_running_loop().time()

    def _dial(self, flow: Flow) -> Stream:
        stream = Stream(self, flow, asyncio.get_running_loop().time())
        self._streams[flow] = stream
        task = asyncio.create_task(self._connect(stream), name="SIP connection")
        self._dialling.add(task)
        task.add_done_callback(self._dialling.discard)
        self._watch()
        return stream

    async def _connect(self, stream: Stream) -> None:
        flow, loop = stream.flow, asyncio.get_running_loop()
        tls = flow.transport == "tls"
        try:
            async with asyncio.timeout(self._limits.connect):
                await loop.create_connection(
                    lambda: stream,
                    *flow.remote,
                    ssl=self._belief(flow.remote) if tls else None,
                    local_addr=_from_where(flow),
                    server_hostname=flow.remote[0] if tls else None,
                    ssl_shutdown_timeout=_SHUTDOWN if tls else None,
                )
        except (OSError, TimeoutError) as error:
            self.failures[flow.remote] = error
            self._refused[flow.remote] = loop.time() + self._limits.refused
            stream.fail(sentence_of(flow.remote, error))
        else:
            self.failures.pop(flow.remote, None)

    def _belief(self, remote: Address) -> ssl.SSLContext:
        """Return what the far end at an address must prove itself by."""
        if remote in self._believed:
            return self._believed[remote]
        if self._client_tls is None:
            self._client_tls = ssl.create_default_context()  # A carrier proves itself publicly.
        return self._client_tls

    # ── what connections tell ────────────────────────────────────────────────

    def made(self, stream: Stream) -> bool:
        """Take a connection in; False: there is no room."""
        if self._closing:
            return False
        if stream.dialled:
            return True
        transport = stream._transport
        assert transport is not None
        peer, ours = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        if peer is None or ours is None:  # It was gone before we looked.
            return False
        stream.flow = replace(
            stream.flow, remote=(peer[0], peer[1]), local=(ours[0], stream.flow.local[1])
        )
        stream.stands_for = {stream.flow}
        full = len(self._streams) >= self._limits.connections
        if full or self._from[stream.peer] >= self._limits.a_host:
            return False
        self._from[stream.peer] += 1
        self._streams[stream.flow] = stream
        self._watch()
        return True

    def brought(self, stream: Stream, data: bytes) -> None:
        """Hand one message on."""
        self._arrived(stream.flow, data)

    def lost(self, stream: Stream, why: str) -> None:
        """Forget a connection and tell whoever waits on it."""
        if not stream.dialled and self._streams.get(stream.flow) is stream:
            self._from[stream.peer] -= 1
            if self._from[stream.peer] <= 0:
                del self._from[stream.peer]
        for flow in stream.stands_for:
            if self._streams.get(flow) is stream:
                del self._streams[flow]
                if not self._closing:
                    self._broke(flow, why)
        if self._closing and not self._streams:
            self._empty.set()

    # ── watching ─────────────────────────────────────────────────────────────

    def _watch(self) -> None:
        if self._sweeper is None and not self._closing:
            loop = asyncio.get_running_loop()
            self._sweeper = loop.call_later(self._limits.sweep, self._sweep)

    def _sweep(self) -> None:
        self._sweeper = None
        now = asyncio.get_running_loop().time()
        for stream in set(self._streams.values()):
            stream.check(now, self._limits)
        if self._streams:
            self._watch()

    def stop(self) -> None:
        """Take no more connections."""
        for server in self._servers:
            server.close()
        for porch in self._porches:
            porch.close()
        self._servers.clear()

    async def free(self) -> None:
        """Wait after `stop` until every address is free."""
        while self._porches:
            await self._porches.pop().gone()

    def close(self) -> None:
        """Let everything go; what is written already still leaves."""
        self._closing = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        for task in self._dialling:
            task.cancel()
        self.stop()
        for stream in set(self._streams.values()):
            stream.close()

    async def gone(self) -> None:
        """Wait after `close` until no connection is left; a far end that lingers is cut off."""
        await asyncio.gather(*self._dialling, return_exceptions=True)
        await self.free()
        for stream in set(self._streams.values()):
            if not stream.connected:
                stream.fail("closed")
        await self._emptied()
        for stream in set(self._streams.values()):
            stream.abort("the far end did not close")
        await self._emptied()

    async def _emptied(self) -> None:
        if self._streams:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), _SHUTDOWN)


def sentence_of(remote: Address, error: BaseException) -> str:
    """Say in one sentence why a connection did not come about."""
    where = f"{remote[0]}:{remote[1]}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The telephone server at {where} shows a certificate that is not this school's "
            f"({error.verify_message}): do not go on, and compare the fingerprint with your "
            "instructor (lab tls show)."
        )
    if isinstance(error, ssl.SSLError):
        return f"No secured line to {where} ({error.reason or error}): ask whether TLS is on there."
    if isinstance(error, TimeoutError):
        return f"No answer from {where} by TCP: check that the network lets it through."
    return f"No connection to {where} ({getattr(error, 'strerror', None) or error})."


def _from_where(flow: Flow) -> Address | None:
    """Leave by the flow's own address where the system would take another one."""
    host = flow.local[0]
    with contextlib.suppress(OSError):
        if host and local_towards(flow.remote[0]) != host:
            return host, 0
    return None


def _listener(local: Address) -> socket.socket:
    six = ":" in local[0]
    wire = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_STREAM)
    try:
        wire.setblocking(False)
        if six:
            wire.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where REUSEADDR means another thing
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        wire.bind(local)
        wire.listen(_BACKLOG)
    except BaseException:
        wire.close()
        raise
    return wire
