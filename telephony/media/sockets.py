"""Real UDP under the studio: one RTP and one RTCP socket a leg, never blocking."""

from __future__ import annotations

import contextlib
import selectors
import socket
from collections.abc import Iterator
from typing import Final

from telephony.media.legs import Address

_EXPEDITED: Final = 0xB8
"""DSCP EF: sound goes first."""

_PASSES: Final = 16
_MOST: Final = 2048


class UdpNet:
    """A PacketNet on the sockets of this machine."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._rtp: dict[str, socket.socket] = {}
        self._rtcp: dict[str, socket.socket] = {}
        self.unsent = 0

    def open(self, leg: str, host: str, port: int) -> None:
        """Bind the port and the next one."""
        rtp = _bound(host, port)
        try:
            rtcp = _bound(host, port + 1)
        except OSError:
            rtp.close()
            raise
        self._rtp[leg], self._rtcp[leg] = rtp, rtcp
        self._selector.register(rtp, selectors.EVENT_READ, (leg, False))
        self._selector.register(rtcp, selectors.EVENT_READ, (leg, True))

    def close(self, leg: str) -> None:
        """Let both ports go."""
        for sockets in (self._rtp, self._rtcp):
            gone = sockets.pop(leg)
            self._selector.unregister(gone)
            gone.close()

    def arrivals(self) -> Iterator[tuple[str, bool, bytes, Address]]:
        """Empty every socket, a datagram a pass, so that none starves the others."""
        if not self._rtp:
            return
        for _ in range(_PASSES):
            ready = self._selector.select(0)
            if not ready:
                return
            for key, _mask in ready:
                wire = key.fileobj
                assert isinstance(wire, socket.socket)
                try:
                    data, source = wire.recvfrom(_MOST)
                except OSError:  # nothing there after all, or word that the far port is closed
                    continue
                leg, control = key.data
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

    def close_all(self) -> None:
        """Let everything go."""
        for leg in list(self._rtp):
            self.close(leg)
        self._selector.close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    wire = socket.socket(family, socket.SOCK_DGRAM)
    try:
        wire.setblocking(False)
        with contextlib.suppress(OSError):  # a wish, not a need
            wire.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, _EXPEDITED)
        wire.bind((host, port))
    except BaseException:
        wire.close()
        raise
    return wire
