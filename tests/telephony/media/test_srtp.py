"""SRTP against the vectors of RFC 3711 appendix B, and against forgers and repeaters."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.media import srtp
from telephony.media.errors import MalformedPacket
from telephony.media.rtp import RtpPacket, build

pytestmark = pytest.mark.unit

SUITES = list(srtp.TAGS)
MASTER = bytes(range(30))


def packet(sequence: int, payload: bytes = b"sound", ssrc: int = 0xCAFEBABE) -> bytes:
    return build(RtpPacket(8, sequence & 0xFFFF, 160 * sequence & 0xFFFFFFFF, ssrc, payload))


def test_the_keystream_of_appendix_b2() -> None:
    aes = srtp._ecb(bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C"))
    salt = int("F0F1F2F3F4F5F6F7F8F9FAFBFCFD", 16)
    session = srtp.Session(aes, b"", salt)
    stream = srtp.keystream(aes, session.start(0, 0), 48).to_bytes(48)
    assert stream.hex().upper() == (
        "E03EAD0935C95E80E166B16DD92B4EB4"
        "D23513162B02D0F72A43A2FE4A5F97AB"
        "41E95B3BB0A2E8DD477901E4FCA894C0"
    )
    late = srtp.keystream(aes, session.start(0, 0), 48, first=0xFEFF).to_bytes(48)
    assert late.hex().upper() == (
        "EC8CDF7398607CB0F2D21675EA9EA1E4"
        "362B7C3C6773516318A077D7FC5073AE"
        "6A2CC3787889374FBEB4C81B17BA6C44"
    )


def test_the_session_keys_of_appendix_b3() -> None:
    master = bytes.fromhex("E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6")
    session = srtp.derive(master, 0)
    assert session.salt == int("30CBBC08863D8C85D49DB34A9AE1", 16)
    assert session.seal.hex().upper() == "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"
    cipher_key = bytes.fromhex("C61E7A93744F39EE10734AFE3FF7A087")
    block = bytes(16)
    assert session.aes.update(block) == srtp._ecb(cipher_key).update(block)


def test_a_packet_as_libsrtp_closes_it() -> None:
    """The reference packet that libsrtp's own test validates itself by."""
    master = bytes.fromhex("E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6")
    plain = bytes.fromhex("800F1234DECAFBADCAFEBABE" + "AB" * 16)
    closed = bytes.fromhex(
        "800F1234DECAFBADCAFEBABE4E55DC4CE79978D88CA4D215949D2402B78D6ACC99EA179B8DBB"
    )
    assert srtp.Lock("AES_CM_128_HMAC_SHA1_80", master).close(plain) == closed
    assert srtp.Key("AES_CM_128_HMAC_SHA1_80", master).open(closed) == plain


REFERENCE = "E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6"


@pytest.mark.parametrize("mark", ["01", "00000001", "FF" * 128])
def test_the_mark_stands_between_sound_and_seal_and_is_not_sealed(mark: str) -> None:
    """RFC 3711 figure 1: the same packet of libsrtp's, its key named; the seal stays what it was."""
    master, mki = bytes.fromhex(REFERENCE), bytes.fromhex(mark)
    plain = bytes.fromhex("800F1234DECAFBADCAFEBABE" + "AB" * 16)
    closed = bytes.fromhex(
        f"800F1234DECAFBADCAFEBABE4E55DC4CE79978D88CA4D215949D2402{mark}B78D6ACC99EA179B8DBB"
    )
    lock, key = srtp.Lock(SUITES[0], master), srtp.Key(SUITES[0], master)
    lock.mki = key.mki = mki
    assert lock.close(plain) == closed
    for wrong in (
        closed[:28] + closed[28 + len(mki) :],
        closed[:28] + bytes(len(mki)) + closed[-10:],
    ):
        with pytest.raises(MalformedPacket):
            key.open(wrong)
    assert key.open(closed) == plain


@pytest.mark.parametrize("suite", SUITES)
def test_the_mark_of_a_control_packet_stands_behind_its_index(suite: str) -> None:
    """RFC 3711 figure 2."""
    plain = bytes.fromhex("80C90001CAFEBABE") + b"report!!"
    bare = srtp.Lock(suite, MASTER).close_control(plain)
    lock, key = srtp.Lock(suite, MASTER), srtp.Key(suite, MASTER)
    lock.mki = key.mki = bytes.fromhex("00000001")
    closed = lock.close_control(plain)
    assert closed == bare[:-10] + bytes.fromhex("00000001") + bare[-10:]
    with pytest.raises(MalformedPacket, match="another key"):
        key.open_control(bare)
    assert key.open_control(closed) == plain


@pytest.mark.parametrize("suite", SUITES)
def test_what_is_closed_opens_over_two_wraps_of_the_sequence(suite: str) -> None:
    lock, key = srtp.Lock(suite, MASTER), srtp.Key(suite, MASTER)
    for sequence in range(65_500, 65_500 + 140_000, 37):
        plain = packet(sequence, sequence.to_bytes(4) * 40)
        closed = lock.close(plain)
        assert closed[:12] == plain[:12] and len(closed) == len(plain) + srtp.TAGS[suite]
        assert key.open(closed) == plain


@pytest.mark.parametrize("suite", SUITES)
@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=120), st.integers(0, 0x7FFF))
def test_each_packet_opens_once_in_whatever_order(suite: str, order: list[int], first: int) -> None:
    lock, key = srtp.Lock(suite, MASTER), srtp.Key(suite, MASTER)
    closed = [lock.close(packet(first + n)) for n in range(401)]
    newest, seen = -1, set()
    for n in order:
        fresh = n not in seen and (newest - n < 128 or newest < 0)
        if fresh:
            assert key.open(closed[n]) == packet(first + n)
            seen.add(n)
            newest = max(newest, n)
        else:
            with pytest.raises(MalformedPacket, match="came before"):
                key.open(closed[n])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_get_through_or_crash(data: bytes) -> None:
    key = srtp.Key(SUITES[0], MASTER)
    key.mki = data[:3] if len(data) % 2 else b""
    for opening in (key.open, key.open_control):
        with pytest.raises(MalformedPacket):
            opening(data)


def test_a_bit_turned_anywhere_is_found() -> None:
    closed = srtp.Lock(SUITES[0], MASTER).close(packet(7, b"x" * 20))
    for bit in range(len(closed) * 8):
        forged = bytearray(closed)
        forged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(MalformedPacket):
            srtp.Key(SUITES[0], MASTER).open(bytes(forged))


def test_a_forged_packet_does_not_move_the_window() -> None:
    lock, key = srtp.Lock(SUITES[0], MASTER), srtp.Key(SUITES[0], MASTER)
    assert key.open(lock.close(packet(1)))
    with pytest.raises(MalformedPacket):
        key.open(packet(60_000) + bytes(10))
    assert key.open(lock.close(packet(2))) == packet(2)


@pytest.mark.parametrize("suite", SUITES)
def test_control_packets_open_once(suite: str) -> None:
    lock, key = srtp.Lock(suite, MASTER), srtp.Key(suite, MASTER)
    plain = bytes.fromhex("80C90001CAFEBABE") + b"report!!"
    closed = [lock.close_control(plain) for _ in range(3)]
    assert len({*closed}) == 3 and len(closed[0]) == len(plain) + 14
    for one in (0, 2, 1):
        assert key.open_control(closed[one]) == plain
        with pytest.raises(MalformedPacket):
            key.open_control(closed[one])


def test_contributing_sources_and_extension_stay_readable() -> None:
    lock_like = srtp.Key(SUITES[1], MASTER)
    head = bytes.fromhex("91080001000000A0CAFEBABE11111111BEDE0001AAAAAAAA")
    session = srtp.derive(MASTER, 0)
    body = srtp._crypt(session.aes, session.start(0xCAFEBABE, 1), b"sound")
    sealed = head + body
    tag = srtp.hmac.digest(session.seal, sealed + bytes(4), "sha1")[:4]
    assert lock_like.open(sealed + tag) == head + b"sound"


def test_more_sources_than_a_far_end_has_are_forgotten() -> None:
    key = srtp.Key(SUITES[0], MASTER)
    for ssrc in range(100):
        assert key.open(srtp.Lock(SUITES[0], MASTER).close(packet(1, ssrc=ssrc)))
    assert len(key._windows) == 8


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(bytes(29)).decode(), "%%%%"])
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the key is not"):
        srtp.decoded(text)


def test_no_key_is_ever_shown() -> None:
    session = srtp.derive(MASTER, 0)
    shown = f"{session!r} {srtp.Lock(SUITES[0], MASTER)!r} {srtp.Key(SUITES[0], MASTER)!r}"
    assert session.seal.hex() not in shown and str(session.salt) not in shown
    assert repr(session.seal) not in shown
