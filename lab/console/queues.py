"""How the queues serve: one row a queue, and every figure of the chosen one."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label

from classroom.door.queues import QueueState
from lab.parts import palette
from lab.parts.cells import clock, fit, fit_right
from lab.parts.lines import Lines
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.words import Words

COLUMNS = (
    Column("queue_name", 0),
    Column("q_waiting", 7, right=True),
    Column("q_longest", 7, right=True),
    Column("q_desks", 9, right=True),
    Column("q_offered", 7, right=True),
    Column("q_answered", 8, right=True),
    Column("q_abandoned", 6, right=True),
    Column("q_level", 8, right=True),
)
GOOD_LEVEL, FAIR_LEVEL = 0.8, 0.6


class QueueFigures(Lines):
    """Every figure of one queue with its name: one column, or two where there is room."""

    DEFAULT_CSS = """
    QueueFigures { padding: 0 2; background: $background; }
    """

    def __init__(self, words: Words) -> None:
        super().__init__(id="queue-figures")
        self.words = words
        self.queue: QueueState | None = None

    def rows(self, width: int) -> list[Text]:
        """Two columns of names and figures."""
        if self.queue is None:
            return []
        pairs = figures(self.queue, self.words)
        half = (len(pairs) + 1) // 2
        each = (width - 3) // 2
        rows = []
        for left, right in zip(pairs[:half], [*pairs[half:], ("", "", "")][:half], strict=True):
            row = Text(no_wrap=True)
            for at, (name, value, colour) in enumerate((left, right)):
                row.append("   " if at else "")
                row.append(fit(name, each - 12), style=palette.MIST)
                row.append(fit_right(value, 12), style=colour)
            rows.append(row)
        return rows


def figures(queue: QueueState, words: Words) -> Sequence[tuple[str, str, str]]:
    """Name, value and colour of each figure, those of this moment first."""

    def seconds(value: float | None) -> str:
        return "-" if value is None else words("queues_page.seconds", n=f"{value:.0f}")

    def share(part: int, whole: int) -> str:
        return f"{part} ({part / whole:.0%})" if whole else str(part)

    waits = palette.AMBER if queue.waiting else palette.SNOW
    shown = (
        ("waiting", str(queue.waiting), waits),
        ("longest", clock(queue.longest), waits),
        ("callbacks", str(queue.callbacks), palette.SNOW),
        ("ready", str(queue.ready), palette.SNOW),
        ("free", str(queue.free), palette.GREEN if queue.free else palette.SNOW),
        ("busy", str(queue.ready - queue.free), palette.SNOW),
        ("on_break", str(queue.on_break), palette.SNOW),
        ("level", _level(queue), level_colour(queue.level)),
        ("offered", str(queue.offered), palette.SNOW),
        ("answered", share(queue.answered, queue.offered), palette.SNOW),
        ("in_time", str(queue.in_time), palette.SNOW),
        ("abandoned", share(queue.abandoned, queue.offered), palette.SNOW),
        ("short", str(queue.short), palette.SNOW),
        ("left", str(queue.left), palette.SNOW),
        ("turned_away", str(queue.turned_away), palette.SNOW),
        ("called_back", share(queue.called_back, queue.booked), palette.SNOW),
        ("speed", seconds(queue.speed), palette.SNOW),
        ("patience", seconds(queue.patience), palette.SNOW),
    )
    within = f"{queue.threshold:.0f}"
    return [
        (words(f"queues_page.{name}", within=within), value, colour)
        for name, value, colour in shown
    ]


def level_colour(level: float | None) -> str:
    """Green from 80 in 100, the trade's usual aim; amber from 60."""
    if level is None:
        return palette.MIST
    if level >= GOOD_LEVEL:
        return palette.GREEN
    return palette.AMBER if level >= FAIR_LEVEL else palette.ROSE


def _level(queue: QueueState) -> str:
    return "-" if queue.level is None else f"{queue.level:.0%}"


class QueuesPane(Vertical):
    """The queues of the school, live."""

    DEFAULT_CSS = """
    QueuesPane { height: 1fr; }
    QueuesPane #queue-table { height: 1fr; min-height: 4; }
    QueuesPane #queue-title {
        height: 1; width: 100%; padding: 0 2; background: $panel; color: $primary;
    }
    QueuesPane #queue-figures { height: 10; }
    """

    def __init__(self, words: Words) -> None:
        super().__init__(id="queues")
        self.words = words
        self.queues: dict[str, QueueState] = {}

    def compose(self) -> ComposeResult:
        """The table, then the chosen queue."""
        yield Table(self.words, COLUMNS, id="queue-table")
        yield Label(id="queue-title", markup=False)
        yield QueueFigures(self.words)

    def take(self, queues: Sequence[QueueState]) -> None:
        """Everything anew, or what has changed."""
        self.queues |= {queue.name: queue for queue in queues}

    def show(self) -> None:
        """Draw the queues as they are."""
        rows = [self._row(queue) for queue in self.queues.values()]
        self.query_one(Table).show(rows, self.words("queues_page.none"))
        self._show_figures()

    def _row(self, queue: QueueState) -> Row:
        waits = palette.AMBER if queue.waiting else palette.MIST
        desks = f"{queue.free}/{queue.ready - queue.free}"
        lost = palette.ROSE if queue.abandoned else palette.MIST
        cells = (
            Cell(self.words.or_plain("queues", queue.name)),
            Cell(str(queue.waiting), waits),
            Cell(clock(queue.longest) if queue.waiting else "", waits),
            Cell(desks, palette.SNOW if queue.free else palette.AMBER),
            Cell(str(queue.offered)),
            Cell(str(queue.answered)),
            Cell(str(queue.abandoned), lost),
            Cell(_level(queue), level_colour(queue.level)),
        )
        return Row(queue.name, cells)

    def _show_figures(self) -> None:
        figures_ = self.query_one(QueueFigures)
        figures_.queue = self.queues.get(self.query_one(Table).chosen)
        name = figures_.queue.name if figures_.queue else ""
        since = self.words("queues_page.since", queue=self.words.or_plain("queues", name))
        self.query_one("#queue-title", Label).update(since if name else "")
        figures_.lay_out()

    def on_table_rows_chosen(self, event: TableRows.Chosen) -> None:
        """Another queue's figures."""
        self._show_figures()
