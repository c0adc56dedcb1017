"""Values in Chinese words: 1 is 幺 in digit strings, 2 is 两 before 元点千万亿, 二 before 角 and 分."""

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

_ZH: Final = "零一二三四五六七八九"
_PHONE: Final = "零幺二三四五六七八九"


def _zh_whole(number: int) -> Iterator[str]:
    if number >= MOST:
        yield from (_ZH[int(digit)] for digit in str(number))
        return
    rest, begun = number, False
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, rest = divmod(rest, unit)
        if part:
            if begun and part < 1000:
                yield "零"
            alone = part == 2 and name
            yield from ["两"] if alone else _zh_section(part, begun=begun)
            if name:
                yield name
            begun = True
    if not begun:
        yield "零"


def _zh_section(number: int, *, begun: bool) -> Iterator[str]:
    """Say a number below ten thousand; one that stands behind others says 一十 for 十."""
    thousands, rest = divmod(number, 1000)
    if thousands:
        yield ("两" if thousands == 2 else _ZH[thousands]) + "千"
        begun = True
    hundreds, rest = divmod(rest, 100)
    if hundreds:
        yield _ZH[hundreds] + "百"
        begun = True
    elif thousands and rest:
        yield "零"
    if rest:
        if hundreds and rest < 10:
            yield "零"
        yield _zh_two(rest, begun=begun)


def _zh_two(number: int, *, begun: bool = False) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _ZH[ones]
    head = "" if tens == 1 and not begun else _ZH[tens]
    return f"{head}十{_ZH[ones] if ones else ''}"


def _zh_number(text: str) -> Iterator[str]:
    number = number_of(text)
    if number < 0:
        yield "负"
    yield from _zh_whole(int(abs(number)))
    if fraction := fraction_of(number):
        yield "点"
        yield from (_ZH[int(digit)] for digit in fraction)


def _zh_counted(number: int, measure: str) -> list[str]:
    return [*(["两"] if number == 2 else _zh_whole(number)), measure]


def _zh_amount(text: str) -> Iterator[str]:
    negative, yuan, part = cents_of(text)
    if negative:
        yield "负"
    jiao, fen = divmod(part, 10)
    if yuan or not part:
        yield from _zh_counted(yuan, "元")
    if jiao:
        yield from (_ZH[jiao], "角")
    if fen:
        if yuan and not jiao:
            yield "零"
        yield from (_ZH[fen], "分")


def _zh_digits(text: str, *, phone: bool = False) -> Iterator[str]:
    plain = digits_of(text)
    for at, breath in enumerate(grouped(plain, breaths_of(plain, "zh", phone=phone))):
        if at:
            yield PAUSE_WORD
        yield from (_PHONE[int(digit)] for digit in breath)


def _zh_date(text: str) -> Iterator[str]:
    day = date_of(text)
    yield from (_ZH[int(digit)] for digit in str(day.year))
    yield from ("年", f"{_zh_two(day.month)}月", f"{_zh_two(day.day)}日")


def _zh_time(text: str) -> Iterator[str]:
    clock = time_of(text)
    yield from _zh_counted(clock.hour, "点")
    if clock.minute == 0:
        yield "整"
        return
    if clock.minute < 10:
        yield "零"
    yield from (_zh_two(clock.minute), "分")


def _zh_ordinal(text: str) -> Iterator[str]:
    yield "第"
    yield from _zh_whole(nth_of(text))


def _zh_percent(text: str) -> Iterator[str]:
    number = number_of(text.rstrip("%％"))
    if number < 0:
        yield "负"
    yield "百分之"
    yield from _zh_number(str(abs(number)))


READERS: Final[Mapping[str, Callable[[str], Iterator[str]]]] = MappingProxyType(
    {
        "number": _zh_number,
        "digits": _zh_digits,
        "amount": _zh_amount,
        "date": _zh_date,
        "time": _zh_time,
        "phone": lambda text: _zh_digits(text, phone=True),
        "ordinal": _zh_ordinal,
        "percent": _zh_percent,
    }
)
VOCABULARY: Final = (
    *(_zh_two(number) for number in range(100)),
    *(_zh_two(number, begun=True) for number in range(10, 20)),
    *(f"{digit}百" for digit in _ZH[1:]),
    *(f"{'两' if digit == '二' else digit}千" for digit in _ZH[1:]),
    *"幺两万亿点负第元角分年整",
    "百分之",
    *(f"{_zh_two(month)}月" for month in range(1, 13)),
    *(f"{_zh_two(day)}日" for day in range(1, 32)),
)
"""Every word a reading can have."""
