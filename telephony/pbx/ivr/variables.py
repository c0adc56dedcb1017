"""A caller's variables: the author's own, and the five macro variables that fill themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from telephony.pbx.ivr.nodes import Test

MACROS: Final = ("DNIS", "ANI", "DATE", "TIME", "DATETIME")
NAME: Final = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
CODE: Final = re.compile(r"0\d")
HIGHEST: Final = 9
"""No caller is raised by more levels."""
LONGEST: Final = 256
"""A value is cut here: what a caller or a look-up puts in must not grow without end."""


def macros(called: str, caller: str, moment: datetime) -> dict[str, str]:
    """Fill the macro variables: called and calling number, local date and time."""
    return {
        "DNIS": called,
        "ANI": caller,
        "DATE": f"{moment:%Y%m%d}",
        "TIME": f"{moment:%H%M%S}",
        "DATETIME": f"{moment:%Y%m%d%H%M%S}",
    }


def named(text: str) -> list[str]:
    """List the variables that a text is filled from."""
    return [braced or bare for braced, bare in NAME.findall(text)]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put the variables into a text; what is not known is empty."""
    return NAME.sub(lambda found: values.get(found[1] or found[2], ""), text)[:LONGEST]


def level_of(text: str) -> int:
    """Read a level of priority; what is no number is none."""
    return min(int(text), HIGHEST) if text.isdecimal() and text.isascii() else 0


def holds(left: str, test: Test, right: str) -> bool:
    """Compare two values: as numbers where both are numbers, else as text."""
    match test:
        case "is":
            return _same(left, right)
        case "is_not":
            return not _same(left, right)
        case "less":
            return _order(left, right) < 0
        case "more":
            return _order(left, right) > 0
        case "at_least":
            return _order(left, right) >= 0
        case "at_most":
            return _order(left, right) <= 0
        case "begins":
            return left.startswith(right)
        case "contains":
            return right in left


def _same(left: str, right: str) -> bool:
    """``12.50`` is ``12.5``, but ``0012`` is no ``12``: a leading zero belongs to a code."""
    if left == right or any(CODE.match(text) for text in (left, right)):
        return left == right
    return _number(left) is not None and _order(left, right) == 0


def _order(left: str, right: str) -> int:
    numbers = _number(left), _number(right)
    if numbers[0] is not None and numbers[1] is not None:
        return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])
    return (left > right) - (left < right)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
