"""``lab queue report``: how the queues were served, read from ``queue_log``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom.plan import queues_of
from classroom.queues.log import FILE, read
from classroom.queues.report import Book, Limits, QueueLine, summary
from classroom.settings import Settings
from classroom.words import spoken
from lab.errors import LabError
from lab.parts.cells import printable
from lab.words import Words


class NoLog(LabError):
    """No queue has been served from this folder."""


def report(data: Path, *, as_json: bool) -> None:
    """Print one row a queue and one an agent."""
    file, words = data / FILE, Words(spoken())
    if not file.exists():
        raise NoLog(words("errors.no_queue_log", file=file))
    with file.open(encoding="utf-8", errors="replace") as lines:
        book = summary(read(lines), limits_of(data))
    if as_json:
        rows = [{**asdict(line), "level": line.level, "speed": line.speed} for line in book.queues]
        door = [{"queue": "", **asdict(book.door)}] if book.door.turned_away else []
        print(json.dumps([*rows, *door], ensure_ascii=False, indent=1))
        return
    console = Console()
    console.print(_table(book, words, console.width))
    for told in _told(book, words):
        console.print(told, markup=False, highlight=False)


def _table(book: Book, words: Words, room: int) -> Table:
    """Lay the queues and their agents out; no name and no word is cut, headings go on a next line."""
    rows = [row for line in book.queues for row in _rows(line)]
    heads = [words(f"queue_report.{name}") for name in COLUMNS]
    whole = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    split = [
        max(map(cell_len, (*head.split(), *cells)))
        for head, *cells in zip(heads, *rows, strict=True)
    ]
    widths = whole if sum(whole) + len(whole) <= room else split
    table = Table(box=None, pad_edge=False)
    for at, (head, width) in enumerate(zip(heads, widths, strict=True)):
        table.add_column(head, justify="right" if at else "left", width=width)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _rows(line: QueueLine) -> Iterator[list[str]]:
    yield [printable(line.queue), *_figures(line)]
    for one in sorted(line.agents.values(), key=lambda agent: agent.agent):
        agent, took = f"  {printable(one.agent)}", str(one.answered)
        yield [agent, "", took, "", "", "", "", str(one.talked), str(one.missed)]


def limits_of(data: Path) -> dict[str, Limits]:
    """Read what each queue counts as in time and as hung up at once."""
    plans = queues_of(Settings.load(data))
    return {name: Limits(one.service_level, one.short_abandon) for name, one in plans.items()}


def _told(book: Book, words: Words) -> Iterator[str]:
    """Say what became of callbacks, and who was turned away."""
    for line in book.queues:
        if line.booked or line.called_back or line.given_up:
            yield words(
                "queue_report.callbacks", queue=line.queue, booked=line.booked,
                called_back=line.called_back, given_up=line.given_up,
            )  # fmt: skip
        if all_ := line.full + line.empty:
            yield words(
                "queue_report.turned_away", queue=line.queue, all=all_, full=line.full,
                empty=line.empty,
            )  # fmt: skip
    if book.door.turned_away:
        yield words("queue_report.door", all=book.door.turned_away, **asdict(book.door))


COLUMNS = (
    "queue", "offered", "answered", "abandoned", "left", "level", "speed", "talked", "missed",
)  # fmt: skip


def _figures(line: QueueLine) -> list[str]:
    level = "" if line.level is None else f"{line.level:.0%}"
    speed = "" if line.speed is None else f"{line.speed:.0f}"
    missed = sum(agent.missed for agent in line.agents.values())
    return [
        str(line.offered), str(line.answered), str(line.abandoned + line.short), str(line.left),
        level, speed, str(line.talked), str(missed),
    ]  # fmt: skip
