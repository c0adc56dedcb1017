"""A supervisor who took a call over writes its summary, in the form that a seat has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from classroom.door import control
from lab.console.telephone import Supervisor
from lab.errors import TOLD, Refused, sentence_of
from lab.parts.door import SummaryDoor
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind
from lab.parts.notice import Notice
from lab.seat.draft import Draft
from lab.seat.form import FormPane
from lab.seat.state import Pane, SeatState
from lab.seat.wrapup import WrapupPane
from lab.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = (
    Key("f9", "submit", "submit", "summary"),
    Key("f5", "more", "more", "summary"),
    Key("escape", "leave", "later", "summary", shown="Esc"),
    Key("f10", "app.lang", "lang", "summary"),
)


class SummaryScreen(ModalScreen[None]):
    """The form of the own desk's call; what is written lies at the server, and is there again on return."""

    DEFAULT_CSS = """
    SummaryScreen { background: $background; }
    SummaryScreen #body { height: 1fr; }
    """

    def __init__(
        self,
        words: Words,
        own: SeatState,
        door: SummaryDoor,
        supervisor: Supervisor,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self.words, self.own, self.door = words, own, door
        self.supervisor, self.clock = supervisor, clock
        self.form: dict[str, str] = {}
        self._call = own.card.call_id if own.card else None
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """The seat's form, a row for what goes wrong, the keys."""
        with Vertical(id="body"):
            yield WrapupPane(self.words, self.own, Draft(self.door))
        yield Notice()
        yield KeyRow()

    async def on_mount(self) -> None:
        """Show the form, then the time that is left."""
        pane = self.query_one(WrapupPane)
        await pane.load(self.form)
        self.query_one("#summary").focus()
        self.set_interval(1.0, self.tick)
        self.tick()

    def tick(self) -> None:
        """Draw what moves with the clock; when the time is over the server takes what is written."""
        if self.own.pane is not Pane.WRAPUP:
            self.dismiss(None)
            return
        pane = self.query_one(WrapupPane)
        pane.keep(self._call, self.form)
        pane.show(self.clock())

    @work
    async def retitle(self) -> None:
        """Put everything into the present language."""
        bind(self, KEYS, self.words)
        self.refresh_bindings()
        await self.query_one(WrapupPane).load(self.form)

    def on_form_pane_filled(self, event: FormPane.Filled) -> None:
        """A field has another value."""
        self.form[event.field] = event.value

    def action_leave(self) -> None:
        """Go back to the floor; the summary can be taken up again."""
        self.dismiss(None)

    @work(group="keys")
    async def action_more(self) -> None:
        """More time for the summary."""
        try:
            await self.supervisor.order(control.ExtendWrapup)
        except TOLD as error:
            self._tell(sentence_of(error, self.words))

    @work(group="keys", exclusive=True)
    async def action_submit(self) -> None:
        """Hand the summary in once everything is filled in."""
        pane = self.query_one(WrapupPane)
        if missing := pane.missing(self.form):
            self._tell(self.words("wrapup.missing", what=" · ".join(missing)))
            return
        if self._call is None:
            return
        try:
            await self.door.wrap_up(self._call, pane.written(self.form))
        except Refused as error:
            self._tell(sentence_of(error, self.words))
            await self.supervisor.order(control.EndWrapup)  # the call is closed; the desk is not
        except TOLD as error:
            self._tell(sentence_of(error, self.words))
        else:
            self.own.submitted()
            self.dismiss(None)

    def _tell(self, sentence: str) -> None:
        self.query_one(Notice).say(sentence)
