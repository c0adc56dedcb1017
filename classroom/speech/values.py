"""What a value means before it is read aloud: numbers, amounts, digits, dates, times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from classroom.door.lang import Lang

PAUSE_WORD: Final = "…"
"""A breath between groups of digits."""
MOST: Final = 10**12
"""From here on a number is read digit by digit."""
GROUP: Final = 4


def number_of(text: str) -> Decimal:
    """Read a number."""
    number = Decimal(text.replace(",", ""))
    if not number.is_finite():
        raise ValueError(text)
    return number


def cents_of(text: str) -> tuple[bool, int, int]:
    """Read an amount: whether it is negative, whole units, hundredths."""
    number = number_of(text).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if abs(number) >= MOST:
        raise ValueError(text)
    whole, part = divmod(int(abs(number) * 100), 100)
    return number < 0, whole, part


def digits_of(text: str) -> str:
    """Read a string of digits, as people group them."""
    plain = re.sub(r"[\s()+.\-]", "", text)
    if not (plain.isascii() and plain.isdecimal()):
        raise ValueError(text)
    return plain


def nth_of(text: str) -> int:
    """Read the number of an ordinal."""
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text)


def date_of(text: str) -> date:
    """Read ``20260302`` or ``2026-03-02``."""
    return date.fromisoformat(text)


def time_of(text: str) -> time:
    """Read ``093000``, ``0930`` or ``9:30``."""
    found = re.fullmatch(r"(\d{1,2}):?(\d{2})(?::?(\d{2}))?", text)
    if found is None:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def fraction_of(number: Decimal) -> str:
    """The digits behind the point, without the zeros at the end."""
    return format(number, "f").partition(".")[2].rstrip("0")


def grouped(digits: str, sizes: tuple[int, ...]) -> Iterator[str]:
    """Cut digits into breaths of these sizes, the last size again and again."""
    at = 0
    for turn in range(len(digits)):
        size = sizes[min(turn, len(sizes) - 1)]
        if at < len(digits):
            yield digits[at : at + size]
        at += size


def breaths_of(digits: str, lang: Lang, *, phone: bool) -> tuple[int, ...]:
    """Say in what groups a language says its digits."""
    if not phone:
        return (GROUP,) if len(digits) > GROUP + 2 else (len(digits),)
    if lang == "zh":
        return (3, 4, 4) if len(digits) == 11 else (4,)
    return (1, 3, 3, 4) if len(digits) == 11 else (3, 3, 4)
