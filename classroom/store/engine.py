"""The store: one SQLite file in WAL mode, many readers, one writer at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession


class Store:
    """Sessions on the database of one data folder; ``prepare`` ran before."""

    def __init__(self, database: Path) -> None:
        self._engine = create_async_engine(f"sqlite+aiosqlite:///{database}")
        self._plain = create_engine(f"sqlite:///{database}")
        self._writing = asyncio.Lock()
        event.listen(self._plain, "connect", _set_pragmas)
        event.listen(self._engine.sync_engine, "connect", _set_pragmas)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Lend a session that only looks; what it returns stays readable afterwards."""
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Lend a session that is committed at the end, or rolled back on an error."""
        async with (
            self._writing,
            AsyncSession(self._engine, expire_on_commit=False) as session,
        ):
            yield session
            await session.commit()

    async def carry_out(self, work: Callable[[Connection], None]) -> None:
        """Do something in one transaction of a thread's: the event loop wakes once, however much it is."""
        async with self._writing:
            await asyncio.to_thread(self._in_one_go, work)

    def _in_one_go(self, work: Callable[[Connection], None]) -> None:
        with self._plain.begin() as connection:
            work(connection)

    async def close(self) -> None:
        """Close every connection."""
        self._plain.dispose()
        await self._engine.dispose()


def _set_pragmas(connection: Any, _record: object) -> None:
    """WAL with ``synchronous=NORMAL``: a killed process loses nothing that was committed."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=5000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
