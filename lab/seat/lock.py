"""The locked screen: nothing of any customer on it, and only the agent's password opens it (SEA-05)."""

from __future__ import annotations

from textual import work
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Label

from lab.errors import TOLD, ServerLost, sentence_of
from lab.parts.boxes import Box
from lab.parts.cells import clock
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind
from lab.parts.prose import Prose
from lab.seat.desk import Desk
from lab.words import Words

KEYS = (
    Key("f10", "app.lang", "lang", "lock"),
    Key("ctrl+q", "app.quit", "quit", "lock", priority=True),
)


class LockScreen(Screen[None]):
    """Lies over everything until the password is right."""

    DEFAULT_CSS = """
    LockScreen { align: center middle; background: $background; }
    LockScreen > Vertical {
        width: 60; max-width: 96%; height: auto; padding: 1 3; background: $surface;
        border-left: outer $accent;
    }
    LockScreen .title { text-style: bold; color: $accent; margin-bottom: 1; }
    LockScreen Label { width: 100%; }
    LockScreen Input { border: none; height: 1; padding: 0 1; margin-top: 1; background: $panel; }
    LockScreen Input:focus { border: none; background: $primary 25%; }
    LockScreen #lock-ring { color: $success; text-style: bold; }
    LockScreen #lock-trouble { color: $error; height: 2; margin-top: 1; }
    """

    def __init__(self, words: Words, desk: Desk) -> None:
        super().__init__()
        self.words = words
        self.desk = desk
        self._trouble = ""
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """Who is away, why and for how long; the password."""
        with Vertical():
            yield Label(id="lock-title", classes="title", markup=False)
            yield Prose(id="lock-why")
            yield Prose(id="lock-how")
            yield Label(id="lock-ring", markup=False)
            yield Box(id="lock-password", password=True, compact=True, max_length=200)
            yield Prose(id="lock-trouble")
        yield KeyRow()

    def on_mount(self) -> None:
        """Draw, then once a second for the timer."""
        self.retitle()
        self.set_interval(1.0, self.redraw)
        self.query_one(Input).focus()

    def retitle(self) -> None:
        """Put everything into the present language."""
        bind(self, KEYS, self.words)
        self.refresh_bindings()
        self._trouble = ""
        self.redraw()

    def redraw(self) -> None:
        """Draw this second."""
        say, state = self.words, self.desk.state
        self.query_one("#lock-title", Label).update(say("lock.title"))
        reason = say.or_plain("reason", state.reason) if state.reason else say("duty.break")
        time = clock(self.desk.clock() - state.began)
        who = f"{state.name} {state.extension}"
        self.query_one("#lock-why", Prose).update(
            say("lock.why", who=who, reason=reason, time=time)
        )
        self.query_one("#lock-how", Prose).update(say("lock.how"))
        ring = self.query_one("#lock-ring", Label)
        ring.display = state.has_call
        ring.update(say("lock.rings"))
        self.query_one("#lock-trouble", Prose).update(self._trouble)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter tries the password."""
        event.stop()
        self._unlock()

    @work(group="unlock", exclusive=True)
    async def _unlock(self) -> None:
        """Open the screen if the server knows the password."""
        box = self.query_one(Input)
        password, box.value = box.value, ""
        if not password:
            self._trouble = self.words("lock.empty")
        else:
            self._trouble = await self._tried(password)
        if self._trouble:
            self.redraw()
            return
        self.desk.state.locked = False
        self.dismiss()
        self.desk.changed()

    async def _tried(self, password: str) -> str:
        try:
            await self.desk.door.unlock(password)
        except ServerLost:
            return self.words("lock.lost")
        except TOLD as error:
            return sentence_of(error, self.words)
        return ""


def lock_if_due(app: App[int], words: Words, desk: Desk) -> None:
    """Lock the screen once no call is in progress and no summary is due."""
    state = desk.state
    if state.lock_due and state.duty != "break":
        state.lock_due = False
    if state.lock_due and state.between and not state.has_call:
        state.lock_due, state.locked = False, True
        app.push_screen(LockScreen(words, desk))
