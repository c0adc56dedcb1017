"""Writes what happens, in order, without making anybody wait.

Whoever has something to keep calls ``keep``; a task of its own commits what has gathered, a batch at
a time. A full disk loses nothing that memory can hold: the ledger raises an alarm and tries again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from classroom.store.engine import Store
from classroom.words import say

RETRY_SECONDS: Final = 1.0


class Ledger:
    """The one writer of running calls."""

    def __init__(self, store: Store, alarm: Callable[[str], None]) -> None:
        self._store = store
        self._alarm = alarm
        self._waiting: list[SQLModel] = []
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()
        self._closing = False
        self._stuck = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write(), name="ledger")

    def keep(self, row: SQLModel) -> None:
        """Keep the row as it is now; a row with a key that is there already replaces it."""
        self._waiting.append(type(row)(**row.model_dump()))
        self._none.clear()
        self._some.set()

    async def settled(self) -> None:
        """Wait until everything kept so far is on disk."""
        await self._none.wait()

    async def close(self) -> None:
        """Write what is left and stop; on a full disk one more attempt is made."""
        self._closing = True
        self._some.set()
        if self._task is not None:
            await self._task

    async def _write(self) -> None:
        while await self._some.wait():
            batch, self._waiting = self._waiting, []
            self._some.clear()
            if batch and not await self._commit(batch):
                self._waiting = batch + self._waiting
                self._some.set()
                if not self._closing:
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                return
            if not self._waiting:
                self._none.set()
                if self._closing:
                    return

    async def _commit(self, batch: list[SQLModel]) -> bool:
        try:
            async with self._store.write() as session:
                for row in batch:
                    await session.merge(type(row)(**row.model_dump()))
                    await session.flush()
        except OperationalError as error:
            if not self._stuck:
                self._alarm(say("disk_full_now", why=error.orig))
            self._stuck = True
            return False
        self._stuck = False
        return True
