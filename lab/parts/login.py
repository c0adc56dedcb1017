"""The log-in screen of seat and console."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Middle, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, Label

from classroom.door.wire import Session
from lab.errors import TOLD, Refused, sentence_of
from lab.parts.boxes import Box
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind
from lab.parts.prose import Prose
from lab.words import Words


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a person types to come in."""

    server: str
    login: str
    password: str


class LoginScreen(Screen[None]):
    """Asks for server, login and password until ``enter`` lets the person in."""

    DEFAULT_CSS = """
    LoginScreen { background: $background; }
    LoginScreen #card {
        width: 52; height: auto; padding: 1 3; background: $surface;
        border-left: outer $primary;
    }
    LoginScreen .title { text-style: bold; color: $primary; margin-bottom: 1; }
    LoginScreen .label { color: $text-muted; }
    LoginScreen Input { border: none; height: 1; padding: 0 1; background: $panel; margin-bottom: 1; }
    LoginScreen Input:focus { background: $primary 25%; }
    LoginScreen Button { width: 100%; margin-top: 0; border: none; height: 1; }
    LoginScreen #sentence { width: 100%; color: $error; min-height: 2; margin-top: 1; }
    """

    AUTO_FOCUS = ".first"
    """From the first moment, as people type while the screen opens."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", show=False, id="login.down", tooltip="Next field"),
        Binding("up", "app.focus_previous", show=False, id="login.up", tooltip="Field above"),
    ]
    KEYS = (
        Key("f10", "app.lang", "lang", "login"),
        Key("ctrl+q", "app.quit", "quit", "login", priority=True),
    )

    class Entered(Message):
        """The server let the person in."""

        def __init__(self, session: Session, ticket: Ticket) -> None:
            super().__init__()
            self.session, self.ticket = session, ticket

    def __init__(
        self,
        words: Words,
        title: str,
        ticket: Ticket,
        enter: Callable[[Ticket], Awaitable[Session]],
        told: str = "",
    ) -> None:
        super().__init__()
        self.words = words
        self.title_key = title
        self.ticket = ticket
        self.enter = enter
        self.told = told
        """Why one has to log in again."""
        self._inside = False

    def compose(self) -> ComposeResult:
        """A card in the middle of the screen; who opens it types where something is missing."""
        ticket = self.ticket
        empty = [name for name in ("server", "login", "password") if not getattr(ticket, name)]
        first = empty[0] if empty else "enter"
        with Middle(), Center(), Vertical(id="card"):
            yield Label(id="title", classes="title")
            for name, value in (
                ("server", ticket.server),
                ("login", ticket.login),
                ("password", ticket.password),
            ):
                yield Label(id=f"{name}-label", classes="label")
                classes = "first" if name == first else ""
                hidden = name == "password"
                yield Box(value, id=name, password=hidden, compact=True, classes=classes)
            classes = "first" if first == "enter" else ""
            yield Button("", id="enter", variant="primary", compact=True, classes=classes)
            yield Prose(self.told, id="sentence")
        yield KeyRow()

    def on_mount(self) -> None:
        """Come in at once where nothing is missing."""
        self.retitle()
        self.query_one(self.AUTO_FOCUS).focus()
        if self.ticket.server and self.ticket.login and self.ticket.password:
            self.submit()

    def retitle(self) -> None:
        """Put every label into the present language."""
        bind(self, self.KEYS, self.words)
        self.refresh_bindings()
        self.query_one("#title", Label).update(self.words(self.title_key))
        for name in ("server", "login", "password"):
            self.query_one(f"#{name}-label", Label).update(self.words(f"login.{name}"))
        self.query_one("#enter", Button).label = self.words("login.enter")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next empty field, then in."""
        empty = [box for box in self.query(Input) if not box.value]
        if empty and event.input not in empty:
            empty[0].focus()
        else:
            self.submit()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button comes in."""
        self.submit()

    def submit(self) -> None:
        """Try to come in with what is typed; whoever is inside is not let in twice."""
        if self._inside:
            return
        values = {name: self.query_one(f"#{name}", Input).value for name in ("server", "login")}
        password = self.query_one("#password", Input).value
        if not values["login"].strip() or not password:
            self.say(self.words("login.empty"))
            return
        ticket = Ticket(values["server"].strip(), values["login"].strip(), password)
        self.say("")
        self.query_one("#enter", Button).label = self.words("login.busy")
        self.run_worker(self._enter(ticket), exclusive=True)

    async def _enter(self, ticket: Ticket) -> None:
        try:
            session = await self.enter(ticket)
        except Refused as error:
            self.say(self.words("login.wrong") if error.status == 401 else str(error))
            self.query_one("#password", Input).focus()
        except TOLD as error:
            self.say(sentence_of(error, self.words))
        else:
            self._inside = True
            self.post_message(self.Entered(session, ticket))
        self.query_one("#enter", Button).label = self.words("login.enter")

    def say(self, sentence: str) -> None:
        """Show one sentence under the fields."""
        self.query_one("#sentence", Prose).update(sentence)
