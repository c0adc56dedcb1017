"""Each desk's last calls: kept in the store as they happen, told to the board after a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from sqlmodel import col, select

from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.lists import RecentRow
from telephony.pbx.events import BoardEvent
from telephony.pbx.recent_events import Kind, Recent, RecentNoted, RememberRecents
from telephony.pbx.recents import KEPT


class RecentCalls:
    """The lists of every desk; a desk has as many places in the table as the board keeps."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._ledger = store, ledger
        self._clock, self._wall = clock, wall
        self._places: dict[str, int] = {}
        """Where each desk's next call goes."""

    async def restored(self) -> RememberRecents:
        """What the board is told at its start."""
        shift = self._wall() - self._clock()
        found: dict[str, list[Recent]] = {}
        wanted = select(RecentRow).order_by(col(RecentRow.at).desc())
        async with self._store.read() as session:
            for row in (await session.exec(wanted)).all():
                self._places.setdefault(row.extension, (row.place + 1) % KEPT)
                one = Recent(row.at - shift, cast(Kind, row.kind), row.number, row.call_id)
                found.setdefault(row.extension, []).append(one)
        return RememberRecents({desk: tuple(calls) for desk, calls in found.items()})

    def hear(self, event: BoardEvent) -> None:
        """Keep a call that came to the top of a list."""
        if not isinstance(event, RecentNoted):
            return
        desk, recent = event.extension, event.recent
        place = self._places.get(desk, 0)
        self._places[desk] = (place + 1) % KEPT
        at = recent.at + self._wall() - self._clock()
        self._ledger.keep(
            RecentRow(
                extension=desk, place=place, at=at, kind=recent.kind, number=recent.number,
                call_id=recent.call,
            )
        )  # fmt: skip
