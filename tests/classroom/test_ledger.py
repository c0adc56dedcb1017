"""The ledger under load: few statements, the last version, in an order that the keys allow."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from classroom.errors import NotWritten
from classroom.store.answering import BoxRow
from classroom.store.batch import gone, kept, statements
from classroom.store.calls import Call, EvidenceRow, Recording
from classroom.store.engine import Store
from classroom.store.ledger import Ledger

pytestmark = pytest.mark.unit


def call(name: str, **more: Any) -> Call:
    return Call(id=name, started=1.0, began_clock=1.0, **more)


def said(name: str, clock: float) -> EvidenceRow:
    return EvidenceRow(call_id=name, clock=clock, kind="line", body={"what": "x", "value": ""})


def test_a_thousand_rows_are_four_statements() -> None:
    batch = []
    for n in range(100):
        batch += [kept(said(f"c{n}", second)) for second in range(8)]
        batch += [kept(Recording(call_id=f"c{n}", path="x")), kept(call(f"c{n}"))]
        batch += [kept(call(f"c{n}", state="talking"))]
    found = [(str(statement), rows) for statement, rows in statements([*batch, gone(BoxRow, "b")])]
    tables = [text.split()[2] for text, _ in found]
    assert tables == ["call", "recording", "evidencerow", "boxrow"], (
        "nobody points to what is missing"
    )
    assert [len(rows) for _, rows in found] == [100, 100, 800, 1]
    assert {row["state"] for row in found[0][1]} == {"talking"}


def test_what_is_kept_and_taken_away_in_one_batch_ends_as_it_was_said_last() -> None:
    box = BoxRow(name="a", pin="1")
    (only,) = statements([kept(box), gone(BoxRow, "a")])
    assert str(only[0]).startswith("DELETE")
    (only,) = statements([gone(BoxRow, "a"), kept(box)])
    assert str(only[0]).startswith("INSERT")


async def test_rows_are_as_they_were_when_they_were_kept(store: Store) -> None:
    ledger = Ledger(store, lambda text: None)
    ledger.start()
    row = call("c1", facts={"a": "1"})
    ledger.keep(row)
    row.facts["a"] = "2"
    row.state = "never written"
    ledger.keep(BoxRow(name="a", pin="1"))
    ledger.keep(BoxRow(name="b", pin="1"))
    ledger.keep(said("c1", 1.0))
    ledger.drop(BoxRow, "a")
    await ledger.close()
    async with store.read() as session:
        found = await session.get(Call, "c1")
        assert found is not None and (found.facts, found.state) == ({"a": "1"}, "queued")
        assert [one.name for one in (await session.exec(select(BoxRow))).all()] == ["b"]
        assert len((await session.exec(select(EvidenceRow))).all()) == 1


async def test_whoever_waits_is_told_though_more_keeps_coming(store: Store) -> None:
    """Under load there is never a moment at which nothing waits."""
    ledger = Ledger(store, lambda text: None)
    ledger.start()
    ledger.keep(call("c1"))

    async def chatter() -> None:
        for second in range(1_000_000):
            ledger.keep(said("c1", float(second)))
            await asyncio.sleep(0.001)  # A commit takes longer; without a pace batches would grow.

    talking = asyncio.create_task(chatter())
    async with asyncio.timeout(60):
        for _ in range(3):
            await ledger.settled()
    assert not talking.done()
    talking.cancel()
    await ledger.close()
    async with store.read() as session:
        rows = (await session.exec(select(EvidenceRow).order_by(col(EvidenceRow.id)))).all()
    assert [row.clock for row in rows] == sorted(row.clock for row in rows)


async def test_a_row_that_the_tables_refuse_is_told_and_all_else_is_kept(store: Store) -> None:
    alarms: list[str] = []
    ledger = Ledger(store, alarms.append)
    ledger.start()
    ledger.keep(said("c1", 1.0))
    ledger.keep(said("a call that nobody knows", 2.0))
    ledger.keep(call("c1"))
    await ledger.settled()
    ledger.keep(said("c1", 3.0))
    await ledger.close()
    async with store.read() as session:
        rows = (await session.exec(select(EvidenceRow).order_by(col(EvidenceRow.id)))).all()
    assert [(row.call_id, row.clock) for row in rows] == [("c1", 1.0), ("c1", 3.0)]
    assert len(alarms) == 1 and "evidencerow" in alarms[0]


async def test_a_full_disk_is_waited_for_until_the_server_closes(store: Store) -> None:
    event.listen(store._plain, "connect", lambda base, _: base.execute("pragma max_page_count=1"))
    alarms: list[str] = []
    told = asyncio.Event()

    def alarm(text: str) -> None:
        alarms.append(text)
        told.set()

    ledger = Ledger(store, alarm)
    ledger.start()
    ledger.keep(call("c1"))
    ledger.keep(EvidenceRow(call_id="c1", clock=1.0, kind="line", body={"value": "x" * 200_000}))
    waiting = asyncio.create_task(ledger.settled())
    async with asyncio.timeout(60):
        await told.wait()
        assert not waiting.done(), "there may be room again"
        ledger.leave_off()
        with pytest.raises(NotWritten):
            await waiting
        with pytest.raises(NotWritten):
            await ledger.settled()
        await ledger.close()
    assert len(alarms) == 1 and "full" in alarms[0]
