"""The agent's own calls: found by conditions, page by page; dialled and missed ones to redial (SEA-12)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from textual import work
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Label

from classroom.door.seats import CallWish, RecentCall
from classroom.door.wire import CallSummary
from lab.errors import LabError
from lab.parts import palette
from lab.parts.boxes import Box
from lab.parts.cells import clock, points
from lab.parts.keys import Key
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.seat.deeds import DIAL
from lab.seat.form import Choice
from lab.seat.page import Page

ROWS = 50
"""Rows of a page."""
VIEWS = ("all", "dialled", "missed")
CALLS = (
    Column("time", 11), Column("direction", 4), Column("number", 0), Column("result", 8),
    Column("talk", 7, right=True), Column("score", 5, right=True),
)  # fmt: skip
RECENTS = (Column("time", 11), Column("number", 0))
KINDS = {"direction": ("any", "in", "out"), "result": ("any", "answered", "missed")}
FIELDS = ("number", "since", "until")


class WrongDate(LabError):
    """A date that is none was typed."""


class RecordsPage(Page):
    """Conditions over a table; F5 turns to what was dialled and what was missed."""

    NAME = "records"
    KEYS = (
        Key("f4", "redial", "redial", "records"),
        Key("f5", "view", "view", "records"),
        Key("f7", "turn(-1)", "newer", "records"),
        Key("f8", "turn(1)", "older", "records"),
        Key("f9", "find", "find", "records"),
    )

    DEFAULT_CSS = """
    RecordsPage #conditions, RecordsPage #kinds { margin-bottom: 0; }
    RecordsPage #conditions Input { width: 1fr; margin-right: 1; }
    RecordsPage #kinds Choice { max-width: 24; margin-right: 2; }
    RecordsPage .page-label { width: auto; }
    RecordsPage Table { margin-top: 1; }
    RecordsPage #page-number { height: 1; padding: 0 2; color: $text-muted; }
    """

    view = "all"

    def parts(self) -> Iterable[Widget]:
        """The conditions, the tables, which page it is."""
        self._starts: list[float | None] = [None]
        self._calls: Sequence[CallSummary] = ()
        self._recents: Sequence[RecentCall] = ()
        boxes: list[Widget] = []
        for name in FIELDS:
            boxes.append(Label(id=f"label-{name}", classes="page-label", markup=False))
            restrict = r"[0-9*#+]*" if name == "number" else r"[0-9-]*"
            boxes.append(Box(id=name, compact=True, restrict=restrict, max_length=32))
        yield Horizontal(*boxes, id="conditions", classes="page-row")
        yield Horizontal(id="kinds", classes="page-row")
        yield Table(self.words, CALLS, id="calls")
        yield Table(self.words, RECENTS, id="recents")
        yield Label(id="page-number", markup=False)

    def retitle(self) -> None:
        """Put everything into the present language; the choices are made anew."""
        super().retitle()
        for name in FIELDS:
            self.query_one(f"#label-{name}", Label).update(self.words(f"records.{name}"))
        self._word_choices()
        self.show()

    @work(group="choices", exclusive=True)
    async def _word_choices(self) -> None:
        kinds = self.query_one("#kinds", Horizontal)
        chosen = {choice.name: choice.value for choice in kinds.query(Choice)}
        await kinds.remove_children()
        for name, values in KINDS.items():
            title = self.words(f"records.{name}")
            options = {value: self.words(f"records.{value}") for value in values}
            await kinds.mount(Label(title, classes="page-label", markup=False))
            value = chosen.get(name) or "any"
            await kinds.mount(Choice(self.words, title, options, value, name=name))

    def wish(self) -> CallWish:
        """Read the conditions; ``WrongDate`` where a date is none."""
        values: dict[str, object] = {}
        if number := self.query_one("#number", Input).value:
            values["number"] = number
        for name, days in (("since", 0), ("until", 1)):
            if typed := self.query_one(f"#{name}", Input).value:
                values[name] = self._second(typed, days)
        for choice in self.query("#kinds Choice").results(Choice):
            if choice.value not in ("", "any") and choice.name:
                values[choice.name] = choice.value
        return CallWish.model_validate(values)

    def _second(self, typed: str, days: int) -> float:
        try:
            day = datetime.strptime(typed, "%Y-%m-%d")  # a day where the seat is
            return (day + timedelta(days=days)).timestamp()
        except (ValueError, OverflowError, OSError) as error:
            raise WrongDate(self.words("records.wrong_date", typed=typed)) from error

    async def ask(self) -> None:
        """Ask for this page of calls, or for the last ones of the telephone."""
        door = self.desk.door
        if self.view == "all":
            found = await door.calls(limit=ROWS + 1, before=self._starts[-1], which=self.wish())
            self._calls = found
        else:
            self._recents = [one for one in await door.recents() if one.kind == self.view]
        self.show()

    def show(self) -> None:
        """Draw the view."""
        say, every = self.words, self.view == "all"
        self.query_one("#page-title").update(self._title())  # type: ignore[attr-defined]  # a Label
        for name in ("#conditions", "#kinds", "#calls"):
            self.query_one(name).display = every
        self.query_one("#recents").display = not every
        calls = [self._call_row(call) for call in self._calls[:ROWS]]
        self.query_one("#calls", Table).show(calls, say("records.none_all"))
        recents = [self._recent_row(at, one) for at, one in enumerate(self._recents)]
        self.query_one("#recents", Table).show(recents, say(f"records.none_{self.view}"))
        page = say("records.page", n=len(self._starts), rows=len(calls)) if every else ""
        self.query_one("#page-number", Label).update(page)
        if not isinstance(self.focused, Input | Choice) or not every:
            name = "#calls" if every else "#recents"
            self.query_one(name, Table).query_one(TableRows).focus()

    def _title(self) -> str:
        names = [self.words(f"records.view_{name}") for name in VIEWS]
        marked = [f"[{n}]" if v == self.view else n for n, v in zip(names, VIEWS, strict=True)]
        return f"{self.words('records.title')}  {'  '.join(marked)}"

    def _call_row(self, call: CallSummary) -> Row:
        say = self.words
        result, colour = ("answered", palette.GREEN) if call.answered else ("missed", palette.ROSE)
        cells = (
            Cell(moment(call.started), palette.MIST),
            Cell(say("records.out" if call.direction == "out" else "records.in")),
            Cell(self._shown(number_of(call))),
            Cell(say(f"records.{result}"), colour),
            Cell(clock(call.talk_seconds) if call.answered else ""),
            Cell("" if call.score is None else points(call.score)),
        )
        return Row(call.call_id, cells)

    def _recent_row(self, at: int, one: RecentCall) -> Row:
        return Row(str(at), (Cell(moment(one.at), palette.MIST), Cell(self._shown(one.number))))

    def _shown(self, number: str) -> str:
        return number or self.words("card.withheld")

    # ── keys ─────────────────────────────────────────────────────────────────

    def action_view(self) -> None:
        """All calls, dialled, missed in turn."""
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]
        self.read()

    def action_find(self) -> None:
        """Look from the newest on."""
        self._starts = [None]
        self.read()

    def action_turn(self, pages: int) -> None:
        """Older or newer calls."""
        if pages > 0 and self.view == "all" and len(self._calls) > ROWS:
            self._starts.append(self._calls[ROWS - 1].started)
            self.read()
        elif pages < 0 and len(self._starts) > 1:
            self._starts.pop()
            self.read()

    def on_input_submitted(self) -> None:
        """Enter looks."""
        self.action_find()

    def on_choice_chosen(self) -> None:
        """A choice looks at once."""
        self.action_find()

    def on_table_rows_opened(self) -> None:
        """Enter on a row redials it."""
        self.action_redial()

    @work(group="redial", exclusive=True)
    async def action_redial(self) -> None:
        """Call the chosen number; the own telephone rings first, and the page gives way to it."""
        number = self.chosen_number()
        if number is None:
            return
        if number:
            await self.tried(self.desk.order(DIAL, number))
        else:
            self.tell(self.words("records.withheld"))

    def chosen_number(self) -> str | None:
        """The number of the chosen row; none where there is no row, empty when withheld."""
        if self.view == "all":
            key = self.query_one("#calls", Table).chosen
            call = next((one for one in self._calls[:ROWS] if one.call_id == key), None)
            return number_of(call) if call else None
        if not self._recents:
            return None
        return self._recents[int(self.query_one("#recents", Table).chosen or 0)].number


def number_of(call: CallSummary) -> str:
    """Whom to call back; empty when withheld."""
    number = call.dialled if call.direction == "out" else call.caller
    return "" if number == "withheld" else number


def moment(at: float) -> str:
    """Day and minute where the seat is."""
    return time.strftime("%m-%d %H:%M", time.localtime(at))
