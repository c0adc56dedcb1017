"""What carries the datagrams of legs: real sockets, or a story's network in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from telephony.media.legs import Address


class PacketNet(Protocol):
    """Carries datagrams of legs: the RTP port, and the control port beside it."""

    def open(self, leg: str, host: str, port: int) -> None:
        """Bind both ports; raises OSError."""
        ...

    def close(self, leg: str) -> None:
        """Let both ports go."""
        ...

    def arrivals(self) -> Iterable[tuple[str, bool, bytes, Address]]:
        """Give what came: the leg, whether on the control port, the datagram, its source."""
        ...

    def send(self, leg: str, data: bytes, to: Address, *, control: bool = False) -> None:
        """Send one datagram; never blocks, never raises."""
        ...

    def send_all(self, packets: Iterable[tuple[str, memoryview, Address]]) -> None:
        """Send one RTP packet for each of many legs, likewise; the bytes are lent."""
        ...
