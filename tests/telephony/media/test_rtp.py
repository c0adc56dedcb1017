"""RTP and RTCP bytes: what is read, and what is refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.media import rtcp, rtp
from telephony.media.errors import MalformedPacket
from telephony.media.rtp import Reception, RtpPacket

pytestmark = pytest.mark.unit

PLAIN = RtpPacket(8, 0xFFFE, 0xFFFFFF00, 0xDEADBEEF, b"sound", marker=True)
U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
PACKETS = st.builds(
    RtpPacket, st.integers(0, 71), U16, U32, U32, st.binary(max_size=480), st.booleans()
)
BLOCKS = st.builds(
    rtcp.ReportBlock, U32, st.integers(0, 255), st.integers(-0x800000, 0x7FFFFF), U32, U32, U32, U32
)
REPORTS = st.builds(
    rtcp.Report, U32, st.lists(BLOCKS, max_size=3).map(tuple), st.integers(0, (1 << 64) - 1),
    U32, U32, U32,
)  # fmt: skip


@settings(max_examples=60)
@given(PACKETS)
def test_a_packet_survives_the_wire(packet: RtpPacket) -> None:
    assert rtp.parse(rtp.build(packet)) == packet


@settings(max_examples=60)
@given(PACKETS, st.lists(U32, max_size=15), st.binary(max_size=40), st.integers(0, 20))
def test_contributors_extension_and_padding_are_stepped_over(
    packet: RtpPacket, contributors: list[int], extension: bytes, padding: int
) -> None:
    plain = rtp.build(packet)
    extension = extension[: len(extension) // 4 * 4]
    first = 0x90 | len(contributors) | (0x20 if padding else 0)
    listed = b"".join(struct.pack(">I", c) for c in contributors)
    extended = struct.pack(">HH", 0xBEDE, len(extension) // 4) + extension
    tail = b"\0" * (padding - 1) + bytes((padding,)) if padding else b""
    data = bytes((first,)) + plain[1:12] + listed + extended + packet.payload + tail
    assert rtp.parse(data) == packet


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_noise_is_read_or_refused_but_never_breaks_the_reader(data: bytes) -> None:
    for parse in (rtp.parse, rtcp.parse):
        try:
            parse(data)
        except MalformedPacket as refusal:
            assert str(refusal)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x80\x08short", "at least 12"),
        (b"\x40" + rtp.build(PLAIN)[1:], "version"),
        (b"\x80\xc8" + rtp.build(PLAIN)[2:], "RTCP"),
        (b"\x8f" + rtp.build(PLAIN)[1:], "contributing"),
        (b"\x90" + rtp.build(PLAIN)[1:], "extension is longer"),
        (b"\x90" + rtp.build(PLAIN)[1:14], "extension is cut"),
        (b"\xa0" + rtp.build(PLAIN)[1:-1] + b"\xff", "padding"),
        (b"\xa0" + rtp.build(PLAIN)[1:-1] + b"\x00", "padding"),
        (b"\x80\x08" + bytes(1600), "1,500"),
    ],
)
def test_a_broken_packet_is_refused_with_its_rule(data: bytes, why: str) -> None:
    with pytest.raises(MalformedPacket, match=why):
        rtp.parse(data)


@settings(max_examples=60)
@given(REPORTS, st.text(max_size=40), st.booleans())
def test_reports_survive_the_wire(report: rtcp.Report, name: str, bye: bool) -> None:
    read = rtcp.parse(rtcp.build_report(report, name, bye=bye))
    assert read == [report, rtcp.Bye((report.ssrc,))] if bye else [report]


def test_a_receiver_report_has_no_clock() -> None:
    report = rtcp.Report(7, (rtcp.ReportBlock(9, 1, 2, 3, 4),))
    assert rtcp.parse(rtcp.build_report(report, "a@b")) == [report]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\x80\xc9", "cut off"),
        (b"\x80\xc9\x00\x09" + bytes(8), "longer"),
        (b"\x80\xca\x00\x01" + bytes(4), "begins with a report"),
        (b"\x40\xc9\x00\x01" + bytes(4), "version"),
        (b"\x81\xc9\x00\x01" + bytes(4), "blocks"),
    ],
)
def test_a_broken_report_is_refused_with_its_rule(data: bytes, why: str) -> None:
    with pytest.raises(MalformedPacket, match=why):
        rtcp.parse(data)


def test_ntp_time_counts_from_1900() -> None:
    assert rtcp.ntp_time(0) >> 32 == 2_208_988_800
    assert rtcp.middle(rtcp.ntp_time(0.5)) & 0xFFFF == 0x8000


# ── what was received ────────────────────────────────────────────────────────


def received(sequences: list[int], ssrc: int = 1) -> Reception:
    reception = Reception()
    for sequence in sequences:
        reception.count(ssrc, sequence & 0xFFFF, sequence * 160, sequence * 160)
    return reception


def test_loss_is_counted_over_the_wrap_of_the_sequence() -> None:
    reception = received([65533, 65534, 65536, 65538])
    assert (reception.expected, reception.lost) == (6, 2)
    assert reception.fraction_lost() == 256 * 2 // 6
    assert reception.fraction_lost() == 0


def test_a_packet_out_of_order_or_twice_is_no_loss() -> None:
    assert received([1, 3, 2, 4]).lost == 0
    assert received([1, 2, 2, 2]).lost == 0


def test_a_jump_and_a_new_source_start_anew_and_sum_up() -> None:
    reception = received([1, 2, 3, 30000, 30001])
    assert (reception.expected, reception.lost) == (5, 0)
    reception.count(2, 9, 0, 0)
    assert (reception.expected, reception.received) == (6, 6)


def test_jitter_follows_the_standard() -> None:
    reception = Reception()
    expected = 0.0
    for n, late in enumerate([0, 40, 0, 40, 0, 40]):
        reception.count(1, n, n * 160, n * 160 + late)
        expected += (40 - expected) / 16 if n else 0
    assert reception.jitter == pytest.approx(expected)
