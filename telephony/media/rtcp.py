"""RTCP (RFC 3550 §6): sender and receiver reports, the canonical name, and goodbye."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from telephony.media.errors import MalformedPacket

_SENDER, _RECEIVER, _SOURCE, _BYE = 200, 201, 202, 203
_NTP_EPOCH: Final = 2_208_988_800
_BLOCK: Final = struct.Struct(">IIIIII")
_SENT: Final = struct.Struct(">IIIIII")


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What one side received of the other; jitter is in timestamp units."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_sr: int = 0
    """The middle 32 bits of the NTP time of the last sender report; 0: none came."""
    delay: int = 0
    """Since that report came, in 1/65536 s."""


@dataclass(frozen=True, slots=True)
class Report:
    """A sender report, or a receiver report where ``ntp`` is None."""

    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()
    ntp: int | None = None
    timestamp: int = 0
    packets: int = 0
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Bye:
    """The sources that leave."""

    sources: tuple[int, ...]


RtcpPacket: TypeAlias = Report | Bye


def ntp_time(unix: float) -> int:
    """Write seconds since 1970 as the 64 bits of NTP."""
    return round((unix + _NTP_EPOCH) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF


def middle(ntp: int) -> int:
    """Take the middle 32 bits: seconds modulo 65,536 and their fraction."""
    return (ntp >> 16) & 0xFFFFFFFF


def build_report(report: Report, name: str, *, bye: bool = False) -> bytes:
    """Write a compound packet: the report, the canonical name and, at the end, goodbye."""
    blocks = b"".join(_build_block(block) for block in report.blocks)
    count = len(report.blocks)
    if report.ntp is None:
        packet = _packet(_RECEIVER, count, report.ssrc.to_bytes(4) + blocks)
    else:
        sent = _SENT.pack(
            report.ssrc, report.ntp >> 32, report.ntp & 0xFFFFFFFF,
            report.timestamp & 0xFFFFFFFF, report.packets & 0xFFFFFFFF,
            report.octets & 0xFFFFFFFF,
        )  # fmt: skip
        packet = _packet(_SENDER, count, sent + blocks)
    cname = name.encode()[:255]
    chunk = report.ssrc.to_bytes(4) + bytes((1, len(cname))) + cname + b"\0"
    packet += _packet(_SOURCE, 1, chunk + b"\0" * (-len(chunk) % 4))
    return packet + _packet(_BYE, 1, report.ssrc.to_bytes(4)) if bye else packet


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0x80 | count, kind, len(body) // 4) + body


def _build_block(block: ReportBlock) -> bytes:
    lost = max(-0x800000, min(0x7FFFFF, block.lost)) & 0xFFFFFF
    return _BLOCK.pack(
        block.ssrc, block.fraction_lost << 24 | lost, block.highest & 0xFFFFFFFF,
        block.jitter & 0xFFFFFFFF, block.last_sr, block.delay & 0xFFFFFFFF,
    )  # fmt: skip


def parse(data: bytes) -> list[RtcpPacket]:
    """Read a compound packet; raises MalformedPacket with the rule that it breaks."""
    packets: list[RtcpPacket] = []
    start = 0
    while start < len(data):
        if start + 4 > len(data):
            raise MalformedPacket("an RTCP packet's header is cut off")
        first, kind, words = struct.unpack_from(">BBH", data, start)
        end = start + 4 + 4 * words
        if first >> 6 != 2:
            raise MalformedPacket("the RTCP version must be 2")
        if end > len(data):
            raise MalformedPacket("an RTCP packet is longer than its datagram")
        body = data[start + 4 : end]
        if start == 0 and kind not in (_SENDER, _RECEIVER):
            raise MalformedPacket("a compound RTCP packet begins with a report")
        packets.extend(_read_body(kind, first & 0x1F, body))
        start = end
    if not packets:
        raise MalformedPacket("the RTCP datagram is empty")
    return packets


def _read_body(kind: int, count: int, body: bytes) -> Sequence[RtcpPacket]:
    if kind == _BYE:
        if len(body) < 4 * count:
            raise MalformedPacket("the goodbye is cut off")
        return [Bye(struct.unpack_from(f">{count}I", body))]
    if kind not in (_SENDER, _RECEIVER):
        return []
    start = _SENT.size if kind == _SENDER else 4
    if len(body) < start + _BLOCK.size * count:
        raise MalformedPacket("a report's blocks are cut off")
    blocks = tuple(_read_block(body, start + _BLOCK.size * i) for i in range(count))
    if kind == _RECEIVER:
        return [Report(int.from_bytes(body[:4]), blocks)]
    ssrc, high, low, timestamp, packets, octets = _SENT.unpack_from(body)
    return [Report(ssrc, blocks, high << 32 | low, timestamp, packets, octets)]


def _read_block(body: bytes, start: int) -> ReportBlock:
    ssrc, loss, highest, jitter, last_sr, delay = _BLOCK.unpack_from(body, start)
    lost = loss & 0xFFFFFF
    lost -= 0x1000000 if lost & 0x800000 else 0
    return ReportBlock(ssrc, loss >> 24, lost, highest, jitter, last_sr, delay)
