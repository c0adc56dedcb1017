"""The instructor's console as an application."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.binding import BindingType

from classroom.door.client import DoorClient
from classroom.door.control_client import ControlClient
from classroom.door.wire import Session, SipAccount
from lab.console.behind import Behind
from lab.console.customers import CustomersScreen
from lab.console.detail import DetailScreen
from lab.console.flow import FlowScreen
from lab.console.flows import FlowsScreen
from lab.console.letters import LetterLook, LettersScreen
from lab.console.screen import ConsoleScreen
from lab.console.state import FloorState
from lab.console.summary import SummaryScreen
from lab.console.telephone import Supervisor
from lab.errors import Refused, TelephoneLost
from lab.parts.door import ConsoleDoor, Controls
from lab.parts.keys import HOPS
from lab.parts.login import LoginScreen, Ticket
from lab.parts.palette import CALM
from lab.parts.player import Player
from lab.parts.turns import Turns
from lab.seat.handset import Handset
from lab.seat.pins import trusted
from lab.seat.state import SeatState
from lab.seat.telephone import Telephone
from lab.words import Lang, Words

SCREENS = (
    ConsoleScreen, CustomersScreen, DetailScreen, FlowScreen, FlowsScreen, LetterLook, LettersScreen,
    LoginScreen, SummaryScreen,
)  # fmt: skip
"""What speaks the language of the moment."""


class ConsoleApp(Turns):
    """The console; returns its exit code.

    ``connect`` opens the door of a server, ``control`` lays hand on its switchboard with a token,
    ``telephone`` makes the supervisor's own telephone. With login and password given it logs in by itself.
    """

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(HOPS)

    def __init__(
        self,
        *,
        connect: Callable[[str], ConsoleDoor],
        control: Callable[[str, str], Controls],
        telephone: Callable[[SipAccount], Telephone],
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
        self.control = control
        self.make_telephone = telephone
        self.supervisor: Supervisor | None = None
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
        sip = event.session.sip
        own = SeatState(extension=sip.extension if sip else "")
        state = FloorState(name=event.session.name, own=own)
        self.supervisor = self._supervisor(event.ticket.server, event.session)
        screen = ConsoleScreen(
            self.words,
            state,
            self._door,
            clock=self.clock,
            player=self.player,
            supervisor=self.supervisor,
            pause=self.pause,
        )
        self.switch_screen(screen)

    def _supervisor(self, server: str, session: Session) -> Supervisor:
        behind = Behind(own=session.sip.extension if session.sip else "")
        telephone: Telephone | None = None
        try:
            telephone = self.make_telephone(session.sip) if session.sip else None
        except TelephoneLost as error:
            behind.trouble = str(error)
        controls = self.control(server, session.token)
        return Supervisor(behind, controls, telephone, clock=self.clock, pause=self.pause)

    def action_lang(self) -> None:
        """Switch the language of everything on screen."""
        self.words.switch()
        self.title = self.words("console.title")
        for screen in self.screen_stack:
            if isinstance(screen, SCREENS):
                screen.retitle()

    async def action_quit(self) -> None:
        """Leave."""
        for group in ("news", "telephone"):
            self.workers.cancel_group(self, group)
        await self.player.close()
        if self.supervisor is not None:
            await self.supervisor.close()
        if self._door is not None:
            await self._door.close()
        self.exit(0)


def run_console(server: str, *, login: str = "", password: str = "", lang: Lang = "zh") -> int:
    """Open the console of a server on this terminal; returns the exit code."""

    def telephone(account: SipAccount) -> Telephone:
        return Handset(trusted(account, app.ticket.server, app.words, typed=""))

    app = ConsoleApp(
        connect=lambda address: DoorClient(address, lang=app.words.lang),
        control=lambda address, token: ControlClient(address, token, lang=app.words.lang),
        telephone=telephone,
        server=server,
        login=login,
        password=password,
        lang=lang,
    )
    return app.run() or app.return_code or 0
