"""The supervisor's hands: orders over the desks in charge, and a telephone that lifts itself for them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from classroom.door.control import AnswerFor, News, Order
from classroom.door.wire import DeskState
from lab.console.behind import EVENTS, Behind
from lab.errors import TOLD, TelephoneLost
from lab.parts.door import Controls
from lab.parts.news import follow_news
from lab.seat.telephone import (
    CallEnded,
    Rang,
    Registered,
    SoundCard,
    SoundLost,
    Telephone,
    TelephoneCall,
    Unregistered,
)


class Supervisor:
    """Keeps ``behind`` true; ``changed`` is called after every change, ``tell`` with what happened."""

    def __init__(
        self,
        behind: Behind,
        controls: Controls,
        telephone: Telephone | None,
        *,
        clock: Callable[[], float],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.behind = behind
        self.changed: Callable[[], None] = lambda: None
        self.tell: Callable[[str], None] = lambda key: None
        self._controls, self._telephone = controls, telephone
        self._clock, self._pause = clock, pause
        self._call: TelephoneCall | None = None
        self._answers = False
        """The next call is lifted at once: it was asked for."""

    async def follow_news(self) -> None:
        """Read the news for ever."""
        await follow_news(self._controls, EVENTS, self._on_news, self._pause)

    def _on_news(self, news: News) -> None:
        if told := self.behind.take(news, self._clock()):
            self.tell(told)
        self.changed()

    async def follow_telephone(self) -> None:
        """Open the telephone and read what happens to it."""
        if self._telephone is None:
            return
        try:
            await self._telephone.start()
            async for event in self._telephone.events():
                await self._on_telephone(event)
                self.changed()
        except TelephoneLost as error:
            self.behind.registered, self.behind.trouble = False, str(error)
            self.changed()

    async def _on_telephone(self, event: object) -> None:
        behind = self.behind
        match event:
            case Registered():
                behind.registered, behind.trouble = True, ""
            case Unregistered(why=why):
                behind.registered, behind.trouble = False, why
            case SoundCard(works=works):
                behind.silent = not works
            case SoundLost():
                behind.silent = True
            case Rang(call=call):
                self._call = call
                behind.rang(call.caller)
                if call.supervises or self._answers:
                    await self.answer()
            case CallEnded(call=call) if call is self._call:
                self._call = None
                behind.over()

    async def order(self, order: type[Order], **values: Any) -> None:
        """Have the switchboard do something; ``Refused`` says why not."""
        await self._controls.do(order, **values)
        self._answers = order is AnswerFor

    async def answer(self) -> None:
        """Lift the own telephone."""
        if self._call is not None and self.behind.ringing:
            self._answers = False
            await self._call.answer()
            self.behind.lifted(self._clock())
            self.changed()

    async def hang_up(self) -> None:
        """Put the own telephone down, or refuse."""
        if self._call is not None:
            call, self._call = self._call, None
            self.behind.over()
            self.changed()
            await call.hang_up()

    async def again(self, own: DeskState | None) -> None:
        """The server was away: register at once; a call that it has forgotten is over, and that is told."""
        if self._telephone is not None:
            self._telephone.again()
        if self.behind.on_the_line and (own is None or own.activity == "idle"):
            self.tell("lost")
            with contextlib.suppress(*TOLD):
                await self.hang_up()

    async def close(self) -> None:
        """Leave whatever is supervised, and take the telephone off the network."""
        with contextlib.suppress(*TOLD):
            await self.hang_up()
        if self._telephone is not None:
            await self._telephone.close()
        await self._controls.close()
