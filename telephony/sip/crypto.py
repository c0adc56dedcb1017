"""Keys for secured sound as session descriptions carry them (RFC 4568, ``a=crypto``)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

SUITES = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32")
_MASTER = 30


@dataclass(frozen=True, slots=True)
class Crypto:
    """One suite with one side's key; the key shows in no log."""

    tag: int
    suite: str
    key: str = field(repr=False)
    """Base64 of key and salt."""

    @property
    def line(self) -> str:
        """Write the attribute."""
        return f"a=crypto:{self.tag} {self.suite} inline:{self.key}"


def make_keys(entropy: Callable[[int], bytes]) -> tuple[Crypto, ...]:
    """Make keys of our own, one a suite."""
    return tuple(
        Crypto(tag, suite, base64.b64encode(entropy(_MASTER)).decode())
        for tag, suite in enumerate(SUITES, 1)
    )


def read(value: str) -> Crypto | None:
    """Read the value of one attribute; None for what we do not have.

    That is another suite, a key identifier (MKI) in each packet, or a parameter of the session other
    than the hint about the replay window.
    """
    parts = value.split()
    if len(parts) < 3 or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 9:
        return None
    if any(not one.startswith("WSH=") for one in parts[3:]):
        return None
    key, *more = parts[2].removeprefix("inline:").split("|")
    foreign = parts[1] not in SUITES or not parts[2].startswith("inline:") or ";" in parts[2]
    if foreign or any(":" in one for one in more):
        return None
    try:
        whole = len(base64.b64decode(key, validate=True)) == _MASTER
    except ValueError:
        return None
    return Crypto(int(parts[0]), parts[1], key) if whole else None


def answer(theirs: Crypto, ours: Iterable[Crypto]) -> Crypto:
    """Return our key under the tag of what they offered."""
    return next(Crypto(theirs.tag, one.suite, one.key) for one in ours if one.suite == theirs.suite)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides secure their sound with; empty: nothing is secured."""

    suite: str = ""
    sends: str = field(default="", repr=False)
    """Our key."""
    hears: str = field(default="", repr=False)
    """Theirs."""


def agreed(theirs: Crypto | None, ours: Iterable[Crypto]) -> Agreed:
    """Put both sides' keys of one suite together."""
    if theirs is None:
        return Agreed()
    return Agreed(theirs.suite, answer(theirs, ours).key, theirs.key)
