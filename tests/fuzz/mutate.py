"""Changes to a datagram, by the dice: single bytes, pieces, lines, numbers, other datagrams."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_NUMBER = re.compile(rb"\d+")
NASTY = (
    b"\0", b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\t", b";", b",", b'"', b"<", b">", b"@", b":", b"[",
    b"]", b"%00", b"\xff", "坐席".encode(), "坐席".encode("gb18030"), b";;", b"=", b"?", b"*", b"\\",
    b";tag=", b";lr", b"sip:", b"sips:", b"tel:", b"SIP/2.0", b"INVITE", b"ACK", b"BYE", b"PRACK",
    b"UPDATE", b"REFER", b"NOTIFY", b"SUBSCRIBE", b"CANCEL", b"Require: 100rel\r\n", b"A" * 300,
)  # fmt: skip
NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"99",
    b"255",
    b"256",
    b"65536",
    b"2147483648",
    b"4294967296",
    b"9" * 40,
)


def mutated(data: bytes, dice: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Change a datagram in one to four places."""
    for _ in range(dice.randint(1, 4)):
        data = dice.choice(_CHANGES)(data, dice, others)
    return data[:65_507]


def _flip(data: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    if not data:
        return data
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def _insert(data: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    at = dice.randint(0, len(data))
    return data[:at] + dice.choice(NASTY) + data[at:]


def _cut(data: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    at, length = dice.randint(0, len(data)), dice.choice((1, 2, 5, 20, 200))
    return data[:at] + data[at + length :]


def _end(data: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    return data[: dice.randint(0, len(data))]


def _number(data: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    one = dice.choice(found)
    return data[: one.start()] + dice.choice(NUMBERS) + data[one.end() :]


def _lines(data: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    """Drop, double or swap lines."""
    lines = data.split(b"\r\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(3):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case _:
            lines[one], lines[other] = lines[other], lines[one]
    return b"\r\n".join(lines)


def _splice(data: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    """Go on as another datagram does, or take one line of it."""
    if not others:
        return data
    other = dice.choice(others)
    if dice.random() < 0.3:
        return data[: dice.randint(0, len(data))] + other[dice.randint(0, len(other)) :]
    lines, theirs = data.split(b"\r\n"), other.split(b"\r\n")
    lines.insert(dice.randint(0, len(lines)), dice.choice(theirs))
    return b"\r\n".join(lines)


def _swell(data: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    if dice.random() < 0.9:
        return data
    at = dice.randint(0, len(data))
    return data[:at] + dice.choice((b"a", b",", b";", b"\0", b"<", b'"')) * 64_000 + data[at:]


_CHANGES: tuple[Callable[[bytes, random.Random, Sequence[bytes]], bytes], ...] = (
    _flip, _insert, _cut, _end, _number, _number, _lines, _lines, _splice, _swell,
)  # fmt: skip
