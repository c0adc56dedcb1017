"""SRTP and SRTCP (RFC 3711) with the keys that SDP carries (RFC 4568): AES counter mode, HMAC-SHA1.

A ``Lock`` closes what we send, a ``Key`` opens what comes; each is made of the 30 bytes of one
``a=crypto`` line. Neither shows a key when printed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from telephony.media.errors import MalformedPacket

TAGS: Final = {"AES_CM_128_HMAC_SHA1_80": 10, "AES_CM_128_HMAC_SHA1_32": 4}
"""The suites we have, and how long the seal on each packet is; on SRTCP it is always 10."""
MASTER: Final = 30
_CONTROL_TAG: Final = 10
_SEQUENCE_AT: Final = struct.Struct(">HHII")
_ENCRYPTED: Final = 0x80000000
_WINDOW: Final = 128
"""Packets so far behind the newest may still come; RFC 3711 §3.3.2 wants 64 at least."""
_MOST_SOURCES: Final = 8


def decoded(inline: str) -> bytes:
    """Read the base64 of an ``inline:`` key; raises ValueError for what is none."""
    try:
        master = base64.b64decode(inline, validate=True)
    except binascii.Error as error:
        raise ValueError("the key is not base64") from error
    if len(master) != MASTER:
        raise ValueError("the key is not 30 bytes long")
    return master


def _ecb(key: bytes) -> CipherContext:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor()


@lru_cache(maxsize=512)
def _tails(first: int, blocks: int) -> tuple[bytes, ...]:
    return (b"", *(n.to_bytes(2) for n in range(first, first + blocks)))


def keystream(aes: CipherContext, start: int, size: int, first: int = 0) -> int:
    """Return ``size`` bytes of AES counter mode as one large number.

    ``start`` is the upper 112 bits of the counter, ``first`` where the lower 16 begin. One call of a
    cipher that is kept costs a tenth of a new cipher for each packet.
    """
    counters = start.to_bytes(14).join(_tails(first, (size + 15) >> 4))
    return int.from_bytes(aes.update(counters)[:size])


def _crypt(aes: CipherContext, start: int, data: bytes) -> bytes:
    size = len(data)
    return (int.from_bytes(data) ^ keystream(aes, start, size)).to_bytes(size)


@dataclass(slots=True)
class Session:
    """The three keys of one direction, for RTP or for RTCP (RFC 3711 §4.3)."""

    aes: CipherContext = field(repr=False)
    seal: bytes = field(repr=False)
    salt: int = field(repr=False)

    def start(self, ssrc: int, index: int) -> int:
        """Return the upper part of a packet's counter (§4.1.1)."""
        return self.salt ^ ssrc << 48 ^ index


def derive(master: bytes, first_label: int) -> Session:
    """Derive the session keys; labels 0-2 are RTP's, 3-5 RTCP's."""
    aes, salt = _ecb(master[:16]), int.from_bytes(master[16:MASTER])

    def part(label: int, size: int) -> bytes:
        start = salt ^ (first_label + label) << 48
        return keystream(aes, start, size).to_bytes(size)

    return Session(_ecb(part(0, 16)), part(1, 20), int.from_bytes(part(2, 14)))


class Lock:
    """Closes what one stream of ours sends; ``mki`` marks each packet, where the far end wants it."""

    __slots__ = ("_control", "_control_index", "_last", "_roll", "_rtp", "_tag", "mki")

    def __init__(self, suite: str, master: bytes) -> None:
        self._tag = TAGS[suite]
        self._rtp, self._control = derive(master, 0), derive(master, 3)
        self._roll = self._control_index = 0
        self._last = -1
        self.mki = b""

    def close(self, packet: bytes) -> bytes:
        """Encrypt and seal one RTP packet of ours (a plain header of 12 bytes)."""
        _, sequence, _, ssrc = _SEQUENCE_AT.unpack_from(packet)
        if sequence < self._last:
            self._roll = (self._roll + 1) & 0xFFFFFFFF
        self._last = sequence
        start = self._rtp.start(ssrc, self._roll << 16 | sequence)
        sealed = packet[:12] + _crypt(self._rtp.aes, start, packet[12:])
        tag = hmac.digest(self._rtp.seal, sealed + self._roll.to_bytes(4), "sha1")
        return sealed + self.mki + tag[: self._tag]

    def close_control(self, packet: bytes) -> bytes:
        """Encrypt and seal one RTCP packet (§3.4)."""
        index, self._control_index = self._control_index, (self._control_index + 1) & 0x7FFFFFFF
        start = self._control.start(int.from_bytes(packet[4:8]), index)
        closed = packet[:8] + _crypt(self._control.aes, start, packet[8:])
        sealed = closed + (_ENCRYPTED | index).to_bytes(4)
        return sealed + self.mki + hmac.digest(self._control.seal, sealed, "sha1")[:_CONTROL_TAG]


@dataclass(slots=True)
class Window:
    """Which packets of one source have come (§3.3.2)."""

    newest: int
    seen: int = 1

    def fresh(self, index: int) -> bool:
        """Say whether a packet is neither a replay nor too old."""
        behind = self.newest - index
        return behind < 0 or (behind < _WINDOW and not self.seen >> behind & 1)

    def take(self, index: int) -> None:
        """Note a packet that proved genuine."""
        ahead = index - self.newest
        if ahead > 0:
            self.seen = (self.seen << min(ahead, _WINDOW) | 1) & ((1 << _WINDOW) - 1)
            self.newest = index
        else:
            self.seen |= 1 << -ahead


class Key:
    """Opens what the far end sends; raises MalformedPacket for what is forged, repeated or spoilt.

    ``mki`` is what each packet must be marked with: the name of this key (RFC 3711 §3.1).
    """

    __slots__ = ("_control", "_control_windows", "_rtp", "_tag", "_windows", "mki")

    def __init__(self, suite: str, master: bytes) -> None:
        self._tag = TAGS[suite]
        self._rtp, self._control = derive(master, 0), derive(master, 3)
        self._windows: dict[int, Window] = {}
        self._control_windows: dict[int, Window] = {}
        self.mki = b""

    def _end(self, packet: bytes, tag: int) -> int:
        """Find where the mark begins, behind which is the seal; neither is sealed itself."""
        end = len(packet) - tag - len(self.mki)
        if self.mki and packet[max(end, 0) : -tag] != self.mki:
            raise MalformedPacket("the packet is closed by another key")
        return end

    def open(self, packet: bytes) -> bytes:
        """Check and decrypt one RTP packet."""
        end = self._end(packet, self._tag)
        start = _payload_at(packet, end)
        _, sequence, _, ssrc = _SEQUENCE_AT.unpack_from(packet)
        window = self._windows.get(ssrc)
        index = sequence if window is None else _guess(window.newest, sequence)
        if window is not None and not window.fresh(index):
            raise MalformedPacket("the packet came before, or is too old")
        sealed = packet[:end] + (index >> 16).to_bytes(4)
        tag = hmac.digest(self._rtp.seal, sealed, "sha1")[: self._tag]
        if not hmac.compare_digest(tag, packet[-self._tag :]):
            raise MalformedPacket("the packet's seal does not fit")
        _note(self._windows, ssrc, index)
        counter = self._rtp.start(ssrc, index)
        return packet[:start] + _crypt(self._rtp.aes, counter, packet[start:end])

    def open_control(self, packet: bytes) -> bytes:
        """Check and decrypt one RTCP packet."""
        end = self._end(packet, _CONTROL_TAG) - 4
        if end < 8 or len(packet) > 2048:
            raise MalformedPacket("a secured RTCP packet has another length")
        tag = hmac.digest(self._control.seal, packet[: end + 4], "sha1")[:_CONTROL_TAG]
        if not hmac.compare_digest(tag, packet[-_CONTROL_TAG:]):
            raise MalformedPacket("the packet's seal does not fit")
        word, ssrc = int.from_bytes(packet[end : end + 4]), int.from_bytes(packet[4:8])
        index = word & ~_ENCRYPTED
        window = self._control_windows.get(ssrc)
        if window is not None and not window.fresh(index):
            raise MalformedPacket("the packet came before, or is too old")
        _note(self._control_windows, ssrc, index)
        if not word & _ENCRYPTED:
            return packet[:end]
        start = self._control.start(ssrc, index)
        return packet[:8] + _crypt(self._control.aes, start, packet[8:end])


def _note(windows: dict[int, Window], ssrc: int, index: int) -> None:
    window = windows.get(ssrc)
    if window is not None:
        window.take(index)
        return
    if len(windows) >= _MOST_SOURCES:
        del windows[next(iter(windows))]
    windows[ssrc] = Window(index)


def _guess(newest: int, sequence: int) -> int:
    """Guess a packet's 48-bit index from its 16 bits and the newest known (§3.3.1)."""
    roll, last = newest >> 16, newest & 0xFFFF
    if last < 0x8000:
        if sequence - last > 0x8000 and roll:
            roll -= 1
    elif last - 0x8000 > sequence:
        roll += 1
    return (roll & 0xFFFFFFFF) << 16 | sequence


def _payload_at(packet: bytes, end: int) -> int:
    """Find where the payload begins, which alone is encrypted."""
    if end < 12 or len(packet) > 2048:
        raise MalformedPacket("a secured RTP packet has another length")
    first = packet[0]
    start = 12 + 4 * (first & 0x0F)
    if first & 0x10:
        if start + 4 > end:
            raise MalformedPacket("the header extension is cut off")
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4])
    if start > end:
        raise MalformedPacket("the header is longer than the packet")
    return start
