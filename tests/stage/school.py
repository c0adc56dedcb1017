"""A running switchboard on the loopback interface, with a real media worker, for strangers to call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from telephony.media.process import MediaProcess
from telephony.pbx.commands import SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.events import BoardEvent
from telephony.pbx.plan import BoardPlan
from telephony.switchboard import Switchboard

E = TypeVar("E")


class School:
    """The switchboard and everything it said."""

    def __init__(self, plan: BoardPlan, media: MediaProcess, **options: object) -> None:
        self.news: list[BoardEvent] = []
        self.board = Switchboard(
            plan,
            media=media,
            on_event=self.news.append,
            local=("127.0.0.1", 0),
            **options,  # type: ignore[arg-type]
        )

    @property
    def host(self) -> str:
        return self.board.address[0]

    @property
    def port(self) -> int:
        return self.board.address[1]

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.news if isinstance(event, kind)]

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
