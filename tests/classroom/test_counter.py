"""The counter: the customer of each call is shown at its desk, changed there, and shown anew."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from classroom.bus import Note
from classroom.business.customers import COMMAND_LINE, Customers
from classroom.door import wire
from classroom.door.api.app import application
from classroom.door.api.house import House
from classroom.door.client import DoorClient, DoorRefused
from classroom.door.customers import CustomerEdit, CustomerShown, NewCustomer
from classroom.floor import may_see
from classroom.practice.opencall import OpenCall, Ordered
from classroom.practice.shelf import Shelf
from classroom.store.calls import Call, WrapupRow
from classroom.store.engine import Store
from tests.classroom.door import Rooms, furnished

pytestmark = pytest.mark.unit

SHELF = Shelf()
NUMBER = "13800138000"


@dataclass
class Scene:
    """A school, its counter, and calls as a test makes them."""

    house: House
    rooms: Rooms
    store: Store

    def __post_init__(self) -> None:
        assert self.house.counter
        self.counter = self.house.counter
        self.floor = self.house.floor

    def offer(
        self, call_id: str, desk: str, caller: str = NUMBER, scenario: str = "", seed: int = 7
    ) -> OpenCall:
        """A call rings at a desk."""
        row = Call(id=call_id, caller=caller, extension=desk, started=1.0, began_clock=0.0)
        call = OpenCall(row)
        if scenario:
            played = SHELF.scenario(scenario)
            call.ordered = Ordered(call_id, 1, played, seed, 1)
            call.facts, row.lang = SHELF.facts(played, seed), played.lang
            row.caller, row.scenario = call.facts["phone"], scenario
        self.rooms.calls[call_id] = call
        summary = wire.CallSummary(
            call_id=call_id, started=1.0, agent="", agent_name="", caller=caller, scenario=None,
            line="practice", state="talking",
        )  # fmt: skip
        self.floor.set_call(summary, desk)
        self.counter.show(call, desk)
        return call

    async def seen(self, desk: str) -> list[CustomerShown]:
        """What a desk sees of customers when it comes back."""
        await self.counter.close()
        events = self.floor.snapshot("student", desk)
        return [event for event in events if isinstance(event, CustomerShown)]

    async def record(self, desk: str) -> dict[str, str]:
        (shown,) = await self.seen(desk)
        return shown.page.record

    async def come_in(self, login: str, lang: wire.Lang = "en") -> DoorClient:
        client = DoorClient("school", lang=lang)
        await client._http.aclose()
        client._http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(application(self.house)),
            base_url="http://school", headers={"Accept-Language": lang},
        )  # fmt: skip
        await client.login(login, login)
        return client


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with furnished(tmp_path) as parts:
        yield Scene(*parts)


@pytest.mark.feature("TEL-02", "TEL-08", "BAS-03")
async def test_a_live_caller_in_the_records_pops_with_the_details_and_the_last_calls(
    scene: Scene,
) -> None:
    teacher = await scene.come_in("teacher")
    new = NewCustomer(phone="+86 138 0013 8000", name="王建国", note="按一次铃")
    assert (await teacher.add_customer(new)).phone == "+8613800138000"
    async with scene.store.write() as session:
        session.add(Call(
            id="old", state="ended", caller="013800138000", agent="s02", started=5.0,
            began_clock=0.0, answered_clock=1.0,
        ))  # fmt: skip
        await session.flush()
        body = {"summary": "told him when", "disposition": "solved"}
        session.add(WrapupRow(call_id="old", at=6.0, by="s02", body=body))
    scene.offer("c1", "1001")
    (shown,) = await scene.seen("1001")
    assert shown.page.record == {"姓名": "王建国", "备注": "按一次铃"}
    assert [(one.summary, one.mine) for one in shown.page.calls] == [("told him when", False)]
    assert shown.page.changed_by == "teacher" and shown.page.version == 1
    assert await scene.seen("1002") == [], "another desk sees nothing of it"
    assert "s02" not in shown.model_dump_json(), "whose call it was is not told"


async def test_what_the_command_line_changes_is_shown_at_the_next_look(scene: Scene) -> None:
    beside = Customers(scene.store, scene.counter.customers.place)
    row = await beside.add(NUMBER, {"name": "王建国"}, f"root {COMMAND_LINE}")
    await scene.counter.look_beside()
    scene.offer("c1", "1001")
    assert await scene.record("1001") == {"姓名": "王建国"}
    assert row.id is not None
    await beside.edit(row.id, 1, {"note": "按一次铃"}, f"root {COMMAND_LINE}")
    await scene.counter.look_beside()
    assert await scene.record("1001") == {"姓名": "王建国", "备注": "按一次铃"}
    await beside.edit(row.id, 2, {"note": "按两次铃"}, "teacher")
    await scene.counter.look_beside()
    assert (await scene.record("1001"))["备注"] == "按一次铃", (
        "the server's own changes it tells itself"
    )


@pytest.mark.feature("TEL-08")
@pytest.mark.parametrize("caller", ["withheld", "", "1002"])
async def test_a_withheld_number_and_a_colleague_are_nobodys_record(
    scene: Scene, caller: str
) -> None:
    async with scene.store.write() as session:
        session.add(Call(id="old", state="ended", caller=caller, started=5.0, began_clock=0.0))
    scene.offer("c1", "1001", caller)
    (shown,) = await scene.seen("1001")
    assert (shown.page.number, shown.page.record, shown.page.calls) == ("", {}, [])
    student = await scene.come_in("s01")
    with pytest.raises(DoorRefused, match="no customer's number"):
        await student.edit_customer("c1", CustomerEdit(version=0, name="A"))


@pytest.mark.feature("TEL-08", "BAS-03")
async def test_what_a_student_changes_in_the_call_is_there_at_the_next_ring(scene: Scene) -> None:
    call = scene.offer("c1", "1001", scenario="broadband-bill")
    before = await scene.record("1001")
    student = await scene.come_in("s01")
    page = await student.customer("c1")
    assert page.version == 0 and page.fields.name == before["客户姓名"] == call.facts["name"]
    edit = CustomerEdit(version=0, address="太湖大道 1 号", phone2="010 6234 0001", note="")
    page = await student.edit_customer("c1", edit)
    assert (page.version, page.changed_by, page.fields.name) == (1, "1001", call.facts["name"])
    now = await scene.record("1001")
    wanted = {**before, "装机地址": "太湖大道 1 号", "备用电话": "+861062340001"}
    assert now == wanted and list(now)[: len(before)] == list(before), "its own lines stay in place"
    assert ("act", "c1", "edited_record", "phone2,address,note") in scene.rooms.told
    scene.rooms.calls.clear()
    scene.offer("c2", "1002", scenario="broadband-bill")
    assert await scene.record("1002") == wanted, "the next agent sees it"
    scene.offer("c3", "1002", scenario="broadband-bill", seed=8)
    assert (await scene.seen("1002"))[-1].page.version == 0, "another customer has nothing of it"
    (trace,) = await scene.counter.customers.history(1)
    assert (trace.by, trace.call_id, trace.after["address"]) == ("s01", "c1", "太湖大道 1 号")


@pytest.mark.feature("TEL-08")
async def test_two_desks_with_one_customer_see_each_others_changes_at_once(scene: Scene) -> None:
    notes: list[Note[wire.FloorEvent]] = []
    scene.house.bus.listen(lambda note: bool(notes.append(note)))
    one, two = await scene.come_in("s01"), await scene.come_in("s02")
    scene.offer("c1", "1001")
    scene.offer("c2", "1002", "+86" + NUMBER)
    await one.edit_customer("c1", CustomerEdit(version=0, name="A"))
    assert await scene.record("1002") == {"姓名": "A"}
    with pytest.raises(DoorRefused, match=r"1001 changed this record at .*not saved yet") as late:
        await two.edit_customer("c2", CustomerEdit(version=0, address="7 Quay"))
    assert late.value.status == 409
    await two.edit_customer("c2", CustomerEdit(version=1, address="7 Quay"))
    assert await scene.record("1001") == {"姓名": "A", "地址": "7 Quay"}
    teacher = await scene.come_in("teacher")
    (known,) = await teacher.customers("13800138000")
    await teacher.change_customer(known.id, CustomerEdit(version=2, name="B"))
    assert (await scene.record("1002"))["姓名"] == "B"
    await teacher.remove_customer(known.id)
    assert await scene.record("1002") == {}
    assert (await teacher.customer_history(known.id))[0].what == "removed"
    told = [note for note in notes if note.event.type == "customer_changed"]
    assert [one.event.by for one in told] == ["1001", "1002", "teacher", "teacher"]
    assert all(may_see(one, "instructor", "1000") for one in told)
    assert not any(may_see(one, "student", "1001") for one in told)


async def test_the_first_two_who_write_of_a_customer_lose_nothing_either(scene: Scene) -> None:
    scene.offer("c1", "1001", scenario="order-inquiry")
    customers, call = scene.counter.customers, scene.rooms.calls["c1"]
    who = scene.counter.who(call)
    await customers.add(who.number, {"name": "A"}, "s02", played=who.played)
    student = await scene.come_in("s01")
    with pytest.raises(DoorRefused, match="1002 changed this record"):
        await student.edit_customer("c1", CustomerEdit(version=0, note="x"))


async def test_a_student_sees_and_changes_the_customer_of_the_own_call_only(scene: Scene) -> None:
    scene.offer("c1", "1001")
    other = await scene.come_in("s02")
    for ask in (
        other.customer("c1"), other.edit_customer("c1", CustomerEdit(version=0, name="A")),
        other.customers(), other.remove_customer(1), other.customer_history(1),
        other.add_customer(NewCustomer(phone=NUMBER)),
        other.change_customer(1, CustomerEdit(version=1, name="A")),
    ):  # fmt: skip
        with pytest.raises(DoorRefused) as refused:
            await ask
        assert refused.value.status in (403, 404)
    mine = await scene.come_in("s01")
    with pytest.raises(DoorRefused, match="change at least one") as refused:
        await mine.edit_customer("c1", CustomerEdit(version=0))
    with pytest.raises(DoorRefused) as refused:
        await mine._ask("PUT", "calls/c1/customer", json.dumps({"version": 0, "score": 1}).encode())
    assert refused.value.status == 422
    with pytest.raises(DoorRefused, match="is no telephone number"):
        await mine.edit_customer("c1", CustomerEdit(version=0, phone2="=1+1"))
    scene.rooms.calls.clear()
    with pytest.raises(DoorRefused, match="closed"):
        await mine.edit_customer("c1", CustomerEdit(version=0, name="A"))
