"""Writes what happens, in order, without making anybody wait.

Whoever has something to keep calls ``keep``; a task of its own commits what has gathered, twenty times a
second at most, a batch in a few statements. A full disk loses nothing that memory can hold: the ledger
raises an alarm and tries again, until the server closes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import SQLModel

from classroom.errors import NotWritten
from classroom.store.batch import Kept, gone, in_order, kept, write
from classroom.store.engine import Store
from classroom.words import say

_log = structlog.get_logger("ledger")

RETRY_SECONDS: Final = 1.0
GATHER_SECONDS: Final = 0.05
"""So long what happens gathers before it is committed; a kill may lose that much."""


class Ledger:
    """The one writer of running calls."""

    def __init__(self, store: Store, alarm: Callable[[str], None]) -> None:
        self._store = store
        self._alarm = alarm
        self._waiting: list[Kept] = []
        self._some, self._hurry = asyncio.Event(), asyncio.Event()
        self._kept = self._written = 0
        self._marks: list[tuple[int, asyncio.Future[None]]] = []
        """Who waits until so many rows are written."""
        self._closing = False
        self._stuck = self._leaving = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write(), name="ledger")

    def keep(self, row: SQLModel) -> None:
        """Keep the row as it is now; a row with a key that is there already replaces it."""
        self._take(kept(row))

    def drop(self, kind: type[SQLModel], *key: Any) -> None:
        """Take the row of this key away."""
        self._take(gone(kind, *key))

    def _take(self, one: Kept) -> None:
        self._waiting.append(one)
        self._kept += 1
        self._some.set()

    async def settled(self) -> None:
        """Wait until everything kept so far is on disk; raises NotWritten where nobody may wait."""
        if self._leaving and self._stuck:
            raise NotWritten
        if self._written < self._kept:
            mark: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._marks.append((self._kept, mark))
            self._hurry.set()
            await mark

    def leave_off(self) -> None:
        """The server closes: from now on nobody waits for a full disk."""
        self._leaving = True
        if self._stuck:
            self._let_go()

    def _let_go(self) -> None:
        for _, mark in self._marks:
            if not mark.done():
                mark.set_exception(NotWritten)
        self._marks.clear()

    async def close(self) -> None:
        """Write what is left and stop; on a full disk one more attempt is made."""
        self._closing = True
        self._some.set()
        self._hurry.set()
        if self._task is not None:
            await self._task

    async def _write(self) -> None:
        while await self._some.wait():
            await self._gather()
            batch, self._waiting = self._waiting, []
            self._some.clear()
            left = await self._commit(batch) if batch else []
            self._done(len(batch) - len(left))
            if left:
                self._waiting = left + self._waiting
                self._some.set()
                if not self._closing:
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                return
            if self._closing and not self._waiting:
                return

    async def _gather(self) -> None:
        """Let a batch come together, unless somebody waits for it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GATHER_SECONDS):
                await self._hurry.wait()

    def _done(self, rows: int) -> None:
        self._written += rows
        for target, mark in self._marks:
            if target <= self._written and not mark.done():
                mark.set_result(None)
        self._marks = [one for one in self._marks if one[0] > self._written]
        if not self._marks and not self._closing:
            self._hurry.clear()

    async def _commit(self, batch: list[Kept]) -> list[Kept]:
        """Write a batch; returns what is left for later. A row that the tables refuse is told and skipped."""
        try:
            await self._store.carry_out(partial(write, batch))
        except OperationalError as error:
            if not self._stuck:
                self._alarm(say("disk_full_now", why=error.orig))
            self._stuck = True
            if self._leaving:
                self._let_go()
            return batch
        except DBAPIError as error:
            if len(batch) > 1:
                return [row for one in in_order(batch) for row in await self._commit([one])]
            _log.error("row refused", table=batch[0].table.name, why=str(error.orig))
            self._alarm(say("row_refused", table=batch[0].table.name, why=error.orig))
        self._stuck = False
        return []
