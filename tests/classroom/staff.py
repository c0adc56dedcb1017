"""A server of its own process, and a student with a real telephone who works by the model answer."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from classroom.door import wire
from classroom.door.client import DoorClient
from classroom.errors import CannotStart
from classroom.main import serve
from classroom.school.demo import demo_password
from classroom.settings import Settings
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone, PhoneCall, Rang
from tests.stage.nursery import Born


def serve_at(data: Path, sip: int, http: int) -> None:
    """Run a server until it is told to end."""
    network = {"sip_port": sip, "http_port": http}
    school, voices = {"lang": "en"}, {"engine": "tone"}
    settings = Settings.load(data, network=network, voices=voices, school=school)

    def announce(text: str) -> None:
        print(text, flush=True)

    try:
        asyncio.run(serve(settings, demo_class=True, announce=announce))
    except CannotStart as error:
        announce(str(error))
        sys.exit(2)


@dataclass
class Serving:
    """A server in a process of its own."""

    process: Born
    server: str
    said: list[str]

    def kill(self) -> None:
        self.process.kill()

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()


async def launch(data: Path, *, sip: int = 0, http: int = 0) -> Serving:
    """Start a server and wait until it serves or has given up."""
    process = Born(serve_at, data, sip, http)
    said: list[str] = []
    while line := (await process.line()).strip():
        said.append(line)
        if line.startswith("Serving"):
            return Serving(process, line.split("http://")[1].split(" ")[0], said)
    await process.wait()
    return Serving(process, "", said)


@asynccontextmanager
async def serving(data: Path) -> AsyncIterator[Serving]:
    """Run a server for a while."""
    server = await launch(data)
    try:
        yield server
    finally:
        await server.stop()


@dataclass
class Student:
    """Takes calls with a telephone and says what the model answer says."""

    door: DoorClient
    teacher: DoorClient
    phone: Phone
    extension: str
    captions: list[wire.Caption] = field(default_factory=list)
    cards: dict[str, wire.CallCard] = field(default_factory=dict)
    graded: dict[str, wire.Scorecard] = field(default_factory=dict)
    popped: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    in_second_talk: asyncio.Event = field(default_factory=asyncio.Event)
    model: wire.ModelAnswer | None = None
    call: PhoneCall | None = None

    async def work(self, calls: int = 1) -> None:
        """Take calls until so many are graded."""
        answering = asyncio.create_task(self._answer())
        try:
            async for event in self.door.floor():
                await self._note(event)
                if len(self.graded) == calls:
                    return
        finally:
            answering.cancel()

    async def _answer(self) -> None:
        async for event in self.phone.events():
            if isinstance(event, Rang):
                await event.call.ring()
                self.call = event.call
                call_id = await self.popped.get()
                self.model = await self.teacher.model(call_id)
                await event.call.answer()
                await self.door.act(call_id, wire.Action(what="opened_record"))
                await self._say(self.model.opening)

    async def _note(self, event: wire.FloorEvent) -> None:
        match event:
            case wire.CardPopped(card=card):
                self.cards[card.call_id] = card
                self.popped.put_nowait(card.call_id)
            case wire.Caption():
                self.captions.append(event)
                if len(self.graded) == 1 and event.who == "customer" and event.at > 4.0:
                    self.in_second_talk.set()
                if event.who == "customer" and not event.speaking:
                    await self._reply(event.call_id, event.beat)
            case wire.CallChanged(call=call) if call.state == "wrapping" and self.model:
                model, self.model = self.model, None
                await self.door.wrap_up(call.call_id, model.wrapup)
            case wire.Graded(call_id=call_id, scorecard=card):
                self.graded[call_id] = card
            case _:
                pass

    async def _reply(self, call_id: str, beat: str) -> None:
        if self.model is None or self.call is None:
            return
        for turn in self.model.turns:
            if turn.beat == beat:
                await self._say(turn.say)
                for action in turn.actions:
                    if action.what == "hang_up":
                        await self.call.hang_up()
                    else:
                        await self.door.act(call_id, action)

    async def _say(self, text: str) -> None:
        assert self.call is not None
        await self.call.say_text(text, [("X-Lab-Line", "typed")])


@asynccontextmanager
async def student(server: str, login: str = "s01") -> AsyncIterator[Student]:
    """Let a student sit down: logged in, agreed, registered, ready."""
    async with (
        DoorClient(server, lang="en") as door,
        DoorClient(server, lang="en") as teacher,
        MediaProcess() as media,
    ):
        session = await door.login(login, demo_password(login))
        await door.consent()
        await teacher.login("teacher", demo_password("teacher"))
        assert session.sip
        account = Account(
            session.sip.extension, session.sip.password, (session.sip.host, session.sip.port)
        )
        async with Phone(account, media=media) as phone:
            await phone.register()
            await door.desk("ready")
            yield Student(door, teacher, phone, session.sip.extension)
