"""The seat's hand on the switchboard: orders out, news of the own calls in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from classroom.door import control
from lab.parts.door import Controls
from lab.parts.news import follow_news
from lab.seat.company import EVENTS, Remark
from lab.seat.deeds import Deed
from lab.seat.state import SeatState

MAIL = (control.STANDING, "message_left", "message_changed")
"""News after which the messages are counted anew."""


class Line:
    """Keeps ``state.company`` true and has deeds done; ``tell`` is given what the agent must know."""

    def __init__(
        self,
        state: SeatState,
        controls: Controls,
        *,
        tell: Callable[[Remark], None],
        changed: Callable[[], None],
        mail: Callable[[], None] = lambda: None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._state, self._controls = state, controls
        self._tell, self._changed, self._pause = tell, changed, pause
        self._mail = mail

    async def follow(self) -> None:
        """Read the news for ever."""
        await follow_news(self._controls, EVENTS, self._on_news, self._pause, own=True)

    def _on_news(self, news: control.News) -> None:
        if news.event in MAIL:
            self._mail()
        remark = self._state.company.take(news)
        self._changed()
        if remark is not None:
            self._tell(remark)

    async def do(self, deed: Deed, typed: str = "") -> None:
        """Have a deed done; ``Refused`` says why not."""
        assert deed.order is not None
        values = {**deed.values, **({deed.asks: typed} if typed else {})}
        dialled = typed if deed.order is control.Dial else self._state.company.dialled
        was, self._state.company.dialled = self._state.company.dialled, dialled
        try:
            await self._controls.do(deed.order, **values)
        except BaseException:
            self._state.company.dialled = was
            raise
        if deed.order is control.StartRecording:
            self._state.company.on_demand = True

    async def close(self) -> None:
        """Let go of the switchboard."""
        await self._controls.close()
