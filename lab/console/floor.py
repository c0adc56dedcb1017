"""The floor live: every desk, the talk of the chosen one, and what a supervisor does over it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Label

from classroom.door import control
from classroom.door.wire import DeskState
from lab.console.bar import SuperviseBar
from lab.console.behind import MODES
from lab.console.state import FloorState
from lab.console.telephone import Supervisor
from lab.errors import TOLD, sentence_of
from lab.parts import palette
from lab.parts.cells import clock
from lab.parts.dialogs import ChoiceScreen, NumberScreen
from lab.parts.keys import Key, bind
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.parts.talk import Talk
from lab.seat.state import Pane
from lab.words import Words

COLUMNS = (
    Column("extension", 6),
    Column("name", 12),
    Column("duty", 12),
    Column("activity", 10),
    Column("timer", 8, right=True),
    Column("call", 0),
)


KEYS = (
    *(Key(letter, f"behind('{mode}')", mode, "floor", show=False)
      for letter, mode in zip("lwb", MODES, strict=True)),
    Key("i", "intercept", "intercept", "floor", show=False),
    Key("a", "answer_for", "answer_for", "floor", show=False),
    Key("r", "release", "release", "floor", show=False),
    Key("t", "send_on", "send_on", "floor", show=False),
    Key("m", "switch_mode", "switch_mode", "floor", show=False),
    Key("s", "stop_behind", "stop_behind", "floor", show=False),
    Key("f8", "lift", "lift", "floor", show=False),
    Key("f9", "put_down", "put_down", "floor", show=False),
    Key("f9", "sum_up", "sum_up", "floor", show=False),
)  # fmt: skip
"""The keys of a supervisor, on the floor's view only."""


class FloorPane(Container):
    """Desks and live talk: one above the other, or side by side where there is room."""

    DEFAULT_CSS = """
    FloorPane { layout: vertical; height: 1fr; }
    FloorPane #desks { height: 1fr; }
    FloorPane #live { height: 11; background: $background; }
    FloorPane #live-title { height: 1; width: 100%; padding: 0 2; background: $panel; color: $primary; }
    FloorPane.-wide { layout: horizontal; }
    FloorPane.-wide #desks { width: 3fr; height: 1fr; }
    FloorPane.-wide SuperviseBar { height: 2; }
    FloorPane.-wide #live { width: 2fr; height: 1fr; border-left: vkey $panel; }
    """

    class Told(Message):
        """A sentence for the row over the keys; an empty one clears it."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class SummaryDue(Message):
        """The supervisor wants to write the own summary."""

    def __init__(self, words: Words, state: FloorState, supervisor: Supervisor) -> None:
        super().__init__(id="floor")
        self.words = words
        self.state = state
        self.supervisor = supervisor
        self.now = 0.0
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """The table, then the talk."""
        yield Table(self.words, COLUMNS, id="desks")
        with Vertical(id="live"):
            yield SuperviseBar(self.words, self.supervisor.behind, self.state.own)
            yield Label(id="live-title", markup=False)
            yield Talk(self.words, id="live-talk")

    @property
    def desk(self) -> DeskState | None:
        """The chosen desk."""
        return self.state.desks.get(self.query_one("#desks", Table).chosen)

    def show(self, now: float) -> None:
        """Draw this second."""
        say, self.now = self.words, now
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
        if desk.mobile:
            about = f"{say('console.mobile')} {about}".rstrip()
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
        desk = self.desk
        self.query_one(SuperviseBar).show(desk, self.now)
        title = say("console.live_talk")
        said = self.state.talk.get(desk.call_id or "", []) if desk else []
        if desk is not None:
            title = f"{title} · {desk.extension} {desk.name}"
        self.query_one("#live-title", Label).update(title)
        self.query_one("#live-talk", Talk).show(said, say("console.pick_desk"))

    def on_table_rows_chosen(self, event: TableRows.Chosen) -> None:
        """Read along at another desk."""
        self._show_talk()

    # ── what a supervisor does ───────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Telephone keys only while there is a call for them."""
        behind = self.supervisor.behind
        allowed = {
            "switch_mode": bool(behind.mode),
            "stop_behind": bool(behind.mode),
            "lift": behind.ringing,
            "put_down": behind.ringing or behind.talking_since is not None,
            "sum_up": self.state.own.pane is Pane.WRAPUP,
        }
        return allowed.get(action, True)

    @property
    def _over(self) -> str:
        """The desk an order is about: the supervised one, else the chosen one."""
        behind, desk = self.supervisor.behind, self.desk
        return behind.extension if behind.mode else desk.extension if desk else ""

    def _talking(self) -> str:
        """The desk whose talk an order is about; where it has none, that is told before anything is asked."""
        behind, desk = self.supervisor.behind, self.desk
        if behind.mode or (desk and desk.activity in ("talking", "holding")):
            return self._over
        if desk:
            self.post_message(self.Told(self.words("behind.no_talk", extension=desk.extension)))
        return ""

    async def _order(self, order: type[control.Order], **values: Any) -> None:
        await self._try(self.supervisor.order(order, **values))

    async def _try(self, doing: Awaitable[None]) -> None:
        """Do it; what goes wrong becomes one sentence."""
        self.post_message(self.Told(""))
        try:
            await doing
        except TOLD as error:
            self.post_message(self.Told(sentence_of(error, self.words)))

    @work(group="supervise")
    async def action_behind(self, mode: str) -> None:
        """Stand behind the chosen desk in this mode."""
        if desk := self.desk:
            await self._order(MODES[mode], extension=desk.extension)

    @work(group="supervise")
    async def action_switch_mode(self) -> None:
        """Listen, whisper, barge in turn."""
        behind = self.supervisor.behind
        await self._order(MODES[behind.next_mode], extension=behind.extension)

    @work(group="supervise")
    async def action_stop_behind(self) -> None:
        """Leave the call; it goes on."""
        await self._order(control.StopSupervising)

    @work(group="supervise")
    async def action_intercept(self) -> None:
        """Take the call over."""
        if self._over:
            await self._order(control.Intercept, extension=self._over)

    @work(group="supervise")
    async def action_answer_for(self) -> None:
        """Take the call that rings at the chosen desk."""
        if desk := self.desk:
            await self._order(control.AnswerFor, extension=desk.extension)

    @work(group="supervise")
    async def action_release(self) -> None:
        """End the call, once that is confirmed."""
        say, extension = self.words, self._talking()
        if not extension:
            return
        answers = {"yes": say("behind.yes"), "no": say("behind.no")}
        title = say("behind.sure", extension=extension)
        if await self.app.push_screen_wait(ChoiceScreen(say, title, answers)) == "yes":
            await self._order(control.ForceRelease, extension=extension)

    @work(group="supervise")
    async def action_send_on(self) -> None:
        """Send the customer on to a number that is typed."""
        say, extension = self.words, self._talking()
        if not extension:
            return
        title = f"{say('keys.send_on')} {extension}"
        number = await self.app.push_screen_wait(NumberScreen(say, title, say("behind.where")))
        if number:
            await self._order(control.ForceTransfer, extension=extension, number=number)

    @work(group="supervise")
    async def action_lift(self) -> None:
        """Answer the own telephone."""
        await self._try(self.supervisor.answer())

    @work(group="supervise")
    async def action_put_down(self) -> None:
        """Hang the own telephone up."""
        await self._try(self.supervisor.hang_up())

    def action_sum_up(self) -> None:
        """Write the summary of the call that was taken over."""
        self.post_message(self.SummaryDue())
