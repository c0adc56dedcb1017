"""Keeps the promise of the notice: calls, their recordings and messages go when their days are over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel, col, delete, select

from classroom.practice.meetings import tapes_before
from classroom.store.calls import (
    Call,
    CallPart,
    EvidenceRow,
    Recording,
    RecordingPiece,
    ScorecardRow,
    VerdictRow,
    WrapupDraft,
    WrapupRow,
)
from classroom.store.desks import DeskLog
from classroom.store.engine import Store

_log = structlog.get_logger("retention")

AT_ONCE: Final = 200
"""Calls that go in one transaction: running calls write in between."""
EVERY: Final = 3600.0
_DAY: Final = 86_400
_OF_A_CALL: Final[tuple[type[SQLModel], ...]] = (
    EvidenceRow, ScorecardRow, VerdictRow, WrapupRow, WrapupDraft, RecordingPiece, Recording, CallPart,
)  # fmt: skip
"""What hangs on a call, and goes before it."""


class Retention:
    """Deletes what is older than ``[privacy] retention_days`` (IMP-21)."""

    def __init__(
        self,
        store: Store,
        data: Path,
        days: int,
        messages: Callable[[float], None],
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Look after one school's folder; ``messages`` deletes voice messages left before a moment."""
        self._store, self._data, self._days = store, data, days
        self._messages, self._wall = messages, wall

    async def watch(self) -> None:
        """Look each hour, until cancelled."""
        while True:
            try:
                await self.forget()
            except (OSError, SQLAlchemyError) as error:  # a full disk; the next hour tries again
                _log.warning("old calls not deleted", why=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def forget(self) -> int:
        """Delete all whose days are over; tells how many calls. Raises OSError, SQLAlchemyError."""
        before, total = self._wall() - self._days * _DAY, 0
        while some := await self._forget_calls(before):
            total += some
        async with self._store.write() as session:
            await session.exec(delete(DeskLog).where(col(DeskLog.began) < before))
        self._messages(before)
        await asyncio.to_thread(self._forget_tapes, before)
        if total:
            _log.info("old calls deleted", calls=total, days=self._days)
        return total

    async def _forget_calls(self, before: float) -> int:
        """Delete the oldest: their sound first, so that no recording is left that nobody can find."""
        async with self._store.read() as session:
            old = select(Call.id).where(col(Call.started) < before).order_by(col(Call.started))
            ids = (await session.exec(old.limit(AT_ONCE))).all()
            paths = set[str]()
            for table in (Recording, RecordingPiece):
                paths.update(
                    (
                        await session.exec(select(table.path).where(col(table.call_id).in_(ids)))
                    ).all()
                )
        if ids:
            await asyncio.to_thread(self._unlink, paths)
            async with self._store.write() as session:
                for kind in _OF_A_CALL:
                    await session.exec(delete(kind).where(col(kind.call_id).in_(ids)))  # type: ignore[attr-defined]
                await session.exec(delete(Call).where(col(Call.id).in_(ids)))
        return len(ids)

    def _unlink(self, paths: set[str]) -> None:
        for path in filter(None, paths):
            (self._data / path).unlink(missing_ok=True)

    def _forget_tapes(self, before: float) -> None:
        for path in tapes_before(self._data / "recordings", before):
            path.unlink(missing_ok=True)
