"""Values read aloud from a finite set of clips: numbers, digits, amounts, dates, times, ordinals.

A value becomes words, each of them one clip that is rendered once and for all: Chinese needs some 190
of them, English some 230. Chinese says 1 as 幺 in digit strings and 2 as 两 before 元角分点千万亿.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from classroom.door.wire import Lang

PAUSE: Final = "read.pause"
PAUSE_CLIP: Final = "silence:0.25"
UNREADABLE: Final = "read.unreadable"
"""The key of a value that is none; no clip has it, so that the board tells it is missing."""
MOST: Final = 10**12
"""From here on a number is read digit by digit."""
GROUP: Final = 4

_PAUSE: Final = "…"
_ZH: Final = "零一二三四五六七八九"
_PHONE: Final = "零幺二三四五六七八九"
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


def read(kind: str, value: str, lang: str) -> tuple[str, ...]:
    """Give the prompt keys that read a value; one key that no clip has for a value that is none."""
    said = words(kind, value, "en" if lang == "en" else "zh")
    if said is None:
        return (UNREADABLE,)
    return tuple(PAUSE if word == _PAUSE else key_of(word, lang) for word in said)


def key_of(word: str, lang: str) -> str:
    """Name the prompt of one word."""
    return f"read.{'en' if lang == 'en' else 'zh'}.{word}"


def words(kind: str, value: str, lang: Lang) -> list[str] | None:
    """Put a value into words; None where the value is none of its kind."""
    try:
        return list(_READERS[lang][kind](value.strip()))
    except (ValueError, InvalidOperation, KeyError):
        return None


def texts(lang: Lang) -> dict[str, str]:
    """Every word there is, by its prompt key: what must be rendered."""
    return {key_of(word, lang): word for word in VOCABULARY[lang]}


# ── what a text means ────────────────────────────────────────────────────────


def _number(text: str) -> Decimal:
    number = Decimal(text.replace(",", ""))
    if not number.is_finite():
        raise ValueError(text)
    return number


def _cents(text: str) -> tuple[bool, int, int]:
    """Read an amount: whether it is negative, whole units, hundredths."""
    number = _number(text).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if abs(number) >= MOST:
        raise ValueError(text)
    whole, part = divmod(int(abs(number) * 100), 100)
    return number < 0, whole, part


def _digits(text: str) -> str:
    plain = re.sub(r"[\s()+.\-]", "", text)
    if not (plain.isascii() and plain.isdecimal()):
        raise ValueError(text)
    return plain


def _nth(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _time(text: str) -> time:
    found = re.fullmatch(r"(\d{1,2}):?(\d{2})(?::?(\d{2}))?", text)
    if found is None:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def _fraction(number: Decimal) -> str:
    """The digits behind the point, without the zeros at the end."""
    return format(number, "f").partition(".")[2].rstrip("0")


def _grouped(digits: str, sizes: tuple[int, ...]) -> Iterator[str]:
    """Cut digits into breaths of these sizes, the last size again and again."""
    at = 0
    for turn in range(len(digits)):
        size = sizes[min(turn, len(sizes) - 1)]
        if at < len(digits):
            yield digits[at : at + size]
        at += size


def _breaths(digits: str, lang: Lang, *, phone: bool) -> tuple[int, ...]:
    if not phone:
        return (GROUP,) if len(digits) > GROUP + 2 else (len(digits),)
    if lang == "zh":
        return (3, 4, 4) if len(digits) == 11 else (4,)
    return (1, 3, 3, 4) if len(digits) == 11 else (3, 3, 4)


# ── Chinese ──────────────────────────────────────────────────────────────────


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
    number = _number(text)
    if number < 0:
        yield "负"
    yield from _zh_whole(int(abs(number)))
    if fraction := _fraction(number):
        yield "点"
        yield from (_ZH[int(digit)] for digit in fraction)


def _zh_counted(number: int, measure: str) -> list[str]:
    return [*(["两"] if number == 2 else _zh_whole(number)), measure]


def _zh_amount(text: str) -> Iterator[str]:
    negative, yuan, part = _cents(text)
    if negative:
        yield "负"
    jiao, fen = divmod(part, 10)
    if yuan or not part:
        yield from _zh_counted(yuan, "元")
    if jiao:
        yield from _zh_counted(jiao, "角")
    if fen:
        if yuan and not jiao:
            yield "零"
        yield from _zh_counted(fen, "分")


def _zh_digits(text: str, *, phone: bool = False) -> Iterator[str]:
    plain = _digits(text)
    for at, breath in enumerate(_grouped(plain, _breaths(plain, "zh", phone=phone))):
        if at:
            yield _PAUSE
        yield from (_PHONE[int(digit)] for digit in breath)


def _zh_date(text: str) -> Iterator[str]:
    day = _date(text)
    yield from (_ZH[int(digit)] for digit in str(day.year))
    yield from ("年", f"{_zh_two(day.month)}月", f"{_zh_two(day.day)}日")


def _zh_time(text: str) -> Iterator[str]:
    clock = _time(text)
    yield from _zh_counted(clock.hour, "点")
    if clock.minute == 0:
        yield "整"
        return
    if clock.minute < 10:
        yield "零"
    yield from (_zh_two(clock.minute), "分")


def _zh_ordinal(text: str) -> Iterator[str]:
    yield "第"
    yield from _zh_whole(_nth(text))


def _zh_percent(text: str) -> Iterator[str]:
    number = _number(text.rstrip("%％"))
    if number < 0:
        yield "负"
    yield "百分之"
    yield from _zh_number(str(abs(number)))


# ── English ──────────────────────────────────────────────────────────────────


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
    number = _number(text)
    if number < 0:
        yield "minus"
    yield from _en_whole(int(abs(number)))
    if fraction := _fraction(number):
        yield "point"
        yield from (_ONES[int(digit)] for digit in fraction)


def _en_amount(text: str) -> Iterator[str]:
    negative, dollars, cents = _cents(text)
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
    plain = _digits(text)
    for at, breath in enumerate(_grouped(plain, _breaths(plain, "en", phone=phone))):
        if at:
            yield _PAUSE
        yield from (_ONES[int(digit)] for digit in breath)


def _en_date(text: str) -> Iterator[str]:
    day = _date(text)
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
    clock = _time(text)
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
    number = _nth(text)
    said = list(_en_whole(number))
    rest = number % 100
    said[-1] = _en_nth(rest) if rest else f"{said[-1]}th"
    yield from said


def _en_percent(text: str) -> Iterator[str]:
    yield from _en_number(text.rstrip("%％"))
    yield "percent"


# ── the tables ───────────────────────────────────────────────────────────────

_Reader = Callable[[str], Iterator[str]]
_READERS: Final[Mapping[Lang, Mapping[str, _Reader]]] = MappingProxyType(
    {
        "zh": {
            "number": _zh_number,
            "digits": _zh_digits,
            "amount": _zh_amount,
            "date": _zh_date,
            "time": _zh_time,
            "phone": lambda text: _zh_digits(text, phone=True),
            "ordinal": _zh_ordinal,
            "percent": _zh_percent,
        },
        "en": {
            "number": _en_number,
            "digits": _en_digits,
            "amount": _en_amount,
            "date": _en_date,
            "time": _en_time,
            "phone": lambda text: _en_digits(text, phone=True),
            "ordinal": _en_ordinal,
            "percent": _en_percent,
        },
    }
)
VOCABULARY: Final[Mapping[Lang, tuple[str, ...]]] = MappingProxyType(
    {
        "zh": (
            *(_zh_two(number) for number in range(100)),
            *(_zh_two(number, begun=True) for number in range(10, 20)),
            *(f"{digit}百" for digit in _ZH[1:]),
            *(f"{'两' if digit == '二' else digit}千" for digit in _ZH[1:]),
            *"幺两万亿点负第元角分年整",
            "百分之",
            *(f"{_zh_two(month)}月" for month in range(1, 13)),
            *(f"{_zh_two(day)}日" for day in range(1, 32)),
        ),
        "en": (
            *(_en_two(number) for number in range(100)),
            *(_en_nth(number) for number in range(1, 100)),
            *("hundred", "thousand", "million", "billion", "zeroth", "hundredth", "thousandth"),
            *("millionth", "billionth", "and", "point", "minus", "percent", "oh"),
            *("dollar", "dollars", "cent", "cents", "noon", "midnight", "a.m.", "p.m."),
            *_MONTHS,
        ),
    }
)
"""Every word a reading can have."""
