"""One TCP or TLS connection: bytes to messages, keep-alives, and what it may not do for ever."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol, cast

from telephony.sip.events import Flow
from telephony.wires.addresses import mark, watch
from telephony.wires.framing import Beat, Cut, Framer

_FAREWELL: Final = 0.5
"""Seconds for the answer to a message that could not be cut, before the connection is closed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may cost; times in seconds."""

    connections: int = 2000
    a_host: int = 400
    """Connections from one address: a class behind one NAT, and some more."""
    unproved: int = 256
    """Connections that have not proved themselves by TLS yet; each costs a third of a megabyte."""
    a_host_unproved: int = 128
    first: float = 30.0
    """A connection that has not brought one whole message by then is closed."""
    message: float = 20.0
    """A message that has begun must be whole by then: nobody holds a place by dripping bytes."""
    idle: float = 4000.0
    """Longer than the longest registration."""
    connect: float = 5.0
    unsent: int = 262_144
    """A far end that leaves so many bytes unread is given up."""
    sweep: float = 1.0
    ping: float = 0.0
    """Ping the connections that we made this often; 0: never."""
    pong: float = 10.0
    refused: float = 600.0
    """For so long a peer that refused TCP is sent large requests by UDP."""


class Owner(Protocol):
    """Who has the connections."""

    def made(self, stream: Stream) -> bool:
        """Take a connection in; False: there is no room."""
        ...

    def brought(self, stream: Stream, data: bytes) -> None:
        """Take one message."""
        ...

    def lost(self, stream: Stream, why: str) -> None:
        """Learn that a connection is gone."""
        ...


class Stream(asyncio.Protocol):
    """A connection; ``flow`` is what the engine knows it by."""

    def __init__(self, owner: Owner, flow: Flow, now: float) -> None:
        self.flow = flow
        self.stands_for = {flow}
        """Flows whose messages it carries: its own, and those whose own connection is gone."""
        self.dialled = flow.connection == 0
        self._owner = owner
        self._framer = Framer(pings=self.dialled)
        self._transport: asyncio.Transport | None = None
        self._waiting: list[bytes] = []
        self._since = self._heard = now
        self._partial: float | None = None
        self._pinged: float | None = None
        self._ponged = False
        self._told = False
        self._why = "the far end closed the connection"

    @property
    def peer(self) -> str:
        """The far end's address."""
        return self.flow.remote[0]

    @property
    def connected(self) -> bool:
        """Bytes can pass."""
        return self._transport is not None

    @property
    def leaving(self) -> bool:
        """It is being closed, and nothing passes any more."""
        return self._transport is not None and self._transport.is_closing()

    def send(self, data: bytes, limits: Limits) -> None:
        """Send now, or once the connection stands; what comes too late is let be, as its end is told."""
        if self._transport is None:
            self._waiting.append(data)
            return
        if self.leaving:
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > limits.unsent:
            self._why = "the far end reads nothing"
            self._transport.abort()

    def close(self, why: str = "closed") -> None:
        """Send what is left and close."""
        self._why = why
        if self._transport is not None:
            self._transport.close()

    def abort(self, why: str) -> None:
        """Close at once."""
        self._why = why
        if self._transport is not None:
            self._transport.abort()

    def fail(self, why: str) -> None:
        """Give up a connection that never stood."""
        self._why = why
        self._tell()

    def check(self, now: float, limits: Limits) -> None:
        """Close what has lasted too long; ping where it is time."""
        if self._transport is None:
            return
        if self._partial is not None and now - self._partial > limits.message:
            self.abort("a message did not end")
        elif not self.dialled and self._heard == self._since and now - self._since > limits.first:
            self.abort("no message came")
        elif now - self._heard > limits.idle:
            self.close("nothing came for a long time")
        elif self.dialled and limits.ping:
            self._ping(now, limits)

    def _ping(self, now: float, limits: Limits) -> None:
        assert self._transport is not None
        if self._pinged is not None and self._heard >= self._pinged:
            self._pinged = None
        if self._pinged is None and now - self._heard >= limits.ping:
            self._pinged = now
            self._transport.write(Beat.PING.value)
        elif self._pinged is not None and now - self._pinged > limits.pong:
            if self._ponged:  # Only who has answered a ping before is dead when silent to one.
                self.abort("the far end does not answer")
            else:
                self._pinged = now
                self._transport.write(Beat.PING.value)

    # ── asyncio calls these ──────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what waited."""
        self._transport = cast(asyncio.Transport, transport)
        wire = transport.get_extra_info("socket")
        mark(wire)
        watch(wire)
        if not self._owner.made(self):
            self.abort("too many connections")
            return
        for data in self._waiting:
            self._transport.write(data)
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        """Cut and hand on."""
        now = asyncio.get_running_loop().time()
        for frame in self._framer.feed(data):
            if self.leaving:
                break
            if isinstance(frame, bytes):
                self._heard = now
                self._owner.brought(self, frame)
            elif frame is Beat.PONG:
                self._heard, self._ponged = now, True
            elif isinstance(frame, Cut):
                self._cut(frame)
            elif self._transport is not None:
                self._heard = now
                self._transport.write(Beat.PONG.value)
        if not self._framer.partial:
            self._partial = None
        elif self._partial is None:
            self._partial = now

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the owner."""
        self._transport = None
        if exc is not None and not isinstance(exc, ConnectionError):
            self._why = str(exc)
        self._tell()

    def _cut(self, cut: Cut) -> None:
        """Let the engine say what is wrong, then close."""
        if cut.head:
            self._owner.brought(self, cut.head)
        asyncio.get_running_loop().call_later(_FAREWELL, self.close, cut.why)

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            self._owner.lost(self, self._why)
