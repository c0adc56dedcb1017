"""``lab report``: the figures of a time by desk, queue, region, hour and day; as tables, JSON or CSV."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Sheet
from rich.text import Text

from classroom.business.sheet import guarded
from classroom.regions import Regions
from classroom.report import BYS, By, Figures, Line, Table, tables
from classroom.school.people import People
from classroom.store.engine import Store
from classroom.store.figures import Span, figures
from classroom.words import spoken
from lab.given import bad_option
from lab.parts.cells import printable
from lab.roster import settings_of
from lab.words import Words

PLACELESS: Final = ("withheld", "unknown", "free", "short", "practice")
COLUMNS: Final[dict[str, Callable[[Line], int | float | None]]] = {
    "offered": lambda line: line.offered,
    "answered": lambda line: line.answered,
    "rate": lambda line: line.rate,
    "abandoned": lambda line: line.abandoned,
    "without": lambda line: line.without,
    "out": lambda line: line.out,
    "reached": lambda line: line.reached,
    "speed": lambda line: line.speed,
    "talk": lambda line: line.talk,
    "talked": lambda line: line.talked,
    "wrapped": lambda line: line.wrapped,
}
"""The figures of a row, in order."""
NOT_OF_DESKS: Final = ("abandoned", "without")
ONLY_OF_DESKS: Final = ("wrapped",)


def show(
    data: Path,
    wanted: Iterable[str],
    *,
    since: str = "",
    until: str = "",
    file: Path | None = None,
    as_json: bool = False,
) -> None:
    """Print the tables wanted, or write them into a CSV file."""
    words = Words(spoken())
    begins, ends = day("--since", since), day("--until", until, after=True)
    if begins is not None and ends is not None and ends <= begins:
        raise bad_option("--until", "")
    span = Span(begins, ends)
    found = asyncio.run(_tables(data, chosen(wanted), span, words))
    if file is not None:
        write(file, found, words)
        Console().print(Text(words("report.written", file=file)))
    elif as_json:
        print(json.dumps(as_object(found), ensure_ascii=True))
    else:
        for table in found:
            Console().print(sheet_of(table, words))


def chosen(wanted: Iterable[str]) -> list[By]:
    """Read which tables are wanted, none is all; raises BadOption."""
    names = set(wanted)
    if unknown := sorted(names - set(BYS)):
        raise bad_option("--by", unknown[0])
    return [by for by in BYS if by in names or not names]


def day(option: str, text: str, *, after: bool = False) -> float | None:
    """Read a day as the moment it begins here, or ends; raises BadOption."""
    if not text:
        return None
    try:
        begins = datetime.strptime(text, "%Y-%m-%d")
        return (begins + timedelta(days=int(after))).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise bad_option(option, str(error)) from error


async def _tables(data: Path, wanted: Iterable[By], span: Span, words: Words) -> list[Table]:
    settings = settings_of(data)
    store = Store(settings.database)
    try:
        found: Figures = await figures(store, span)
        people = await People(store).everybody()
    finally:
        await store.close()
    names = {person.extension: person.name for person in people}
    said = {name: words(f"report.{name}") for name in PLACELESS}
    regions = Regions(settings.numbers.place, words.lang, said)
    return list(
        tables(found, wanted, region_of=regions.of, name_of=lambda desk: names.get(desk, ""))
    )


def key_of(table: Table, line: Line, words: Words) -> str:
    """Write what a row is about."""
    if table.by == "queue":
        return words.or_plain("queues", line.key) if line.key else words("report.no_queue")
    return line.key


def shown(table: Table) -> list[str]:
    """List the columns that mean something in a table."""
    left_out = NOT_OF_DESKS if table.by == "desk" else ONLY_OF_DESKS
    return [name for name in COLUMNS if name not in left_out]


# ── on the screen ────────────────────────────────────────────────────────────


def sheet_of(table: Table, words: Words) -> Sheet:
    """Lay a table out for the screen."""
    title = words(f"report.by_{table.by}")
    sheet = Sheet(
        title=title, title_justify="left", show_footer=True, box=SIMPLE_HEAD, pad_edge=False
    )
    total = table.total
    sheet.add_column(words(f"report.{table.by}"), words("report.total"), overflow="fold")
    if table.by == "desk":
        sheet.add_column(words("report.name"), overflow="fold")
    for name in shown(table):
        head, foot = words(f"report.{name}"), written(name, total)
        sheet.add_column(head, foot, justify="right", overflow="fold")
    for line in table.lines:
        start = [key_of(table, line, words), *([line.name] if table.by == "desk" else [])]
        figures = [written(name, line) for name in shown(table)]
        sheet.add_row(*(Text(printable(text)) for text in (*start, *figures)))
    return sheet


def written(name: str, line: Line) -> str:
    """Write a figure."""
    value = COLUMNS[name](line)
    if value is None:
        return ""
    return f"{value:.0%}" if name == "rate" else f"{value:.0f}"


# ── for other programs ───────────────────────────────────────────────────────


def as_object(found: Iterable[Table]) -> dict[str, Any]:
    """Write tables as one object."""
    return {
        table.by: {
            "lines": [{**asdict(line), **_shares(line)} for line in table.lines],
            "total": {**asdict(table.total), **_shares(table.total)},
        }
        for table in found
    }


def _shares(line: Line) -> dict[str, float | None]:
    return {"rate": line.rate, "speed": line.speed, "talk": line.talk}


def write(file: Path, found: Iterable[Table], words: Words) -> None:
    """Write tables one below the other under one header; the mark at its head tells Excel it is UTF-8."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        names = ("table", "key", "name", *COLUMNS)
        rows.writerow([words(f"report.{name}") for name in names])
        for table in found:
            title = words(f"report.by_{table.by}")
            for line in table.lines:
                rows.writerow([title, *_cells(table, line, key_of(table, line, words))])
            rows.writerow([title, *_cells(table, table.total, words("report.total"))])


def _cells(table: Table, line: Line, key: str) -> list[str]:
    mine = shown(table)
    figures = [exact(COLUMNS[name](line)) if name in mine else "" for name in COLUMNS]
    return [guarded(key), guarded(line.name), *figures]


def exact(value: float | None) -> str:
    """Write a figure for a spreadsheet."""
    return (
        "" if value is None else f"{round(value, 3):g}" if isinstance(value, float) else str(value)
    )
