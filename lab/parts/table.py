"""A table whose columns are measured in cells, with one chosen row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from lab.parts import palette
from lab.parts.cells import fit, fit_right, wrap
from lab.parts.lines import Lines
from lab.words import Words


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title is ``column.NAME``; a width of 0 takes what is left."""

    name: str
    width: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell's text and colour."""

    text: str
    colour: str = palette.SNOW


@dataclass(frozen=True, slots=True)
class Row:
    """One row, known by its key."""

    key: str
    cells: tuple[Cell, ...]


def layout(columns: Sequence[Column], width: int) -> list[int]:
    """How many cells each column gets; one blank lies between two columns."""
    fixed = sum(column.width for column in columns) + len(columns) - 1
    loose = [column for column in columns if column.width == 0]
    share, rest = divmod(max(width - fixed, 0), max(len(loose), 1))
    widths = []
    for column in columns:
        extra = share
        if column.width == 0 and rest:
            extra, rest = share + 1, rest - 1
        widths.append(column.width or max(extra, 4))
    return widths


def put(columns: Sequence[Column], texts: Sequence[str], width: int) -> list[str]:
    """Every text in its column, blanks between."""
    pieces = []
    for column, text, cells in zip(columns, texts, layout(columns, width), strict=True):
        piece = fit_right(text, cells) if column.right else fit(text, cells)
        pieces.append(piece if column is columns[-1] else piece + " ")
    return pieces


class TableHead(Widget):
    """The titles of the columns."""

    DEFAULT_CSS = """
    TableHead { height: 1; padding: 0 3 0 2; color: $text-muted; background: $panel; }
    """

    def __init__(self, words: Words, columns: Sequence[Column]) -> None:
        super().__init__()
        self.words = words
        self.columns = columns

    def render(self) -> Text:
        """One row."""
        titles = [self.words(f"column.{column.name}") for column in self.columns]
        return Text("".join(put(self.columns, titles, self.size.width)), style=palette.MIST)


class TableRows(Lines, can_focus=True):
    """The rows; arrows choose, Enter opens."""

    DEFAULT_CSS = """
    TableRows { padding: 0 1; background: $background; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="table.up", tooltip="Row above"),
        Binding("down", "move(1)", show=False, id="table.down", tooltip="Row below"),
        Binding("pageup", "move(-10)", show=False, id="table.page_up", tooltip="Ten rows up"),
        Binding("pagedown", "move(10)", show=False, id="table.page_down", tooltip="Ten rows down"),
        Binding("enter", "open", show=False, id="table.open", tooltip="Open this row"),
    ]

    @dataclass
    class Chosen(Message):
        """Another row was chosen."""

        key: str

    @dataclass
    class Opened(Message):
        """The chosen row is to be opened."""

        key: str

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = columns
        self.table_rows: Sequence[Row] = ()
        self.chosen = ""
        self.empty = ""

    @property
    def index(self) -> int:
        """Where the chosen row is now."""
        keys = [row.key for row in self.table_rows]
        return keys.index(self.chosen) if self.chosen in keys else 0

    def rows(self, width: int) -> list[Text]:
        """Every row, the chosen one on a ground of its own."""
        if not self.table_rows:
            return [Text(row, style=palette.MIST) for row in wrap(self.empty, width)]
        return [
            self._row(row, width, number == self.index)
            for number, row in enumerate(self.table_rows)
        ]

    def _row(self, row: Row, width: int, chosen: bool) -> Text:
        ground = f" on {palette.DEEP_TEAL if self.has_focus else palette.SLATE}" if chosen else ""
        text = Text("▌" if chosen else " ", style=f"{palette.TEAL}{ground}")
        texts = [cell.text for cell in row.cells]
        for piece, cell in zip(put(self.columns, texts, width - 2), row.cells, strict=True):
            text.append(piece, style=f"{cell.colour}{ground}")
        text.append(" ", style=ground.strip())
        return text

    def action_move(self, step: int) -> None:
        """Choose a row further up or down."""
        if self.table_rows:
            index = max(0, min(self.index + step, len(self.table_rows) - 1))
            self.choose(self.table_rows[index].key)

    def choose(self, key: str) -> None:
        """Choose the row of this key."""
        if key != self.chosen:
            self.chosen = key
            self.post_message(self.Chosen(key))
        self.lay_out()
        self.show_row(self.index)

    def action_open(self) -> None:
        """Open the chosen row."""
        if self.table_rows:
            self.post_message(self.Opened(self.table_rows[self.index].key))

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a double click opens."""
        index = event.y + self.scroll_offset.y
        if 0 <= index < len(self.table_rows):
            self.choose(self.table_rows[index].key)
            if event.chain == 2:
                self.action_open()

    def on_focus(self, event: events.Focus) -> None:
        """The chosen row is brighter with the focus."""
        self.lay_out()

    def on_blur(self, event: events.Blur) -> None:
        """The chosen row is darker without the focus."""
        self.lay_out()


class Table(Vertical):
    """Head and rows."""

    DEFAULT_CSS = """
    Table { height: 1fr; }
    """

    def __init__(self, words: Words, columns: Sequence[Column], *, id: str) -> None:
        super().__init__(id=id)
        self.words = words
        self.columns = columns

    def compose(self) -> ComposeResult:
        """The head stays while the rows scroll."""
        yield TableHead(self.words, self.columns)
        yield TableRows(self.columns)

    def show(self, rows: Sequence[Row], empty: str = "") -> None:
        """Show these rows; the choice stays with its key."""
        body = self.query_one(TableRows)
        body.table_rows, body.empty = rows, empty
        if rows and body.chosen not in {row.key for row in rows}:
            body.chosen = rows[0].key
        body.lay_out()
        self.query_one(TableHead).refresh()

    @property
    def chosen(self) -> str:
        """The key of the chosen row."""
        return self.query_one(TableRows).chosen
