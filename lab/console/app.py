"""The instructor's console as an application."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import App
from textual.binding import BindingType

from classroom.door.client import DoorClient
from classroom.door.wire import Session
from lab.console.detail import DetailScreen
from lab.console.player import Player
from lab.console.screen import ConsoleScreen
from lab.console.state import FloorState
from lab.errors import Refused
from lab.parts.door import ConsoleDoor
from lab.parts.keys import HOPS
from lab.parts.login import LoginScreen, Ticket
from lab.parts.palette import CALM
from lab.words import Lang, Words


class ConsoleApp(App[int]):
    """The console; returns its exit code.

    ``connect`` opens the door of a server. With login and password given it logs in by itself.
    """

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(HOPS)

    def __init__(
        self,
        *,
        connect: Callable[[str], ConsoleDoor],
        server: str = "",
        login: str = "",
        password: str = "",
        lang: Lang = "zh",
        clock: Callable[[], float] = time.monotonic,
        player: Player | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__()
        self.words = Words(lang)
        self.connect = connect
        self.ticket = Ticket(server, login, password)
        self.clock = clock
        self.player = player or Player()
        self.pause = pause
        self._door: ConsoleDoor | None = None
        self.register_theme(CALM)
        self.theme = CALM.name

    def on_mount(self) -> None:
        """Begin with the log-in."""
        self.title = self.words("console.title")
        self.push_screen(LoginScreen(self.words, "login.console_title", self.ticket, self._enter))

    async def _enter(self, ticket: Ticket) -> Session:
        if self._door is not None:
            await self._door.close()
        self._door = self.connect(ticket.server)
        session = await self._door.login(ticket.login, ticket.password)
        if session.role == "student":
            raise Refused(self.words("login.not_instructor"), 403)
        return session

    def on_login_screen_entered(self, event: LoginScreen.Entered) -> None:
        """Show the floor."""
        assert self._door is not None
        state = FloorState(name=event.session.name)
        screen = ConsoleScreen(
            self.words,
            state,
            self._door,
            clock=self.clock,
            player=self.player,
            pause=self.pause,
        )
        self.switch_screen(screen)

    def action_lang(self) -> None:
        """Switch the language of everything on screen."""
        self.words.switch()
        self.title = self.words("console.title")
        for screen in self.screen_stack:
            if isinstance(screen, (ConsoleScreen, DetailScreen, LoginScreen)):
                screen.retitle()

    async def action_quit(self) -> None:
        """Leave."""
        await self.player.close()
        if self._door is not None:
            await self._door.close()
        self.exit(0)


def run_console(server: str, *, login: str = "", password: str = "", lang: Lang = "zh") -> int:
    """Open the console of a server on this terminal; returns the exit code."""
    app = ConsoleApp(
        connect=lambda address: DoorClient(address, lang=app.words.lang),
        server=server,
        login=login,
        password=password,
        lang=lang,
    )
    return app.run() or 0
