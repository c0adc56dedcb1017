"""A running switchboard on the loopback interface, with a real media worker, for strangers to call."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from telephony.media.process import MediaProcess
from telephony.pbx.commands import SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.events import BoardEvent
from telephony.pbx.plan import BoardPlan
from telephony.switchboard import Network, Switchboard

E = TypeVar("E")


class School:
    """The switchboard and everything it said."""

    def __init__(self, plan: BoardPlan, media: MediaProcess, **options: object) -> None:
        self.media = media
        self.news: list[BoardEvent] = []
        self._waiting: list[tuple[type, asyncio.Future[object]]] = []
        self.board = Switchboard(
            plan,
            media=media,
            on_event=self.hears,
            network=Network(**{"local": ("127.0.0.1", 0), **options}),  # type: ignore[arg-type]
        )

    @property
    def host(self) -> str:
        return self.board.address[0]

    @property
    def port(self) -> int:
        return self.board.address[1]

    def hears(self, event: BoardEvent) -> None:
        self.news.append(event)
        for kind, waiting in list(self._waiting):
            if isinstance(event, kind):
                self._waiting.remove((kind, waiting))
                if not waiting.done():
                    waiting.set_result(event)

    async def until(self, kind: type[E], count: int = 1) -> E:
        """Wait until so many of this kind have happened; returns the last."""
        async with asyncio.timeout(60):
            while len(found := self.all(kind)) < count:
                waiting: asyncio.Future[object] = asyncio.get_running_loop().create_future()
                self._waiting.append((kind, waiting))
                await waiting
        return found[-1]

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.news if isinstance(event, kind)]

    def kill_media(self) -> None:
        """The board's media worker crashes."""
        assert self.media.pid is not None
        os.kill(self.media.pid, signal.SIGKILL)

    def ready(self, *extensions: str) -> None:
        for extension in extensions:
            self.board.command(SetDuty(extension, Duty.READY))


@asynccontextmanager
async def open_school(plan: BoardPlan, **options: object) -> AsyncIterator[School]:
    async with MediaProcess() as media:
        school = School(plan, media, **options)
        await school.board.start()
        try:
            yield school
        finally:
            await school.board.close()
