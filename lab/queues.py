"""``lab queue report``: how the queues were served, read from ``queue_log``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from classroom.queues.log import FILE, read
from classroom.queues.report import QueueLine, summary
from classroom.words import spoken
from lab.errors import LabError
from lab.words import Words


class NoLog(LabError):
    """No queue has been served from this folder."""


def report(data: Path, *, as_json: bool) -> None:
    """Print one row a queue and one an agent."""
    file, words = data / FILE, Words(spoken())
    if not file.exists():
        raise NoLog(words("errors.no_queue_log", file=file))
    with file.open(encoding="utf-8", errors="replace") as lines:
        queues = summary(read(lines))
    if as_json:
        rows = [{**asdict(line), "level": line.level, "speed": line.speed} for line in queues]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table(*(words(f"queue_report.{name}") for name in COLUMNS))
    for line in queues:
        table.add_row(line.queue, *_figures(line))
        for one in sorted(line.agents.values(), key=lambda agent: agent.agent):
            row = ["", str(one.answered), "", "", "", "", str(one.talked), str(one.missed)]
            table.add_row(f"  {one.agent}", *row)
    Console().print(table)


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
