"""Values in English words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from classroom.speech.values import (
    MOST,
    PAUSE_WORD,
    breaths_of,
    cents_of,
    date_of,
    digits_of,
    fraction_of,
    grouped,
    nth_of,
    number_of,
    time_of,
)

_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FIRST: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _en_two(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def _en_whole(number: int) -> Iterator[str]:
    if number >= MOST:
        yield from (_ONES[int(digit)] for digit in str(number))
        return
    rest, begun = number, False
    for unit, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (1, "")):
        part, rest = divmod(rest, unit)
        if part:
            if begun and not name and part < 100:
                yield "and"
            yield from _en_section(part)
            if name:
                yield name
            begun = True
    if not begun:
        yield "zero"


def _en_section(number: int) -> Iterator[str]:
    hundreds, rest = divmod(number, 100)
    if hundreds:
        yield from (_ONES[hundreds], "hundred")
    if rest:
        if hundreds:
            yield "and"
        yield _en_two(rest)


def _en_number(text: str) -> Iterator[str]:
    number = number_of(text)
    if number < 0:
        yield "minus"
    yield from _en_whole(int(abs(number)))
    if fraction := fraction_of(number):
        yield "point"
        yield from (_ONES[int(digit)] for digit in fraction)


def _en_amount(text: str) -> Iterator[str]:
    negative, dollars, cents = cents_of(text)
    if negative:
        yield "minus"
    if dollars or not cents:
        yield from _en_whole(dollars)
        yield "dollar" if dollars == 1 else "dollars"
    if cents:
        if dollars:
            yield "and"
        yield _en_two(cents)
        yield "cent" if cents == 1 else "cents"


def _en_digits(text: str, *, phone: bool = False) -> Iterator[str]:
    plain = digits_of(text)
    for at, breath in enumerate(grouped(plain, breaths_of(plain, "en", phone=phone))):
        if at:
            yield PAUSE_WORD
        yield from (_ONES[int(digit)] for digit in breath)


def _en_date(text: str) -> Iterator[str]:
    day = date_of(text)
    yield from (_MONTHS[day.month - 1], _en_nth(day.day))
    century, rest = divmod(day.year, 100)
    if century % 10 == 0 and rest < 10:
        yield from _en_whole(day.year)
    else:
        yield _en_two(century)
        yield from (
            ["hundred"] if not rest else ["oh", _ONES[rest]] if rest < 10 else [_en_two(rest)]
        )


def _en_time(text: str) -> Iterator[str]:
    clock = time_of(text)
    if clock.minute == 0 and clock.hour in (0, 12):
        yield "noon" if clock.hour else "midnight"
        return
    yield _en_two(clock.hour % 12 or 12)
    if 0 < clock.minute < 10:
        yield "oh"
    if clock.minute:
        yield _en_two(clock.minute)
    yield "a.m." if clock.hour < 12 else "p.m."


def _en_nth(number: int) -> str:
    """Say an ordinal below a hundred."""
    head, _, last = _en_two(number).rpartition("-")
    nth = _FIRST.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head}-{nth}" if head else nth


def _en_ordinal(text: str) -> Iterator[str]:
    number = nth_of(text)
    said = list(_en_whole(number))
    rest = number % 100
    said[-1] = _en_nth(rest) if rest else f"{said[-1]}th"
    yield from said


def _en_percent(text: str) -> Iterator[str]:
    yield from _en_number(text.rstrip("%％"))
    yield "percent"


READERS: Final[Mapping[str, Callable[[str], Iterator[str]]]] = MappingProxyType(
    {
        "number": _en_number,
        "digits": _en_digits,
        "amount": _en_amount,
        "date": _en_date,
        "time": _en_time,
        "phone": lambda text: _en_digits(text, phone=True),
        "ordinal": _en_ordinal,
        "percent": _en_percent,
    }
)
VOCABULARY: Final = (
    *(_en_two(number) for number in range(100)),
    *(_en_nth(number) for number in range(1, 100)),
    *("hundred", "thousand", "million", "billion", "zeroth", "hundredth", "thousandth"),
    *("millionth", "billionth", "and", "point", "minus", "percent", "oh"),
    *("dollar", "dollars", "cent", "cents", "noon", "midnight", "a.m.", "p.m."),
    *_MONTHS,
)
"""Every word a reading can have."""
