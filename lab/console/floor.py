"""The floor live: every desk, and the talk of the chosen one."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Label

from classroom.door.wire import DeskState
from lab.console.state import FloorState
from lab.parts import palette
from lab.parts.cells import clock
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.parts.talk import Talk
from lab.words import Words

COLUMNS = (
    Column("extension", 6),
    Column("name", 12),
    Column("duty", 12),
    Column("activity", 10),
    Column("timer", 8, right=True),
    Column("call", 0),
)


class FloorPane(Container):
    """Desks and live talk: one above the other, or side by side where there is room."""

    DEFAULT_CSS = """
    FloorPane { layout: vertical; height: 1fr; }
    FloorPane #desks { height: 1fr; }
    FloorPane #live { height: 10; background: $background; }
    FloorPane #live-title { height: 1; width: 100%; padding: 0 2; background: $panel; color: $primary; }
    FloorPane.-wide { layout: horizontal; }
    FloorPane.-wide #desks { width: 3fr; height: 1fr; }
    FloorPane.-wide #live { width: 2fr; height: 1fr; border-left: vkey $panel; }
    """

    def __init__(self, words: Words, state: FloorState) -> None:
        super().__init__(id="floor")
        self.words = words
        self.state = state

    def compose(self) -> ComposeResult:
        """The table, then the talk."""
        yield Table(self.words, COLUMNS, id="desks")
        with Vertical(id="live"):
            yield Label(id="live-title", markup=False)
            yield Talk(self.words, id="live-talk")

    def show(self, now: float) -> None:
        """Draw this second."""
        say = self.words
        rows = [self._row(desk, now) for desk in self.state.seats]
        self.query_one("#desks", Table).show(rows, say("console.no_desks"))
        self._show_talk()

    def _row(self, desk: DeskState, now: float) -> Row:
        say = self.words
        if not desk.registered and desk.duty == "off":
            duty, activity, colour = Cell(say("console.offline"), palette.STONE), "", palette.MIST
            timer = ""
        else:
            word = say(f"duty.{desk.duty}")
            if desk.duty == "break" and desk.reason:
                word = say.or_plain("reason", desk.reason)
            duty, colour = Cell(word, palette.DUTY[desk.duty]), palette.SNOW
            activity = say(f"activity.{desk.activity}")
            timer = clock(now - self.state.began.get(desk.extension, now))
        call = self.state.calls.get(desk.call_id or "")
        about = f"{call.caller} {self.state.title_of(call.scenario)}".strip() if call else ""
        cells = (
            Cell(desk.extension, colour),
            Cell(desk.name, colour),
            duty,
            Cell(activity, palette.ACTIVITY[desk.activity]),
            Cell(timer, palette.SNOW),
            Cell(about, palette.ROSE if call and call.line == "live" else palette.MIST),
        )
        return Row(desk.extension, cells)

    def _show_talk(self) -> None:
        say = self.words
        desk = self.state.desks.get(self.query_one("#desks", Table).chosen)
        title = say("console.live_talk")
        said = self.state.talk.get(desk.call_id or "", []) if desk else []
        if desk is not None:
            title = f"{title} · {desk.extension} {desk.name}"
        self.query_one("#live-title", Label).update(title)
        self.query_one("#live-talk", Talk).show(said, say("console.pick_desk"))

    def on_table_rows_chosen(self, event: TableRows.Chosen) -> None:
        """Read along at another desk."""
        self._show_talk()
