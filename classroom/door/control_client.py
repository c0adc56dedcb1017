"""Call control from outside: typed orders in, refusals raised, news as they come.

async with ControlClient("127.0.0.1:8060", session.token, lang="zh") as control:
await control.do(Hold)                                # raises DoorRefused with one sentence
await control.do(Transfer, number="1007")
async for news in control.news("desk_answered"):      # after a loss it begins with what was missed
print(news.event, news.fields)
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Any

from pydantic import TypeAdapter
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from classroom.door import control, wire
from classroom.door.client import DoorRefused, lost

ANSWERS: TypeAdapter[control.Answer] = TypeAdapter(control.Answer)
CONFLICT = 409


class ControlClient:
    """One person's control WebSocket; a lost one is opened anew by the next order."""

    def __init__(self, server: str, token: str, *, lang: wire.Lang = "zh") -> None:
        self._server = server.removeprefix("http://").rstrip("/")
        self._token, self._lang = token, lang
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[control.Done | control.Refused]] = {}
        self._news: asyncio.Queue[control.News | control.Missed | control.Done | None] = (
            asyncio.Queue()
        )
        """What this connection told of the news, and when a subscription was answered."""
        self._last: int | None = None
        """The number up to which all news were handed on."""
        self._ids = itertools.count(1)
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> ControlClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave."""
        if self._socket:
            await self._socket.close()
        if self._reading:
            await self._reading
        self._socket = self._reading = None

    async def do(self, order: type[control.Order], **values: Any) -> None:
        """Carry out one order; raises DoorRefused where it cannot be done, DoorLost."""
        await self._open()
        assert self._socket is not None
        name = str(next(self._ids))
        answer = self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(order(id=name, **values).model_dump_json())
            told = await answer
        except ConnectionClosed as error:
            raise lost(self._server, self._lang) from error
        finally:
            self._waiting.pop(name, None)
        if isinstance(told, control.Refused):
            raise DoorRefused(told.problem, CONFLICT)

    async def news(
        self, *events: str, own: bool = False
    ) -> AsyncIterator[control.News | control.Missed]:
        """Subscribe, and yield what happens until the connection ends; ``own``: at the own desk only.

        A second time it begins with what was missed since, or with ``Missed`` where that is too long ago.
        """
        await self.do(control.Subscribe, events=list(events), own=own, since=self._last)
        async for item in self.heard():
            yield item

    async def heard(self) -> AsyncIterator[control.News | control.Missed]:
        """Yield what an earlier ``Subscribe`` brings until the connection ends."""
        told = self._news
        while (item := await told.get()) is not None:
            if isinstance(item, control.Done):
                self._last = max(self._last or 0, item.seq)
            else:
                self._last = item.seq
                yield item

    async def _open(self) -> None:
        async with self._opening:
            if self._socket and self._reading and not self._reading.done():
                return
            try:
                self._socket = await connect(
                    f"ws://{self._server}/api/control",
                    additional_headers={
                        "Authorization": f"Bearer {self._token}",
                        "Accept-Language": self._lang,
                    },
                    proxy=None,
                )
            except (OSError, WebSocketException) as error:
                raise lost(self._server, self._lang) from error
            self._news = asyncio.Queue()
            self._reading = asyncio.create_task(self._read(self._socket), name="control")

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in socket:
                match ANSWERS.validate_json(text):
                    case control.News() | control.Missed() as item:
                        self._news.put_nowait(item)
                    case told:
                        if isinstance(told, control.Done) and told.seq:
                            self._news.put_nowait(told)
                        if waiting := self._waiting.get(told.id):
                            waiting.set_result(told)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(lost(self._server, self._lang))
        self._news.put_nowait(None)
