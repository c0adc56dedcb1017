"""The console's main screen: the floor, the calls, the lesson, the alarms."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from rich.cells import cell_len
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from classroom.door.customers import CustomerChanged
from classroom.door.queues import QueueChanged
from classroom.door.wire import Alarm, CallChanged, FloorEvent
from lab.console.alarms import AlarmsPane
from lab.console.calls import CallsPane
from lab.console.customers import CustomersScreen
from lab.console.detail import DetailScreen
from lab.console.floor import KEYS as SUPERVISION
from lab.console.floor import FloorPane
from lab.console.flows import FlowsScreen
from lab.console.keys import KEYS, keys_in
from lab.console.lesson import LessonPane
from lab.console.letters import LettersScreen
from lab.console.lines import KEYS as CONFERENCES
from lab.console.lines import LinesPane
from lab.console.queues import QueuesPane
from lab.console.state import FloorState
from lab.console.summary import SummaryScreen
from lab.console.telephone import Supervisor
from lab.errors import TOLD, Refused, ServerLost, sentence_of
from lab.parts import palette
from lab.parts.cells import cut
from lab.parts.dialogs import HelpScreen
from lab.parts.door import ConsoleDoor
from lab.parts.feed import follow
from lab.parts.keyrow import KeyRow
from lab.parts.keys import bind, table
from lab.parts.notice import Notice
from lab.parts.player import Player
from lab.parts.table import TableRows
from lab.words import Words

VIEWS = ("floor", "calls", "lesson", "alarms", "queues", "lines")
LINES_EVERY = 2.0
"""Seconds between two looks at lines and queues, while they are shown."""
LESSON_EVERY = 3.0
"""Seconds between two looks at the lesson's counts."""


class StatusRow(Widget):
    """Who is here, what the floor does, whether something is wrong."""

    DEFAULT_CSS = """
    StatusRow { height: 1; background: $surface; }
    """

    def __init__(self, words: Words, state: FloorState) -> None:
        super().__init__(id="status")
        self.words = words
        self.state = state
        self.view = "floor"

    def render(self) -> Text:
        """The view's name, the person, the lesson; counts and alarms at the right."""
        say, state = self.words, self.state
        live = any(call.line == "live" for call in state.calls.values() if call.state == "talking")
        ground, ink = (palette.RED, palette.SNOW) if live else (palette.TEAL, palette.NIGHT)
        row = Text(no_wrap=True)
        row.append(f" {say('console.title')} ", style=f"bold {ink} on {ground}")
        row.append(f" {say(f'keys.{self.view}')} ", style=f"bold {palette.TEAL}")
        row.append(f"│ {cut(state.name, 16)} ", style=palette.SNOW)
        lesson = state.lesson
        on = lesson is not None and lesson.running
        text = say("console.lesson_off")
        if on and lesson is not None:
            text = say("console.lesson_on", placed=lesson.placed, finished=lesson.finished)
        row.append(f"│ {text} ", style=palette.GREEN if on else palette.MIST)
        ready, talking, wrapping = state.count()
        counts = say("console.counts", ready=ready, talking=talking, wrapping=wrapping)
        alarms = f" {say('console.alarm_count', n=len(state.alarms))} " if state.alarms else ""
        space = self.size.width - row.cell_len - cell_len(alarms)
        row.append(" " * max(space - cell_len(counts) - 1, 0))
        row.append(cut(counts, max(space - 1, 0)) + " ", style=palette.MIST)
        row.append(alarms, style=f"bold {palette.NIGHT} on {palette.ROSE}")
        return row


class ConsoleScreen(Screen[None]):
    """Draws the floor's state and hands the keys to the server."""

    DEFAULT_CSS = """
    ConsoleScreen { background: $background; }
    """

    def __init__(
        self,
        words: Words,
        state: FloorState,
        door: ConsoleDoor,
        *,
        clock: Callable[[], float],
        player: Player,
        supervisor: Supervisor,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__()
        self.words = words
        self.state = state
        self.door = door
        self.clock = clock
        self.player = player
        self.supervisor = supervisor
        self.pause = pause
        self.view = "floor"
        self._sentence = ""
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """All views; one is shown."""
        yield StatusRow(self.words, self.state)
        yield FloorPane(self.words, self.state, self.supervisor)
        yield CallsPane(self.words, self.state)
        yield LessonPane(self.words, self.state)
        yield AlarmsPane(self.words, self.state)
        yield QueuesPane(self.words)
        yield LinesPane(self.words, self.supervisor, self.door, self.player)
        yield Notice()
        yield KeyRow()

    def on_mount(self) -> None:
        """Read the floor from now on."""
        self.action_view("floor")
        self.follow_floor()
        self.supervisor.changed = self.redraw
        self.supervisor.tell = lambda key: self.tell(self.words(f"behind.{key}"))
        self.app.run_worker(self.supervisor.follow_news(), group="news")
        self.app.run_worker(self.supervisor.follow_telephone(), group="telephone")
        self.set_interval(1.0, self.redraw)
        self.set_interval(LESSON_EVERY, self.look_at_lesson)
        self.set_interval(LINES_EVERY, self.look_at_lines)

    def on_resize(self) -> None:
        """Side by side where there is room."""
        self.query_one(FloorPane).set_class(self.size.width >= 110, "-wide")

    # ── the server ───────────────────────────────────────────────────────────

    @work(group="floor")
    async def follow_floor(self) -> None:
        """Read the floor for ever."""
        await follow(
            self.door,
            on_event=self._on_event,
            on_back=self._on_back,
            on_lost=self._on_lost,
            pause=self.pause,
        )

    def _read_after(self, _: None) -> None:
        self.read_again()

    @work(exclusive=True, group="again")
    async def read_again(self) -> None:
        """A verdict given in the detail shows in the list."""
        with contextlib.suppress(*TOLD):
            await self._on_back()

    async def _on_back(self) -> None:
        door, state = self.door, self.state
        desks, calls, health = await door.desks(), await door.calls(), await door.health()
        state.read(desks, calls, health.alarms, await door.lessons(), self.clock())
        scenarios = await door.scenarios()
        for one in (await door.seat_rules()).reasons:
            self.words.teach("reason", one.id, zh=one.zh, en=one.en)
        state.titles = {name: title for name, title, _ in scenarios}
        self.query_one(LessonPane).know(scenarios)
        if not state.connected:
            await self.supervisor.again(state.desks.get(state.own.extension))
        state.connected = True
        self.redraw()

    def on_floor_pane_told(self, event: FloorPane.Told) -> None:
        """The floor has something to say."""
        self.tell(event.sentence)

    def on_floor_pane_summary_due(self) -> None:
        """Open the form of the call that was taken over."""
        state = self.state
        self.app.push_screen(
            SummaryScreen(self.words, state.own, self.door, self.supervisor, self.clock)
        )

    def on_lines_pane_told(self, event: LinesPane.Told) -> None:
        """The lines have something to say, and something new to show."""
        self.tell(event.sentence)
        self.look_at_lines()

    def _on_event(self, event: FloorEvent) -> None:
        self.state.take(event, self.clock())
        if isinstance(event, QueueChanged):
            self.query_one(QueuesPane).take([event.queue])
        self.redraw()
        detail = self.app.screen
        if isinstance(detail, DetailScreen) and _concerns(event, detail.call_id):
            detail.read()
        if isinstance(event, Alarm):
            self.app.bell()
        elif isinstance(event, CustomerChanged):
            self.tell(self.words("customers.told", by=event.by, phone=event.phone))
            if isinstance(self.app.screen, CustomersScreen):
                self.app.screen.read()

    def _on_lost(self, error: ServerLost) -> None:
        self.state.connected = False
        self.redraw()

    @work(exclusive=True, group="lesson")
    async def look_at_lesson(self) -> None:
        """The counts of a running lesson."""
        lesson = self.state.lesson
        if lesson is None or not lesson.running or not self.state.connected:
            return
        try:
            self.state.see_lessons(await self.door.lessons())
        except (ServerLost, Refused):
            return  # the floor's own reading tells when the server is lost
        self.redraw()

    @work(exclusive=True, group="lines")
    async def look_at_lines(self) -> None:
        """Channels and conferences, or the queues, while they are shown."""
        if not self.state.connected:
            return
        try:
            if self.view == "lines":
                self.query_one(LinesPane).lines = await self.door.lines()
            elif self.view == "queues":
                self.query_one(QueuesPane).take(await self.door.queues())
        except (ServerLost, Refused):
            return  # the floor's own reading tells when the server is lost
        self.redraw()

    # ── drawing ──────────────────────────────────────────────────────────────

    def redraw(self) -> None:
        """Draw the shown view."""
        if not self.is_mounted:
            return
        match self.view:
            case "floor":
                self.query_one(FloorPane).show(self.clock())
            case "calls":
                self.query_one(CallsPane).show()
            case "lesson":
                self.query_one(LessonPane).show()
            case "lines":
                self.query_one(LinesPane).show()
            case "queues":
                self.query_one(QueuesPane).show()
            case _:
                self.query_one(AlarmsPane).lay_out()
        self.query_one(StatusRow).refresh()
        self._draw_notice()

    def _draw_notice(self) -> None:
        sentence = self._sentence if self.state.connected else self.words("seat.lost")
        self.query_one(Notice).say(sentence)

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        self._sentence = sentence
        self._draw_notice()

    def retitle(self) -> None:
        """Put everything into the present language."""
        bind(self, keys_in(self.view), self.words)
        self._sentence = ""
        self.redraw()
        self.refresh_bindings()

    # ── keys ─────────────────────────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Lessons start and end on their own view only; the shown view needs no key."""
        running = self.state.lesson is not None and self.state.lesson.running
        allowed = {
            "start": self.view == "lesson" and not running,
            "stop": self.view == "lesson" and running,
            "view": parameters != (self.view,),
        }
        return allowed.get(action, True)

    def action_view(self, view: str) -> None:
        """Show one of the views."""
        self.view = view
        bind(self, keys_in(view), self.words)
        self.query_one(StatusRow).view = view
        for name in VIEWS:
            self.query_one(f"#{name}").display = name == view
        self.tell("")
        self.redraw()
        first = {
            "floor": "#desks TableRows",
            "calls": "#calls-table TableRows",
            "lines": "#rooms TableRows",
            "queues": "#queue-table TableRows",
            "lesson": "#scenarios",
        }
        self.query_one(first.get(view, "#alarms")).focus()
        self.look_at_lines()
        self.refresh_bindings()

    def action_flows(self) -> None:
        """Open the flows of the menus."""
        self.app.push_screen(FlowsScreen(self.words, self.door))

    def action_customers(self) -> None:
        """Open the customers' records."""
        self.app.push_screen(CustomersScreen(self.words, self.door))

    def action_letters(self) -> None:
        """Open the letters."""
        self.app.push_screen(LettersScreen(self.words, self.door))

    def action_help(self) -> None:
        """Explain this screen."""
        keys = table((*KEYS, *SUPERVISION, *CONFERENCES), self.words)
        self.app.push_screen(HelpScreen(self.words, self.words("help.console"), keys))

    def on_table_rows_opened(self, event: TableRows.Opened) -> None:
        """Open the call, or the call of the desk."""
        call_id: str | None = event.key if self.view == "calls" else None
        if self.view == "floor":
            call_id = self._call_at(event.key)
        if call_id:
            detail = DetailScreen(self.words, self.door, self.player, call_id, self.state.title_of)
            self.app.push_screen(detail, self._read_after)

    def _call_at(self, extension: str) -> str | None:
        """The call at this desk, or its latest."""
        desk = self.state.desks.get(extension)
        latest = (call.call_id for call in self.state.latest if call.agent == extension)
        return desk.call_id if desk and desk.call_id else next(latest, None)

    @work(group="keys")
    async def action_start(self) -> None:
        """Let the chosen customers call."""
        try:
            order = self.query_one(LessonPane).order()
            self.state.lesson = await self.door.start_lesson(order)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        chosen = len(order.scenarios)
        say = self.words
        self.tell(say("lesson.started", n=chosen) if chosen else say("lesson.started_all"))
        self.redraw()
        self.refresh_bindings()

    @work(group="keys")
    async def action_stop(self) -> None:
        """No new calls."""
        lesson = self.state.lesson
        if lesson is None:
            return
        try:
            self.state.lesson = await self.door.stop_lesson(lesson.id)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        self.tell(self.words("lesson.stopped"))
        self.redraw()
        self.refresh_bindings()


def _concerns(event: FloorEvent, call_id: str) -> bool:
    """Whether an open call must be read again."""
    known = event.call.call_id if isinstance(event, CallChanged) else ""
    return call_id in (known, event.call_id if event.type == "graded" else "")
