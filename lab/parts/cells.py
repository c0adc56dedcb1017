"""Measuring, cutting and wrapping text in terminal cells: a Chinese character takes two."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells, set_cell_size

CLOSERS = frozenset("\uff0c\u3002\uff01\uff1f\uff1b\uff1a\u3001\uff09》」』】”’…%,.!?;:)]}")
"""Marks that never begin a line."""
OPENERS = frozenset("\uff08《「『【“‘([{")
"""Marks that never end a line."""
UNITS = re.compile(r"[\x21-\x7e\u00a1-\u024f£€¥]+|\s+|.", re.DOTALL)


def fit(text: str, width: int) -> str:
    """Cut with an ellipsis or pad with blanks to exactly ``width`` cells."""
    if cell_len(text) > width:
        return set_cell_size(set_cell_size(text, max(width - 1, 0)).rstrip() + "…", width)
    return set_cell_size(text, width)


def fit_right(text: str, width: int) -> str:
    """Put the text at the right end of ``width`` cells."""
    short = cut(text, width)
    return " " * (width - cell_len(short)) + short


def cut(text: str, width: int) -> str:
    """Cut with an ellipsis to at most ``width`` cells."""
    return text if cell_len(text) <= width else fit(text, width).rstrip()


def printable(text: str) -> str:
    """Leave out what no screen should be sent, such as the escapes of a terminal."""
    return "".join(letter for letter in text if letter.isprintable())


def spread(left: str, right: str, width: int) -> str:
    """Put one text at each end of a row; the left one gives way."""
    right = cut(right, width)
    return fit(left, width - cell_len(right)) + right


def wrap(text: str, width: int) -> list[str]:
    """Break text into rows of at most ``width`` cells, as Chinese and English are broken."""
    width = max(width, 2)
    rows: list[str] = []
    for paragraph in text.split("\n"):
        rows.extend(_wrap_one(paragraph, width))
    return rows


def _wrap_one(paragraph: str, width: int) -> list[str]:
    rows, row = [], ""
    for unit in _units(paragraph):
        if cell_len(row + unit.rstrip()) <= width:
            row += unit
            continue
        if row.strip():
            rows.append(row.rstrip())
        *full, row = chop_cells(unit.lstrip(), width) or [""]
        rows.extend(full)
    rows.append(row.rstrip())
    return rows


def _units(paragraph: str) -> list[str]:
    """Words and single wide characters, each with the marks that must stay beside it."""
    units: list[str] = []
    for unit in UNITS.findall(paragraph):
        after_opener = bool(units) and units[-1][-1:] in OPENERS
        if units and (after_opener or unit[0] in CLOSERS) and not units[-1].isspace():
            units[-1] += unit
        else:
            units.append(unit)
    return units


def clock(seconds: float) -> str:
    """``m:ss``, or ``h:mm:ss`` from an hour on; a leading minus before the answer."""
    sign, whole = ("-", int(-seconds)) if seconds <= -1 else ("", int(max(seconds, 0)))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{sign}{hours}:{minute:02}:{second:02}" if hours else f"{sign}{minute:02}:{second:02}"


def points(value: float) -> str:
    """A mark without needless zeros."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
