"""Figures by desk, queue, region, hour and day: every table adds up, and to the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from classroom.regions import Regions
from classroom.report import BYS, COUNTED, By, CallFact, DeskFact, Figures, Line, Table, tables
from classroom.store.calls import Call, CallPart, EvidenceRow
from classroom.store.desks import DeskLog
from classroom.store.engine import Store
from classroom.store.figures import Span, figures
from telephony.pbx.numbering import UNITED_STATES, Place

pytestmark = pytest.mark.unit

WORDS = {name: f"<{name}>" for name in ("withheld", "unknown", "free", "short", "practice")}
NUMBERS = ("", "withheld", "+862161234567", "13912345678", "000010001", "10086", "\x1b[2J", "=1+1")
MADE = some.builds(
    CallFact,
    started=some.floats(0, 4e9),
    out=some.booleans(),
    queue=some.sampled_from(("", "care", "bills")),
    number=some.sampled_from(NUMBERS),
    answered=some.booleans(),
    abandoned=some.booleans(),
    waited=some.integers(0, 600).map(float),
    talked=some.integers(0, 3600).map(float),
)


def made(found: Figures, region_of: Callable[[str], str] = str) -> dict[By, Table]:
    return {
        one.by: one
        for one in tables(found, BYS, region_of=region_of, name_of=lambda desk: f"<{desk}>")
    }


@pytest.mark.feature("TEL-22")
@given(some.lists(MADE, max_size=40))
def test_every_table_of_calls_adds_up_to_the_same(calls: list[CallFact]) -> None:
    found = made(Figures(calls), Regions(Place(), "zh", WORDS).of)
    for by in ("queue", "region", "hour", "day"):
        total = found[by].total  # type: ignore[index]
        assert total == found["queue"].total
        assert (total.offered, total.out) == (
            sum(not c.out for c in calls),
            sum(c.out for c in calls),
        )
        assert total.offered == total.answered + total.abandoned + total.without
        assert total.answered + total.reached == sum(c.answered for c in calls)
        assert total.talked == sum(c.talked for c in calls)
        for name in COUNTED:
            assert getattr(total, name) == sum(getattr(one, name) for one in found[by].lines)  # type: ignore[index]
        assert all(0 <= (one.rate or 0) <= 1 for one in found[by].lines)  # type: ignore[index]


@given(
    some.lists(
        some.builds(
            DeskFact,
            desk=some.sampled_from(("1001", "1002", "1003")),
            offered=some.integers(0, 9),
            answered=some.integers(0, 9),
            talked=some.integers(0, 99).map(float),
            wrapped=some.integers(0, 99).map(float),
        )
    )
)
def test_the_table_of_desks_adds_up(facts: list[DeskFact]) -> None:
    table = made(Figures((), facts))["desk"]
    for name in ("offered", "answered", "talked", "wrapped"):
        assert getattr(table.total, name) == sum(getattr(one, name) for one in facts)
    assert [one.key for one in table.lines] == sorted({one.desk for one in facts})


# ── regions ──────────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-22")
@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("+862161234567", "上海市", "Shanghai"),
        ("021-6123 4567", "上海市", "Shanghai"),
        ("0755 8212 3456", "广东省深圳市", "Shenzhen, Guangdong"),
        ("13912345678", "江苏省常州市", "Changzhou, Jiangsu"),
        ("8613912345678", "江苏省常州市", "Changzhou, Jiangsu"),
        ("+85223456789", "香港", "Hong Kong"),
        ("+442079460000", "英国", "United Kingdom"),
        ("4008001234", "<free>", "<free>"),
        ("10086", "<short>", "<short>"),
        ("000010001", "<practice>", "<practice>"),
        ("2025550142", "<practice>", "<practice>"),
        ("withheld", "<withheld>", "<withheld>"),
        ("", "<withheld>", "<withheld>"),
        ("anonymous", "<unknown>", "<unknown>"),
        ("+999", "<unknown>", "<unknown>"),
        ("9" * 5000, "<unknown>", "<unknown>"),
        ("<script>", "<unknown>", "<unknown>"),
    ],
)
def test_a_number_belongs_to_its_province_and_city_or_its_country(
    number: str, zh: str, en: str
) -> None:
    assert Regions(Place(), "zh", WORDS).of(number) == zh
    assert Regions(Place(), "en", WORDS).of(number) == en


def test_local_numbers_belong_to_the_schools_own_area() -> None:
    assert Regions(Place(area="25"), "zh", WORDS).of("84121234") == "江苏省南京市"
    abroad = Regions(Place(UNITED_STATES), "en", WORDS)
    assert abroad.of("011862161234567") == "Shanghai"


# ── what is read ─────────────────────────────────────────────────────────────


def call(name: str, started: float, **more: object) -> Call:
    values: dict[str, object] = {"direction": "in", "state": "graded", "caller": "13912345678"}
    return Call(id=name, started=started, began_clock=0.0, **{**values, **more})


def item(call: str, what: str, value: str) -> EvidenceRow:
    return EvidenceRow(call_id=call, clock=1.0, kind="line", body={"what": what, "value": value})


def part(call: str, no: int, desk: str, began: float, ended: float) -> CallPart:
    return CallPart(call_id=call, no=no, extension=desk, began_clock=began, ended_clock=ended)


@pytest.mark.feature("TEL-22")
async def test_calls_rings_talks_and_summaries_are_read_from_the_store(store: Store) -> None:
    """One handed on, one that rang at a desk in vain, one outward, one inside, one that still runs."""
    answered = {"answered_clock": 10.0, "queue_seconds": 8.0, "ring_seconds": 2.0, "queue": "care"}
    async with store.write() as session:
        session.add_all(
            [
                call("a", 100.0, talk_seconds=50.0, **answered),
                call("b", 200.0, state="abandoned", queue="care"),
                call("out", 300.0, direction="out", dialled="02161234567", extension="1001",
                     answered_clock=5.0, talk_seconds=30.0),
                call("inside", 400.0, direction="inside", answered_clock=1.0, talk_seconds=9.0),
                call("now", 500.0, state="talking", **answered),
                call("late", 9000.0, state="ended"),
            ]
        )  # fmt: skip
        await session.flush()
        session.add_all(
            [
                item("a", "offered", "1001"), item("b", "offered", "1002"), item("now", "offered", "1001"),
                item("inside", "offered", "1002"), item("a", "rang", "1001"),
                part("a", 0, "1001", 10.0, 40.0), part("a", 1, "1002", 40.0, 60.0),
                part("out", 0, "1001", 5.0, 35.0), part("inside", 0, "1002", 1.0, 10.0),
                DeskLog(extension="1001", began=160.0, duty="ready", activity="wrapping"),
                DeskLog(extension="1001", began=185.0, duty="ready", activity="idle"),
                DeskLog(extension="1002", began=161.0, duty="ready", activity="wrapping"),
                DeskLog(extension="1002", began=99_000.0, duty="off", activity="idle"),
                DeskLog(extension="1003", began=170.0, duty="ready", activity="wrapping"),
            ]
        )  # fmt: skip
    found = made(await figures(store, Span(until=9000.0)))
    assert found["queue"].lines == [
        Line("", out=1, reached=1, talked=30.0),
        Line("care", offered=2, answered=1, abandoned=1, waited=10.0, talked=50.0),
    ]
    assert found["region"].total == found["queue"].total
    first, second = found["desk"].lines
    assert first == Line(
        "1001",
        "<1001>",
        offered=1,
        answered=1,
        out=1,
        reached=1,
        waited=10.0,
        talked=60.0,
        wrapped=25.0,
    )
    assert (second.offered, second.answered, second.rate) == (2, 1, 0.5), (
        "handed on, and rung in vain"
    )
    assert second.wrapped == 600.0, "the night that the server stood still is no summary"
    assert (await figures(store, Span(since=9000.0))).calls[0].started == 9000.0


async def test_a_folder_without_calls_gives_empty_tables(store: Store) -> None:
    found = made(await figures(store, Span()))
    assert all(not table.lines and table.total == Line("") for table in found.values())
    assert found["day"].total.rate is None


def test_hours_and_days_are_those_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        at = datetime.fromisoformat("2026-11-22T16:30:00+00:00").timestamp()
        found = made(Figures([CallFact(at, False, "", "", True, False, 0.0, 1.0)]))
        assert [found["hour"].lines[0].key, found["day"].lines[0].key] == ["00:00", "2026-11-23"]
    finally:
        monkeypatch.undo()
        time.tzset()
