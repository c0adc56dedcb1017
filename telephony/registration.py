"""Keeping a telephone registered: REGISTER, refresh in time, try again when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telephony.errors import BadMessage, RegistrationRefused
from telephony.sip import headers as grammar
from telephony.sip.events import Address
from telephony.sip.message import Response
from telephony.wires.wire import Transport, resolved

_SOONEST, _LATEST = 5.0, 60.0


@dataclass(frozen=True, slots=True)
class Account:
    """Who a telephone is, and where it registers."""

    user: str
    password: str = field(repr=False)
    server: Address
    domain: str = ""
    """The server's address where none is given."""
    display: str = ""
    transport: Transport = "udp"
    ca: str = field(default="", repr=False)
    """The certificate (PEM) which alone is believed where the transport is TLS."""
    by_name: bool = False
    """The server's certificate holds its name and not its address, as carriers' do."""

    async def find(self) -> Address:
        """Look the server's name up, unless the server is to prove that very name."""
        return self.server if self.by_name else await resolved(self.server)


@dataclass(frozen=True, slots=True)
class Registered:
    """The telephone can be called."""

    expires: int


@dataclass(frozen=True, slots=True)
class RegistrationLost:
    """The telephone cannot be called; it goes on trying."""

    why: str


Ask = Callable[[int], Awaitable[tuple[int, Response | None]]]
"""Sends a REGISTER for so many seconds; returns the final status and response."""


class Registration:
    """One binding at one registrar."""

    def __init__(
        self,
        account: Account,
        ask: Ask,
        tell: Callable[[Registered | RegistrationLost], None],
        trouble: Callable[[], str] = str,
    ) -> None:
        """``trouble`` says in a sentence why the server is out of reach, where that is known."""
        self._account = account
        self._trouble = trouble
        self._broken = asyncio.Event()
        self._ask = ask
        self._tell = tell
        self._keeping: asyncio.Task[None] | None = None
        self.standing = False

    async def begin(self, expires: int) -> None:
        """Register and keep it so; raises RegistrationRefused."""
        await self._stop()
        granted = await self._register(expires)
        self._keeping = asyncio.create_task(self._keep(expires, granted), name="registration")

    async def end(self) -> None:
        """Take the binding away."""
        await self._stop()
        if self.standing:
            self.standing = False
            await self._ask(0)

    def lost(self, why: str) -> None:
        """Learn that the way to the server broke: register again at once."""
        if self.standing:
            self.standing = False
            self._tell(RegistrationLost(why))
            self._broken.set()

    async def _stop(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
            self._keeping = None

    async def _register(self, expires: int) -> int:
        status, response = await self._ask(expires)
        if status == 423 and response is not None:
            floor = response.headers.get("Min-Expires")
            expires = int(floor) if floor.isascii() and floor.isdigit() else expires
            status, response = await self._ask(expires)
        if status >= 300 or response is None:
            raise RegistrationRefused(self._sentence(status), status)
        granted = _granted(response, expires)
        self.standing = True
        self._tell(Registered(granted))
        return granted

    async def _keep(self, expires: int, granted: int) -> None:
        pause = 0.8 * granted
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._broken.wait(), pause)
                pause = _SOONEST
            self._broken.clear()
            try:
                pause = 0.8 * await self._register(expires)
            except RegistrationRefused as refusal:
                if self.standing:
                    pause = _SOONEST
                    self.standing = False
                    self._tell(RegistrationLost(str(refusal)))
                pause = min(2 * pause, _LATEST)

    def _sentence(self, status: int) -> str:
        user = self._account.user
        host, port = self._account.server
        if status == 503 and (why := self._trouble()):
            return why
        if status in (401, 403, 404, 407):
            return (
                f"The server does not accept extension {user} with this password ({status}): "
                "check both with your instructor."
            )
        if status in (408, 503):
            return (
                f"No answer from the telephone server at {host}:{port}: "
                f"check that it runs and that the network lets {self._account.transport.upper()} through."
            )
        return f"The telephone server refused extension {user} with {status}: ask your instructor."


def _granted(response: Response, wanted: int) -> int:
    """Return the shortest life among the bindings told: ours is one of them."""
    texts = [life for value in response.headers.all("Contact") if (life := _life(value))]
    texts = texts or [response.headers.get("Expires")]
    lives = [int(text) for text in texts if text.isascii() and text.isdigit() and int(text)]
    return min(lives, default=wanted)


def _life(contact: str) -> str:
    try:
        return grammar.name_addr(contact).param("expires") or ""
    except BadMessage:
        return ""
