"""Keys for secured sound as session descriptions carry them (RFC 4568, ``a=crypto``)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

SUITES = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32")
_MASTER = 30
_LONGEST_MKI = 128
"""Bytes of a key identifier in each packet (RFC 4568 §6.1)."""


@dataclass(frozen=True, slots=True)
class Crypto:
    """One suite with one side's key; the key shows in no log."""

    tag: int
    suite: str
    key: str = field(repr=False)
    """Base64 of key and salt."""
    mki: str = ""
    """The key's identifier as it is written, ``1:4`` for 1 in four bytes; empty: packets carry none."""

    @property
    def line(self) -> str:
        """Write the attribute."""
        identifier = f"|{self.mki}" if self.mki else ""
        return f"a=crypto:{self.tag} {self.suite} inline:{self.key}{identifier}"

    @property
    def identifier(self) -> str:
        """The key's identifier as packets carry it, in hexadecimal."""
        value, _, length = self.mki.partition(":")
        return int(value).to_bytes(int(length)).hex() if self.mki else ""


def make_keys(entropy: Callable[[int], bytes]) -> tuple[Crypto, ...]:
    """Make keys of our own, one a suite."""
    return tuple(
        Crypto(tag, suite, base64.b64encode(entropy(_MASTER)).decode())
        for tag, suite in enumerate(SUITES, 1)
    )


def read(value: str) -> Crypto | None:
    """Read the value of one attribute; None for what we do not have.

    That is another suite, several keys, or a parameter of the session other than the hint about the
    replay window. A lifetime is let be: no call lasts that long.
    """
    parts = value.split()
    if len(parts) < 3 or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 9:
        return None
    if any(not one.startswith("WSH=") for one in parts[3:]):
        return None
    key, *more = parts[2].removeprefix("inline:").split("|")
    foreign = parts[1] not in SUITES or not parts[2].startswith("inline:") or ";" in parts[2]
    mki = more.pop() if more and ":" in more[-1] else ""
    if foreign or any(":" in one for one in more) or (mki and not _is_mki(mki)):
        return None
    try:
        whole = len(base64.b64decode(key, validate=True)) == _MASTER
    except ValueError:
        return None
    return Crypto(int(parts[0]), parts[1], key, mki) if whole else None


def _is_mki(text: str) -> bool:
    """Say whether this is a number and how many bytes it takes."""
    value, _, length = text.partition(":")
    digits = all(one.isascii() and one.isdigit() for one in (value, length))
    if not digits or len(length) > 3 or len(value) > 3 * _LONGEST_MKI:
        return False
    return 1 <= int(length) <= _LONGEST_MKI and int(value) < 1 << 8 * int(length)


def echoing(theirs: Crypto | None, ours: Iterable[Crypto]) -> tuple[Crypto, ...]:
    """Name our keys as theirs is named: who marks each packet wants ours marked alike."""
    return tuple(replace(one, mki=theirs.mki if theirs else "") for one in ours)


def answer(theirs: Crypto, ours: Iterable[Crypto]) -> Crypto:
    """Return our key under the tag of what they offered."""
    return next(replace(one, tag=theirs.tag) for one in ours if one.suite == theirs.suite)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides secure their sound with; empty: nothing is secured."""

    suite: str = ""
    sends: str = field(default="", repr=False)
    """Our key."""
    hears: str = field(default="", repr=False)
    """Theirs."""
    mki_sent: str = ""
    """What marks our packets, in hexadecimal."""
    mki_heard: str = ""


def agreed(theirs: Crypto | None, ours: Iterable[Crypto]) -> Agreed:
    """Put both sides' keys of one suite together."""
    if theirs is None:
        return Agreed()
    mine = answer(theirs, ours)
    return Agreed(theirs.suite, mine.key, theirs.key, mine.identifier, theirs.identifier)
