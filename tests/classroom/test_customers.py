"""Customers' records: written, changed one version after the other, found by every writing of a number."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from classroom.business.customers import Customers, told
from classroom.business.labels import field_of
from classroom.door.customers import CustomerEdit, CustomerFields, NewCustomer
from classroom.errors import Refusal
from classroom.store.calls import Call, CallPart, WrapupRow
from classroom.store.engine import Store
from classroom.store.past import past_calls
from telephony.pbx.numbering import CHINA, Place

pytestmark = pytest.mark.unit


@pytest.fixture
def customers(store: Store) -> Customers:
    return Customers(store, Place(CHINA, "10"), wall=lambda: 1000.0)


@pytest.mark.feature("TEL-02")
@pytest.mark.parametrize(
    "calls_as", ["13800138000", "013800138000", "+8613800138000", "008613800138000",
                 "8613800138000", "138-0013-8000", "+86 138 0013 8000"],
)  # fmt: skip
async def test_a_customer_is_found_however_the_number_is_written(
    customers: Customers, calls_as: str
) -> None:
    row = await customers.add("138 0013 8000", {"name": "王建国"}, "teacher")
    assert row.phone == "+8613800138000"
    assert (found := await customers.by_number(calls_as)) and found.name == "王建国"


@pytest.mark.parametrize("number", ["", "withheld", "10086x", "=cmd|' /C calc'!A0", "1" * 40])
async def test_what_is_no_number_matches_nobody(customers: Customers, number: str) -> None:
    await customers.add("10086", {"name": "A"}, "teacher")
    assert await customers.by_number(number) is None
    with pytest.raises(Refusal, match="is no telephone number"):
        await customers.add(number, {}, "teacher")


async def test_a_second_number_counts_where_it_is_one_customers_alone(customers: Customers) -> None:
    await customers.add("13800138000", {"name": "A", "phone2": "010 6234 0001"}, "teacher")
    assert (found := await customers.by_number("62340001")) and found.name == "A"
    await customers.add("13800138001", {"name": "B", "phone2": "01062340001"}, "teacher")
    assert await customers.by_number("01062340001") is None
    await customers.add("01062340001", {"name": "C"}, "teacher")
    assert (found := await customers.by_number("01062340001")) and found.name == "C"


@pytest.mark.feature("TEL-02")
async def test_a_record_is_written_once_changed_removed_and_comes_back(
    customers: Customers,
) -> None:
    row = await customers.add("13800138000", {"name": "A", "note": "deaf"}, "teacher")
    assert row.id is not None
    with pytest.raises(Refusal, match="There is a record") as refused:
        await customers.add("+86 13800138000", {}, "teacher")
    assert refused.value.status == 409
    row = await customers.edit(row.id, 1, {"name": "B"}, "s01", "c1")
    assert (row.version, row.changed_by, row.note) == (2, "s01", "deaf")
    assert (await customers.edit(row.id, 2, {"name": "B"}, "s02")).changed_by == "s01"
    await customers.remove(row.id, "teacher")
    assert await customers.by_number("13800138000") is None and await customers.found() == []
    with pytest.raises(Refusal, match="no such customer"):
        await customers.edit(row.id, 3, {"name": "C"}, "s01")
    again = await customers.add("13800138000", {"name": "C"}, "teacher")
    assert (again.id, again.version, again.note) == (row.id, 4, "")
    traces = [(one.what, one.by, one.before, one.after) for one in await customers.history(row.id)]
    assert traces == [
        ("added", "teacher", {"name": "B", "note": "deaf"}, {"name": "C", "note": ""}),
        ("removed", "teacher", {}, {}),
        ("edited", "s01", {"name": "A"}, {"name": "B"}),
        ("added", "teacher", {"name": "", "note": ""}, {"name": "A", "note": "deaf"}),
    ]


@pytest.mark.feature("TEL-08")
async def test_of_two_who_change_one_version_the_later_is_told_and_nothing_is_lost(
    customers: Customers,
) -> None:
    row = await customers.add("13800138000", {"name": "A"}, "teacher")
    assert row.id is not None
    answers = await asyncio.gather(
        customers.edit(row.id, 1, {"name": "B"}, "s01"),
        customers.edit(row.id, 1, {"address": "7 Quay"}, "s02"),
        return_exceptions=True,
    )
    (late,) = [one for one in answers if isinstance(one, Refusal)]
    assert (late.status, late.key) == (409, "customer_changed") and "s01" in str(late)
    now = await customers.edit(row.id, 2, {"address": "7 Quay"}, "s02")
    assert (now.name, now.address) == ("B", "7 Quay")


async def test_another_process_that_was_quicker_is_noticed(
    customers: Customers, tmp_path: Path
) -> None:
    """The command line writes into the same file as the server."""
    other = Store(tmp_path / "lab.sqlite3")
    there = Customers(other, Place(CHINA))
    row = await customers.add("13800138000", {"name": "A"}, "teacher")
    assert row.id is not None
    edits = await asyncio.gather(
        *(who.edit(row.id, 1, {"name": name}, name) for who, name in ((customers, "B"), (there, "C"))),
        return_exceptions=True,
    )  # fmt: skip
    await other.close()
    assert sorted(type(one).__name__ for one in edits)[0] == "CustomerRow"
    assert len(await customers.history(row.id)) == 1 + sum(
        not isinstance(e, BaseException) for e in edits
    )


@pytest.mark.feature("TEL-02")
async def test_records_are_queried_by_words_and_by_numbers(customers: Customers) -> None:
    await customers.add("13800138000", {"name": "王建国", "address": "幸福路 18 号"}, "t")
    await customers.add("13800138001", {"name": "王小明", "company": "100% Foo_Bar"}, "t")
    await customers.add("00001234567", {"name": "虚拟"}, "t", played="bill/虚拟")

    async def names(find: str, **more: bool) -> list[str]:
        return [row.name for row in await customers.found(find, **more)]

    assert await names("") == ["王建国", "王小明"]
    assert await names("王 幸福路") == ["王建国"]
    assert await names("01380013 8001") == [] and await names("013800138001") == ["王小明"]
    assert await names("100%") == ["王小明"] and await names("100_") == []
    assert await names("虚拟") == [] and await names("虚拟", played=True) == ["虚拟"]
    page = await customers.found(limit=1)
    assert [row.name for row in await customers.found(after=page[0].phone)] == ["王小明"]
    assert told(page[0]).model_dump()["phone"] == "+8613800138000"


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\x00b", "a\u202eb", "a\x9bb"])
def test_a_text_brings_no_escapes_to_a_screen(text: str) -> None:
    for field in ("name", "note", "address"):
        with pytest.raises(ValueError, match="U\\+"):
            CustomerFields.model_validate({field: text})
        with pytest.raises(ValueError, match="U\\+"):
            CustomerEdit.model_validate({"version": 1, field: text})


def test_a_text_is_one_line_and_not_endless() -> None:
    assert NewCustomer(phone=" 1 ", note="a\r\n\tb  c").note == "a b c"
    for field, length in (("name", 121), ("note", 1001)):
        with pytest.raises(ValueError, match="at most"):
            CustomerFields.model_validate({field: "x" * length})


@pytest.mark.parametrize(
    ("label", "field"),
    [("客户姓名", "name"), ("装机地址", "address"), ("联系电话", "phone"), ("Phone 2", "phone2"),
     ("E-Mail", "email"), ("Customer", "name"), ("本月账单", None), ("来电人", None)],
)  # fmt: skip
def test_labels_name_fields_in_both_languages(label: str, field: str | None) -> None:
    assert field_of(label) == field


@pytest.mark.feature("TEL-08")
async def test_the_last_calls_tell_when_which_line_the_result_and_the_summary(
    store: Store, customers: Customers
) -> None:
    async with store.write() as session:
        for number in range(8):
            session.add(
                Call(
                    id=f"c{number}", state="graded", agent="s02", started=float(number),
                    began_clock=0.0, answered_clock=1.0, talk_seconds=9.0, queue="care",
                    caller="013800138000", facts={"name": "A" if number % 2 else "B"},
                )
            )  # fmt: skip
        out = Call(
            id="out", state="ended", dialled="+8613800138000", dialled_by="s01", agent="s01",
            started=9.0, began_clock=0.0, result="not_reached",
        )  # fmt: skip
        session.add(out)
        session.add(
            Call(id="now", state="talking", caller="13800138000", started=10.0, began_clock=0)
        )
        session.add(Call(id="else", state="graded", caller="10086", started=11.0, began_clock=0))
        await session.flush()
        session.add(CallPart(call_id="c6", no=0, extension="1001", agent="s01", began_clock=0.0))
        for summary in ("old", "long " * 60):
            body = {"summary": summary, "disposition": "solved"}
            session.add(WrapupRow(call_id="c7", at=1.0, by="s02", body=body))
    numbers = customers.writings("13800138000")
    calls = await past_calls(store, numbers, reader="s01", titles=lambda _, key: key.title())
    assert [call.at for call in calls] == [9.0, 7.0, 6.0, 5.0, 4.0], "five, the newest first"
    assert (calls[0].out, calls[0].answered, calls[0].result) == (True, False, "not_reached")
    assert [call.mine for call in calls] == [True, False, True, False, False]
    assert calls[1].disposition == "Solved" and len(calls[1].summary) == 160
    assert (calls[1].queue, calls[1].talk_seconds) == ("care", 9.0)
    shared = {"at", "out", "queue", "answered", "talk_seconds", "result", "disposition", "summary"}
    assert set(calls[1].model_dump()) == {*shared, "mine"}, "no recording, no marks, no name"
    virtual = await past_calls(store, numbers, reader="s01", name="A")
    assert [call.at for call in virtual] == [7.0, 5.0, 3.0, 1.0], "a number that two people play"
    assert await past_calls(store, customers.writings("withheld"), reader="s01") == []
    assert await past_calls(store, customers.writings(""), reader="s01") == []
