"""RTP packets (RFC 3550 §5.1) as bytes and back, and what was received of a stream."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from telephony.media.errors import MalformedPacket

HEADER: Final = struct.Struct(">BBHII")
MAX_PACKET: Final = 1500

_MAX_DROPOUT: Final = 3000
_MAX_MISORDER: Final = 100
FARTHEST: Final = 80_000
"""A jump of ten seconds in a stream's time is another clock, not jitter."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet: its header's fields and the payload without padding."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False


def build(packet: RtpPacket) -> bytes:
    """Write one packet."""
    second = packet.payload_type | (0x80 if packet.marker else 0)
    return (
        HEADER.pack(0x80, second, packet.sequence, packet.timestamp, packet.ssrc) + packet.payload
    )


def parse(data: bytes) -> RtpPacket:
    """Read one datagram; raises MalformedPacket with the rule that it breaks."""
    if len(data) < 12:
        raise MalformedPacket("an RTP packet has at least 12 bytes")
    if len(data) > MAX_PACKET:
        raise MalformedPacket("an RTP packet of sound has at most 1,500 bytes")
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise MalformedPacket("the RTP version must be 2")
    if 72 <= second & 0x7F <= 76:
        raise MalformedPacket("this is an RTCP packet on an RTP port")
    start, end = 12, len(data)
    if first != 0x80:
        start, end = _payload_bounds(data, first)
    return RtpPacket(second & 0x7F, sequence, timestamp, ssrc, data[start:end], bool(second & 0x80))


def _payload_bounds(data: bytes, first: int) -> tuple[int, int]:
    """Step over contributing sources and extension, and cut the padding off."""
    start, end = 12 + 4 * (first & 0x0F), len(data)
    if start > end:
        raise MalformedPacket("the list of contributing sources is cut off")
    if first & 0x10:
        if start + 4 > end:
            raise MalformedPacket("the header extension is cut off")
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
        if start > end:
            raise MalformedPacket("the header extension is longer than the packet")
    if first & 0x20:
        padding = data[-1]
        if padding == 0 or padding > end - start:
            raise MalformedPacket("the padding is longer than the payload")
        end -= padding
    return start, end


class Reception:
    """Counts one stream: loss by RFC 3550 A.3, jitter by A.8; sources before it are summed."""

    __slots__ = (
        "_before_expected",
        "_jitter",
        "_last_expected",
        "_last_received",
        "_transit",
        "base",
        "cycles",
        "highest",
        "received",
        "source_received",
        "ssrc",
    )

    def __init__(self) -> None:
        self.ssrc: int | None = None
        self.received = 0
        self.source_received = 0
        self.base = self.highest = self.cycles = 0
        self._before_expected = 0
        self._jitter = 0.0
        self._transit: int | None = None
        self._last_expected = self._last_received = 0

    def count(self, ssrc: int, sequence: int, timestamp: int | None, arrival: int) -> None:
        """Count one packet; ``arrival`` is in timestamp units, ``timestamp`` None skips jitter."""
        if ssrc == self.ssrc and sequence == self.highest + 1:  # as nearly every packet
            self.highest = sequence
            self.received += 1
            self.source_received += 1
            if timestamp is not None:
                self._time(timestamp, arrival)
            return
        if ssrc != self.ssrc:
            self._begin(ssrc, sequence)
        ahead = (sequence - self.highest) & 0xFFFF
        if ahead < _MAX_DROPOUT:
            if sequence < self.highest:
                self.cycles += 65536
            self.highest = sequence
        elif ahead <= 65536 - _MAX_MISORDER:
            self._begin(ssrc, sequence)
        self.received += 1
        self.source_received += 1
        if timestamp is not None:
            self._time(timestamp, arrival)

    def count_run(self, packets: int, transit: int, jitter: float) -> None:
        """Count packets that came one after the other and were timed meanwhile."""
        self.highest += packets
        self.received += packets
        self.source_received += packets
        self._transit, self._jitter = transit, jitter

    def _time(self, timestamp: int, arrival: int) -> None:
        """Follow the jitter (A.8)."""
        transit = (arrival - timestamp) & 0xFFFFFFFF
        if self._transit is not None:
            delta = (transit - self._transit) & 0xFFFFFFFF
            if delta > 0x7FFFFFFF:
                delta = 0x100000000 - delta
            if delta < FARTHEST:
                self._jitter += (delta - self._jitter) / 16
        self._transit = transit

    def _begin(self, ssrc: int, sequence: int) -> None:
        self._before_expected = self.expected
        self.ssrc, self.base, self.highest, self.cycles = ssrc, sequence, sequence, 0
        self.source_received = self._last_expected = self._last_received = 0
        self._transit = None

    @property
    def source_expected(self) -> int:
        """Packets that the present source must have sent."""
        return 0 if self.ssrc is None else self.cycles + self.highest - self.base + 1

    @property
    def expected(self) -> int:
        """Packets that all sources must have sent."""
        return self._before_expected + self.source_expected

    @property
    def lost(self) -> int:
        """Packets that never came, never below zero though some came twice."""
        return max(0, self.expected - self.received)

    @property
    def transit(self) -> int:
        """How much later than its timestamp the newest packet came, in timestamp units."""
        return self._transit or 0

    @property
    def jitter(self) -> float:
        """The interarrival jitter in timestamp units."""
        return self._jitter

    def fraction_lost(self) -> int:
        """Loss since the last call as 1/256, for a report block."""
        expected = self.source_expected - self._last_expected
        lost = expected - (self.source_received - self._last_received)
        self._last_expected, self._last_received = self.source_expected, self.source_received
        return 0 if expected <= 0 or lost <= 0 else min(255, lost * 256 // expected)
