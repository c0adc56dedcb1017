"""The seat as an application: log in, agree once, then sit down."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from classroom.door.client import DoorClient
from classroom.door.control_client import ControlClient
from classroom.door.seats import SeatRules
from classroom.door.wire import Session, SipAccount
from lab.errors import TOLD, Refused, TelephoneLost
from lab.parts.dialogs import NoticeScreen
from lab.parts.door import Controls, SeatDoor
from lab.parts.keys import HOPS
from lab.parts.login import LoginScreen, Ticket
from lab.parts.palette import CALM
from lab.parts.player import Player
from lab.parts.turns import Turns
from lab.seat.callmenu import give_way
from lab.seat.company import Remark
from lab.seat.desk import Desk
from lab.seat.forwarding import ForwardsPage
from lab.seat.handset import Handset
from lab.seat.keys import does_something
from lab.seat.letters import LettersPage
from lab.seat.line import Line
from lab.seat.lock import LockScreen, lock_if_due
from lab.seat.page import Page, clear_the_way
from lab.seat.pins import trusted
from lab.seat.records import RecordsPage
from lab.seat.screen import SeatScreen
from lab.seat.state import SeatState
from lab.seat.telephone import Telephone
from lab.seat.voicemail import MessagesPage
from lab.words import Advice, Lang, Words


class SeatApp(Turns):
    """A student's seat; returns its exit code.

    ``connect`` opens the door of a server, ``control`` lays hand on its switchboard with a token,
    ``telephone`` makes the seat's own telephone. With login and password given the seat logs in by
    itself; ``ready`` then goes ready at once.
    """

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(HOPS)

    def __init__(
        self,
        *,
        connect: Callable[[str], SeatDoor],
        control: Callable[[str, str], Controls],
        telephone: Callable[[SipAccount], Telephone],
        server: str = "",
        login: str = "",
        password: str = "",
        lang: Lang = "zh",
        ready: bool = False,
        advice: Advice | None = None,
        clock: Callable[[], float] = time.monotonic,
        player: Player | None = None,
    ) -> None:
        super().__init__()
        self.words = Words(lang)
        self.connect = connect
        self.control = control
        self.make_telephone = telephone
        self.ticket = Ticket(server, login, password)
        self.begins_ready = ready
        self.advice = advice
        self.clock = clock
        self.player = player
        self.desk: Desk | None = None
        self._door: SeatDoor | None = None
        self.register_theme(CALM)
        self.theme = CALM.name

    def on_mount(self) -> None:
        """Begin with the log-in."""
        self.title = self.words("seat.title")
        self.push_screen(LoginScreen(self.words, "login.seat_title", self.ticket, self._enter))

    async def _enter(self, ticket: Ticket) -> Session:
        if self._door is not None:
            await self._door.close()
        self._door = self.connect(ticket.server)
        session = await self._door.login(ticket.login, ticket.password)
        if session.sip is None:
            raise Refused(self.words("login.not_seat"), 403)
        await self._door.sit()
        return session

    @work
    async def on_login_screen_entered(self, event: LoginScreen.Entered) -> None:
        """Show the notice once, then the seat."""
        session, door, self.ticket = event.session, self._door, event.ticket
        assert door is not None and session.sip is not None
        if not session.consented:
            if not await self.push_screen_wait(NoticeScreen(self.words, session.notice)):
                await door.close()
                self.exit(0)
                return
            await door.consent()
        state = SeatState(name=session.name, extension=session.sip.extension, began=self.clock())
        state.advice = self.advice
        try:
            telephone: Telephone | None = self.make_telephone(session.sip)
        except TelephoneLost as error:
            telephone, state.telephone_trouble = None, str(error)
        controls = self.control(event.ticket.server, session.token)
        self._sit_down(state, door, controls, telephone)

    def _sit_down(
        self, state: SeatState, door: SeatDoor, controls: Controls, telephone: Telephone | None
    ) -> None:
        desk = Desk(
            state,
            door,
            telephone,
            lang=self.words.lang,
            clock=self.clock,
            changed=self._changed,
        )
        desk.line = Line(
            state, controls, tell=self._tell, changed=self._changed, mail=self._count_mail
        )
        desk.on_rules = self._learn
        self.desk = desk
        self.switch_screen(SeatScreen(self.words, desk))
        self.run_worker(self._follow(desk), group="floor")
        self.run_worker(desk.follow_telephone(), group="telephone")
        self.run_worker(desk.line.follow(), group="line")
        if self.begins_ready:
            self.run_worker(self._begin_ready(desk), group="ready")

    async def _follow(self, desk: Desk) -> None:
        """Read the floor until another seat takes this log-in; then tell so, where one logs in."""
        try:
            await desk.follow_floor()
        except Refused as error:
            for group in ("telephone", "line", "ready"):
                self.workers.cancel_group(self, group)
            self.desk = None
            await desk.stop()
            while not isinstance(self.screen, SeatScreen):
                await self.pop_screen()
            self.ticket = Ticket(self.ticket.server, self.ticket.login, "")
            title, enter = "login.seat_title", self._enter
            await self.switch_screen(LoginScreen(self.words, title, self.ticket, enter, str(error)))

    async def _begin_ready(self, desk: Desk) -> None:
        try:
            await desk.begin_ready()
        except TOLD as error:
            self._say(str(error))

    def _tell(self, remark: Remark) -> None:
        self._say(self.words(f"told.{remark.key}", **remark.values))

    def _say(self, sentence: str) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, SeatScreen):
                screen.tell(sentence)

    def _learn(self, rules: SeatRules) -> None:
        for one in rules.reasons:
            self.words.teach("reason", one.id, zh=one.zh, en=one.en)

    def _count_mail(self) -> None:
        if self.desk is not None:
            self.run_worker(self.desk.count_mail(), group="mail", exclusive=True)

    def _changed(self) -> None:
        if self.desk is not None:
            give_way(self, self.desk.state)
            clear_the_way(self, self.desk)
            lock_if_due(self, self.words, self.desk)
        for screen in self.screen_stack:
            if isinstance(screen, SeatScreen) and screen.is_mounted:
                screen.redraw()
            elif isinstance(screen, LettersPage):
                screen.look()

    def action_lang(self) -> None:
        """Switch the language of everything on screen."""
        self.words.switch()
        for screen in self.screen_stack:
            if isinstance(screen, (SeatScreen, LoginScreen, LockScreen, Page)):
                screen.retitle()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The pages are for the time between calls."""
        return does_something(action, self.desk.state) if self.desk else True

    def action_records(self) -> None:
        """Open the agent's own calls."""
        if self.desk is not None:
            self.push_screen(RecordsPage(self.words, self.desk))

    def action_forwards(self) -> None:
        """Open where the own calls go when nobody takes them."""
        if self.desk is not None:
            self.push_screen(ForwardsPage(self.words, self.desk))

    def action_messages(self) -> None:
        """Open the voice messages."""
        if self.desk is not None:
            self.player = self.player or Player()
            self.push_screen(MessagesPage(self.words, self.desk, self.player))

    def action_letters(self) -> None:
        """Open the line of letters."""
        if self.desk is not None:
            self.push_screen(LettersPage(self.words, self.desk))

    def on_unmount(self) -> None:
        """However the seat ends, nothing said stays on the disk."""
        if self.desk is not None:
            self.desk.tidy()

    async def action_quit(self) -> None:
        """Log out and leave."""
        self.workers.cancel_group(self, "floor")
        self.workers.cancel_group(self, "telephone")
        self.workers.cancel_group(self, "line")
        if self.desk is not None:
            await self.desk.close()
        elif self._door is not None:
            await self._door.close()
        if self.player is not None:
            await self.player.close()
        self.exit(0)


def run_seat(
    server: str,
    *,
    login: str = "",
    password: str = "",
    lang: Lang = "zh",
    ready: bool = False,
    advice: Advice | None = None,
    fingerprint: str = "",
) -> int:
    """Open a seat at a server on this terminal; returns the exit code.

    With login and password it logs in by itself; with ``ready`` it goes ready by itself too. ``advice`` is
    shown between calls; its last row is a command. ``fingerprint`` is what the server's certificate must
    have; without it the seat remembers the first one it meets.
    """

    def telephone(account: SipAccount) -> Telephone:
        return Handset(trusted(account, app.ticket.server, app.words, typed=fingerprint))

    app = SeatApp(
        connect=lambda address: DoorClient(address, lang=app.words.lang),
        control=lambda address, token: ControlClient(address, token, lang=app.words.lang),
        telephone=telephone,
        server=server,
        login=login,
        password=password,
        lang=lang,
        ready=ready,
        advice=advice,
    )
    return app.run() or app.return_code or 0
