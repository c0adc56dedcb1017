"""Real UDP under the studio: one RTP and one RTCP socket a leg, never blocking."""

from __future__ import annotations

import select
import selectors
import socket
import sys
from collections.abc import Iterable, Iterator
from typing import Final

from telephony.media.legs import Address
from telephony.wires.addresses import mark

_EXPEDITED: Final = 0xB8
"""DSCP EF: sound goes first."""

_MOST: Final = 2048


class _Ready:
    """Tells which sockets hold something."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def add(self, wire: socket.socket) -> None:
        self._selector.register(wire, selectors.EVENT_READ)

    def remove(self, wire: socket.socket) -> None:
        self._selector.unregister(wire)

    def now(self) -> Iterable[int]:
        return [key.fd for key, _ in self._selector.select(0)]

    def close(self) -> None:
        self._selector.close()


if sys.platform == "linux":

    class _ReadyByEpoll:
        """The same without the ceremony: a quarter of a large worker's time went into it."""

        def __init__(self) -> None:
            self._poll = select.epoll()

        def add(self, wire: socket.socket) -> None:
            self._poll.register(wire, select.EPOLLIN)

        def remove(self, wire: socket.socket) -> None:
            self._poll.unregister(wire)

        def now(self) -> Iterable[int]:
            return [fd for fd, _ in self._poll.poll(0, 4096)]

        def close(self) -> None:
            self._poll.close()


class UdpNet:
    """A PacketNet on the sockets of this machine."""

    def __init__(self) -> None:
        self._ready = _ReadyByEpoll() if sys.platform == "linux" else _Ready()
        self._rtp: dict[str, socket.socket] = {}
        self._rtcp: dict[str, socket.socket] = {}
        self._of: dict[int, tuple[socket.socket, str, bool]] = {}
        self.unsent = 0

    def open(self, leg: str, host: str, port: int) -> None:
        """Bind the port and the next one."""
        rtp = _bound(host, port)
        try:
            rtcp = _bound(host, port + 1)
        except OSError:
            rtp.close()
            raise
        for sockets, wire, control in ((self._rtp, rtp, False), (self._rtcp, rtcp, True)):
            sockets[leg] = wire
            self._of[wire.fileno()] = (wire, leg, control)
            self._ready.add(wire)

    def close(self, leg: str) -> None:
        """Let both ports go."""
        for sockets in (self._rtp, self._rtcp):
            gone = sockets.pop(leg)
            del self._of[gone.fileno()]
            self._ready.remove(gone)
            gone.close()

    def arrivals(self) -> Iterator[tuple[str, bool, bytes, Address]]:
        """Take one datagram of every socket that holds one: a flood on one starves no other."""
        of = self._of
        if not of:
            return
        for fd in self._ready.now():
            wire, leg, control = of[fd]
            try:
                data, source = wire.recvfrom(_MOST)
            except OSError:  # nothing there after all, or word that the far port is closed
                continue
            yield leg, control, data, source[:2]

    def send(self, leg: str, data: bytes, to: Address, *, control: bool = False) -> None:
        """Send or lose, like the wire itself."""
        wire = (self._rtcp if control else self._rtp).get(leg)
        if wire is None:
            return
        try:
            wire.sendto(data, to)
        except (OSError, OverflowError):
            self.unsent += 1

    def send_all(self, packets: Iterable[tuple[str, memoryview, Address]]) -> None:
        """Send one RTP packet for each of many legs; each is sent or lost by itself."""
        rtp = self._rtp
        for leg, data, to in packets:
            try:
                rtp[leg].sendto(data, to)
            except (OSError, OverflowError):
                self.unsent += 1

    def close_all(self) -> None:
        """Let everything go."""
        for leg in list(self._rtp):
            self.close(leg)
        self._ready.close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    wire = socket.socket(family, socket.SOCK_DGRAM)
    try:
        wire.setblocking(False)
        mark(wire, _EXPEDITED)
        if family == socket.AF_INET6:
            wire.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        wire.bind((host, port))
    except BaseException:
        wire.close()
        raise
    return wire
