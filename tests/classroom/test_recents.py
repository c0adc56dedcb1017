"""Desks' last calls outlive the server: last numbers, answered and missed calls."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from classroom.recents import RecentCalls
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from telephony.media.process import MediaProcess
from telephony.pbx.recent_events import Recent, RecentNoted
from telephony.pbx.recents import KEPT
from tests.classroom.real import real
from tests.classroom.seats import seat

WALL = 1_700_000_000.0


def lists_in(store: Store, clock: float, wall: float) -> tuple[RecentCalls, Ledger]:
    ledger = Ledger(store, lambda text: None)
    ledger.start()
    return RecentCalls(store, ledger, clock=lambda: clock, wall=lambda: wall), ledger


@pytest.mark.unit
@pytest.mark.feature("TEL-01")
async def test_lists_come_back_in_their_order_and_on_the_new_clock(store: Store) -> None:
    lists, ledger = lists_in(store, 500.0, WALL)
    for n in range(KEPT + 5):
        lists.hear(RecentNoted("1001", Recent(100.0 + n, "dialled", f"10{n}", f"c{n}")))
    lists.hear(RecentNoted("1002", Recent(150.0, "missed", "", "c9")))
    await ledger.close()
    again, ledger = lists_in(store, 20.0, WALL + 100)
    found = (await again.restored()).lists
    assert [one.number for one in found["1001"]] == [f"10{n}" for n in range(KEPT + 4, 4, -1)]
    assert found["1002"] == (Recent(pytest.approx(-430.0), "missed", "", "c9"),)
    again.hear(RecentNoted("1001", Recent(21.0, "answered", "9", "new")))
    await ledger.close()
    last, ledger = lists_in(store, 30.0, WALL + 110)
    newest = (await last.restored()).lists["1001"]
    assert (len(newest), newest[0].number, newest[-1].number) == (KEPT, "9", "106")
    await ledger.close()


@pytest.mark.wire
@pytest.mark.feature("TEL-01")
async def test_a_kill_loses_no_list(tmp_path: Path) -> None:
    """A colleague rings in vain; the server is killed; the missed call is in the store."""
    data = tmp_path / "data"

    def rows() -> list[tuple[str, str, str]]:
        with closing(sqlite3.connect(data / "lab.sqlite3")) as store:
            return store.execute(
                "SELECT extension, kind, number FROM recentrow ORDER BY at, kind"
            ).fetchall()

    wanted = {("1001", "dialled", "1002"), ("1002", "answered", "1001")}
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(real(data))
        media = await stack.enter_async_context(MediaProcess())
        await stack.enter_async_context(seat(server.http, media, 2))
        caller = await stack.enter_async_context(seat(server.http, media, 1))
        call = await caller.phone.dial("1002")
        await call.until_answered()
        for _ in range(300):
            if set(await asyncio.to_thread(rows)) == wanted:
                break
            await asyncio.sleep(0.2)
        await server.kill()
    assert set(rows()) == wanted
