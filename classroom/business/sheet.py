"""Customers as a file that spreadsheets open: read as a whole or not at all, written so that nothing runs.

A cell that a spreadsheet would take for a formula goes out behind an apostrophe, and comes in without it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from classroom.business.labels import TITLES, field_of, title
from classroom.door.customers import FIELDS, CustomerFields
from classroom.door.lang import Lang
from classroom.errors import Refusal
from classroom.store.customers import CustomerRow
from classroom.words import say
from telephony.pbx.numbering import Number, Place

LARGEST: Final = 10 << 20
"""Bytes of a file."""
SHOWN: Final = 20
"""So many mistakes are told at once."""
_FORMULA: Final = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@＝＋－＠\t\r]")


@dataclass(frozen=True, slots=True)
class Given:
    """One row of a file: the number, and the fields that the file has columns for."""

    phone: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, as a sentence of ``words``."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class BadSheet(Refusal):
    """The file cannot be taken in: nothing of it was."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        first = mistakes[0]
        super().__init__(422, first.key, **first.values)
        self.mistakes = mistakes

    def sentence(self, lang: Lang | None = None) -> str:
        """Say every mistake, one a line; of very many the first ones."""
        told = [say(one.key, lang, **one.values) for one in self.mistakes[:SHOWN]]
        if rest := len(self.mistakes) - len(told):
            told.append(say("sheet_more", lang, rest=rest))
        return "\n".join(told)


# ── in ───────────────────────────────────────────────────────────────────────


def read(data: bytes, place: Place) -> list[Given]:
    """Read a whole file; raises BadSheet with every row that is wrong."""
    rows = _rows(_text(data))
    try:
        _, head = next(rows)
    except StopIteration:
        raise BadSheet([Mistake("sheet_empty")]) from None
    columns = _columns(head)
    lines: dict[str, int] = {}
    found: list[Given] = []
    mistakes: list[Mistake] = []
    for line, cells in rows:
        given = _given(line, cells, columns, place)
        if isinstance(given, Mistake):
            mistakes.append(given)
        elif given.phone in lines:
            values = {"line": line, "first": lines[given.phone]}
            mistakes.append(Mistake("row_twice", values))
        else:
            lines[given.phone] = line
            found.append(given)
    if mistakes:
        raise BadSheet(mistakes)
    if not found:
        raise BadSheet([Mistake("sheet_empty")])
    return found


def _text(data: bytes) -> str:
    """UTF-8 with or without its mark, else GB18030, as Chinese spreadsheets write it."""
    if len(data) > LARGEST:
        raise BadSheet([Mistake("sheet_too_large", {"most": LARGEST >> 20})])
    for name in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadSheet([Mistake("sheet_not_text")])


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line it begins at; empty rows are left out."""
    first = text.lstrip().partition("\n")[0]
    comma = max((",", ";", "\t"), key=first.count)
    reader, began = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True), 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield began, [cell.strip() for cell in cells]
            began = reader.line_num + 1
    except csv.Error as error:
        raise BadSheet([Mistake("row_broken", {"line": began})]) from error


def _columns(head: Sequence[str]) -> list[str]:
    """Which field each column is; every column must be one of ours, and none twice."""
    known = "、".join(TITLES[name][0] for name in TITLES), ", ".join(TITLES)
    values = {"zh": known[0], "en": known[1]}
    fields: list[str] = []
    for label in head:
        name = field_of(_bare(label))
        if name is None:
            shown = _seen(label)
            raise BadSheet([Mistake("sheet_column", {"column": shown, **values})])
        if name in fields:
            raise BadSheet([Mistake("sheet_column_twice", {"column": _seen(label)})])
        fields.append(name)
    if "phone" not in fields:
        raise BadSheet([Mistake("sheet_no_phone", values)])
    return fields


def _given(
    line: int, cells: Sequence[str], columns: Sequence[str], place: Place
) -> Given | Mistake:
    if any(cells[len(columns) :]):
        return Mistake("row_cells", {"line": line, "most": len(columns)})
    texts = dict(zip(columns, map(_bare, cells), strict=False))
    if (number := place.read(texts.pop("phone", ""))) is None:
        shown = _seen(dict(zip(columns, cells, strict=False)).get("phone", ""))
        return Mistake("row_phone", {"line": line, "phone": shown})
    try:
        fields = CustomerFields.model_validate(texts).model_dump(include=set(texts))
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        return Mistake("row_text", {"line": line, "zh": TITLES[name][0], "en": TITLES[name][1]})
    if fields.get("phone2"):
        second = place.read(fields["phone2"])
        if second is None:
            return Mistake("row_phone", {"line": line, "phone": _seen(fields["phone2"])})
        fields["phone2"] = second.text
    return Given(number.text, fields)


def _bare(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _seen(text: str) -> str:
    """A piece of a file as it may stand in a sentence."""
    return re.sub(r"[^\w .+*#@=/-]", "·", text[:40])


# ── out ──────────────────────────────────────────────────────────────────────


def write(rows: Iterable[CustomerRow], place: Place, lang: Lang) -> bytes:
    """Write a file that a spreadsheet opens in the right letters."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out)
    sheet.writerow([title(name, lang) for name in TITLES])
    for row in rows:
        numbers = (_grouped(row.phone, place), _grouped(row.phone2, place))
        texts = {"phone": numbers[0], **{n: getattr(row, n) for n in FIELDS}, "phone2": numbers[1]}
        sheet.writerow([guarded(texts[name]) for name in TITLES])
    return out.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """Write what people wrote so that no spreadsheet runs it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _grouped(text: str, place: Place) -> str:
    """A number as one dials it, in groups, so that no spreadsheet takes it for an amount."""
    number: Number | None = place.read(text)
    if number is None:
        return text
    digits = place.write(number, "national")
    if len(digits) < 7:
        return digits
    return " ".join(filter(None, (digits[:-8], digits[-8:-4], digits[-4:])))
