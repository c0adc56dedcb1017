"""Seats with real telephones at a running server: they answer, hum a tone of their own, hang up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from classroom.door import wire
from classroom.door.client import DoorClient
from classroom.school.demo import demo_password
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone, PhoneCall, Rang


@dataclass
class Seat:
    """One student with a telephone; whatever rings is answered with a tone of so many hertz."""

    door: DoorClient
    phone: Phone
    hertz: int
    calls: list[PhoneCall] = field(default_factory=list)
    talking: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> None:
        """Take calls, one after the other."""
        async for event in self.phone.events():
            if isinstance(event, Rang):
                await event.call.ring()
                await event.call.answer()
                self.calls.append(event.call)
                await event.call.play([f"tone:{self.hertz}:1.0", "silence:3.0"], loop=True)
                self.talking.set()

    async def hang_up(self) -> None:
        """End the call under way."""
        await self.calls[-1].hang_up()


@asynccontextmanager
async def seat(
    server: str, media: MediaProcess, number: int, *, host: str = "127.0.0.1"
) -> AsyncIterator[Seat]:
    """Sit down: logged in, agreed, registered, ready."""
    login = f"s{number:02}"
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(DoorClient(server, lang="en"))
        session = await door.login(login, demo_password(login))
        await door.consent()
        sip = session.sip
        assert sip is not None
        account = Account(sip.extension, sip.password, (sip.host, sip.port))
        phone = await stack.enter_async_context(Phone(account, media=media, local=(host, 0)))
        await phone.register()
        await door.desk("ready")
        one = Seat(door, phone, 400 + 50 * number)
        answering = asyncio.create_task(one.answer(), name=f"seat {login}")
        try:
            yield one
        finally:
            answering.cancel()


@asynccontextmanager
async def teacher(server: str) -> AsyncIterator[DoorClient]:
    """The instructor, logged in."""
    async with DoorClient(server, lang="en") as door:
        await door.login("teacher", demo_password("teacher"))
        yield door


async def until_states(door: DoorClient, wanted: set[str], count: int) -> list[wire.CallSummary]:
    """Look at the calls, whenever the floor tells something, until so many are in such a state."""

    async def enough() -> list[wire.CallSummary] | None:
        found = [call for call in await door.calls() if call.state in wanted]
        return found if len(found) >= count else None

    events = door.floor()
    try:
        async for _ in events:
            if (found := await enough()) is not None:
                return found
    finally:
        await events.aclose()  # type: ignore[attr-defined]  # it is an async generator
    raise AssertionError("the floor ended")
