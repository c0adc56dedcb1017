"""Promised callbacks: kept in the store from their booking to their end, given back after a restart."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from sqlmodel import col, select

from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.lists import CallbackRow
from classroom.words import say
from telephony.pbx.callback_events import (
    CallbackBooked,
    CallbackEvent,
    CallbackMoved,
    KeptCallback,
    RestoreCallbacks,
)

FORMER: Final = "callbacks.json"
"""Where they lay before they had a table; taken in once."""


class Promises:
    """Every callback that is not over."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        folder: Path,
        alarm: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._ledger, self._alarm = store, ledger, alarm
        self._clock, self._wall = clock, wall
        self._former = folder / FORMER
        self.kept: dict[str, KeptCallback] = {}

    async def load(self) -> None:
        """Read what was promised before; times are of the new clock."""
        await self._take_in()
        shift = self._wall() - self._clock()
        wanted = select(CallbackRow).order_by(col(CallbackRow.rank), col(CallbackRow.since))
        async with self._store.read() as session:
            for row in (await session.exec(wanted)).all():
                body = row.model_dump()
                body |= {"since": row.since - shift, "rank": row.rank - shift}
                self.kept[row.callback] = KeptCallback(**body)

    async def _take_in(self) -> None:
        """Bring the file of before into the table, once; a torn one is put aside and told."""
        try:
            found: list[dict[str, Any]] = json.loads(self._former.read_text(encoding="utf-8"))
            rows = [CallbackRow.model_validate(one) for one in found]
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError):
            self._alarm(say("callbacks_torn", file=self._former))
            self._former.replace(self._former.with_suffix(".torn"))
            return
        async with self._store.write() as session:
            for row in rows:
                await session.merge(row)
        self._former.unlink()

    def restored(self, queues: Collection[str]) -> RestoreCallbacks:
        """What the board is told at its start, in the order of the line; whose queue is gone is told."""
        for lost in [one for one in self.kept.values() if one.queue not in queues]:
            self._alarm(say("callback_queue_gone", number=lost.number, queue=lost.queue))
            del self.kept[lost.callback]
            self._ledger.drop(CallbackRow, lost.callback)
        return RestoreCallbacks(tuple(self.kept.values()))

    def count(self, queue: str) -> int:
        """So many wait in this queue."""
        return sum(kept.queue == queue for kept in self.kept.values())

    def hear(self, event: CallbackEvent) -> None:
        """Keep what became of a callback."""
        match event:
            case CallbackBooked():
                self._keep(
                    KeptCallback(
                        event.callback, event.queue, event.number, event.caller, event.line,
                        event.since, event.rank, lang=event.lang,
                    )
                )  # fmt: skip
            case CallbackMoved():
                self._moved(event)

    def _moved(self, event: CallbackMoved) -> None:
        kept = self.kept.get(event.callback)
        if kept is None:
            return
        if event.state == "over":
            del self.kept[event.callback]
            self._ledger.drop(CallbackRow, event.callback)
        elif event.tries != kept.tries:
            self._keep(replace(kept, tries=event.tries))
        if event.why == "given_up":
            self._alarm(say("callback_given_up", number=event.number, tries=event.tries))
        elif event.why.startswith("not_reached"):
            self._alarm(say("callback_not_reached", number=event.number, tries=event.tries))

    def _keep(self, kept: KeptCallback) -> None:
        self.kept[kept.callback] = kept
        shift = self._wall() - self._clock()
        body = {**asdict(kept), "since": kept.since + shift, "rank": kept.rank + shift}
        self._ledger.keep(CallbackRow(**body))


async def promises_of(
    store: Store, ledger: Ledger, folder: Path, alarm: Callable[[str], None]
) -> Promises:
    """Open the book of callbacks of one school."""
    book = Promises(store, ledger, folder, alarm)
    await book.load()
    return book
