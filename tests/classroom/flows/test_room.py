"""The flows of a running school: put live, watched, spoken, asked; without a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from classroom.bus import Bus
from classroom.door import flow_wire as wire
from classroom.door.wire import Lang
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.flows import room as rooms
from classroom.flows.document import LARGEST
from classroom.flows.lookups import SHAPES, Directory, bill
from classroom.flows.room import FlowRoom
from classroom.flows.shelf import BUNDLED, FlowShelf
from classroom.plan import board_plan
from classroom.practice.card import card_of
from classroom.practice.listening import Listening
from classroom.practice.opencall import OpenCall
from classroom.practice.shelf import Shelf
from classroom.settings import Settings
from classroom.speech.prompts import TEXTS
from classroom.store.calls import Call
from classroom.store.engine import Store
from classroom.store.upgrade import prepare
from telephony.pbx.commands import AnswerLookup
from telephony.pbx.ivr import Menu
from telephony.pbx.ivr.news import FlowLeft, FlowStuck, LookupAsked

pytestmark = pytest.mark.unit

FRONT = (BUNDLED / "front.yaml").read_text(encoding="utf-8")
ORDER = (BUNDLED / "order.yaml").read_text(encoding="utf-8")


@dataclass
class Records:
    """Records that know one thing, or break."""

    breaks: bool = False
    shapes: Mapping[str, object] = field(default_factory=lambda: SHAPES)

    async def look_up(
        self, call: str, ask: str, given: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        if self.breaks:
            raise OSError("no disk")
        return {"amount": "8.80"} if given.get("number") == "138" else None


@dataclass
class School:
    """A flow room and everything it told."""

    room: FlowRoom
    records: Records
    spoken: list[tuple[str, str]]
    changes: list[int]
    answers: list[AnswerLookup]
    alarms: list[str]
    notes: list[tuple[str, str]]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not holds():  # noqa: ASYNC110  # what is waited for has no event
                await asyncio.sleep(0.01)


@asynccontextmanager
async def school(folder: Path) -> AsyncIterator[School]:
    shelf = FlowShelf(folder, set(TEXTS["zh"]), {"care"}, SHAPES)
    shelf.load()
    spoken: list[tuple[str, str]] = []
    changes: list[int] = []
    answers: list[AnswerLookup] = []
    alarms: list[str] = []
    notes: list[tuple[str, str]] = []

    async def speak(lang: Lang, said: dict[str, str]) -> dict[str, str]:
        spoken.extend((lang, key) for key in said)
        return {key: f"/clips/{lang}/{key}.wav" for key in said}

    records = Records()
    room = FlowRoom(
        shelf, records, speak=speak, house_texts=lambda lang: {"queue.gave_up": "sorry"},  # type: ignore[arg-type]
        changed=lambda: changes.append(1), answer=answers.append,
        note=lambda call, text: notes.append((call, text)), alarm=alarms.append,
    )  # fmt: skip
    room.open()
    try:
        yield School(room, records, spoken, changes, answers, alarms, notes)
    finally:
        await room.close()


@pytest.mark.feature("LCA-14")
async def test_a_flow_is_put_live_and_the_next_callers_plan_has_it(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        text = FRONT.replace("tries: 2", "tries: 7  # patient")
        page = await here.room.put("front", text, "en")
        assert page.saved and page.problems == []
        assert (tmp_path / "flows" / "front.yaml").read_text(encoding="utf-8") == text
        plan = board_plan(
            Settings(data=tmp_path), [], trunk_password="x", prompts={}, flows=here.room.shelf
        )
        menu = plan.flows["front"].nodes["menu"]
        assert isinstance(menu, Menu) and menu.tries == 7
        assert here.changes, "the board was told"


async def test_a_wrong_flow_is_not_saved_and_says_why_in_place(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        page = await here.room.put("front", FRONT.replace("then: menu", "then: men"), "zh")
        assert not page.saved and not (tmp_path / "flows" / "front.yaml").exists()
        (problem,) = [one for one in page.problems if not one.weak][:1]
        assert (problem.node, problem.line) == ("welcome", 11)
        assert "没有节点 `men`" in problem.text
        assert [node.name for node in page.nodes][:2] == ["welcome", "menu"], "the tree still shows"
        torn = await here.room.put("front", "flow: [", "en")
        assert torn.nodes == [] and "YAML stops here" in torn.problems[0].text
        with pytest.raises(Refusal, match="small letters"):
            await here.room.put("../front", FRONT, "en")
        huge = await here.room.put("front", FRONT + "#" + "x" * LARGEST, "en")
        assert "keep a flow below" in huge.problems[0].text


@pytest.mark.feature("IVR-20", "IVR-24")
async def test_a_draft_is_edited_by_forms(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        page = here.room.page("front", "en")
        assert (page.title, page.trial, page.saved) == ("Main menu", "*7801", True)
        menu = page.nodes[1]
        values = {one.name: one.value for one in menu.fields}
        assert values["keys"] == "{1: queue, 2: queue, 0: queue}" and values["tries"] == "2"
        assert {(way.name, way.to) for way in menu.ways} >= {("1", "queue"), ("otherwise", "queue")}
        change = wire.FlowEdit(text=page.text, node="menu", fields={"tries": "4"})
        draft = here.room.edit("front", change, "en")
        assert "tries: 4" in draft.text and not draft.saved and draft.problems == []
        assert "# The demo class's main menu" in draft.text
        change = wire.FlowEdit(text=draft.text, node="menu", fields={"keys": "{1: nowhere}"})
        wrong = here.room.edit("front", change, "en")
        assert [one.node for one in wrong.problems if not one.weak] == ["menu"]
        with pytest.raises(Refusal, match="menu"):
            here.room.edit(
                "front", wire.FlowEdit(text=page.text, node="menu", fields={"keys": "{1: ["}), "en"
            )
        with pytest.raises(Refusal, match="no flow nobody"):
            here.room.page("nobody", "en")


@pytest.mark.feature("IVR-26")
async def test_a_flow_is_rendered_before_it_is_tried(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        await here.until(lambda: bool(here.changes))
        assert here.spoken == [], "no number leads to a flow with words of its own"
        row = await here.room.trial("order", "zh")
        assert row.trial == "*7803"
        assert {("zh", "order.ask"), ("en", "order.ask"), ("en", "read.en.twenty-one")} <= set(
            here.spoken
        )
        prompts = here.room.prompts()
        assert prompts["order.ask"] == "/clips/zh/order.ask.wav"
        assert prompts["en/order.ask"] == "/clips/en/order.ask.wav"
        assert prompts["en/queue.gave_up"], "the queue speaks the caller's language too"
        assert here.room.words("en/order.short") == "That number is too short."
        before = len(here.spoken)
        await here.room.trial("order", "zh")
        assert len(here.spoken) == before, "nothing is rendered twice"


@pytest.mark.feature("LCA-14")
async def test_a_file_that_changes_is_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "LOOK_EVERY", 0.01)
    (tmp_path / "flows").mkdir()
    async with school(tmp_path / "flows") as here:
        await here.until(lambda: bool(here.changes))
        path = tmp_path / "flows" / "front.yaml"
        path.write_text(FRONT.replace("tries: 2", "tries: 9"), encoding="utf-8")
        await here.until(lambda: "tries: 9" in here.room.shelf.find("front").text)
        path.write_text("flow: front\n", encoding="utf-8")
        await here.until(lambda: "front" in here.room.shelf.broken)
        assert "front.yaml:1: " in here.alarms[-1]
        assert here.room.page("front", "en").problems[0].text.startswith("add `start:`")
        assert [row.problems for row in here.room.rows("en") if row.name == "front"] == [2]


async def test_records_answer_break_and_take_notes(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        here.room.heard(LookupAsked("c", 0.0, 1, "bill_amount", {"number": "138"}))
        await here.until(lambda: len(here.answers) == 1)
        assert here.answers[0] == AnswerLookup("c", 1, {"amount": "8.80"})
        here.records.breaks = True
        here.room.heard(LookupAsked("c", 0.0, 2, "bill_amount", {"number": "138"}))
        await here.until(lambda: len(here.answers) == 2 and bool(here.alarms))
        assert here.answers[1] == AnswerLookup("c", 2, failed=True)
        here.room.heard(LookupAsked("c", 0.0, 3, "note", {"text": "left"}))
        assert here.notes == [("c", "left")]
        here.room.heard(FlowStuck("c", 0.0, "front", "menu", "loop"))
        assert "front" in here.alarms[-1] and "menu" in here.alarms[-1]


# ── the records ──────────────────────────────────────────────────────────────


@dataclass
class Running:
    id: str
    row: Call
    facts: dict[str, str]


@pytest.mark.feature("IVR-02")
async def test_customers_orders_and_bills_are_found(tmp_path: Path) -> None:
    await asyncio.to_thread(prepare, tmp_path / "db", least_free=0)
    store = Store(tmp_path / "db")
    try:
        facts = {"name": "王建国", "account": "81234567", "bill": "一百九十九元"}
        async with store.write() as session:
            session.add(
                Call(id="old", caller="00001111111", started=1.0, began_clock=0, facts=facts)
            )
        now = Running(
            "now", Call(id="now", caller="2025550111", started=2.0, began_clock=0),
            {"name": "Mary", "account": "8123"},
        )  # fmt: skip
        records = Directory(store, lambda: [now], today=lambda: date(2026, 3, 30))
        mary = await records.look_up("now", "customer", {"number": "2025550111"})
        assert mary is not None and mary["name"] == "Mary"
        owed = await records.look_up("x", "bill_amount", {"number": "00001111111"})
        assert owed == {"amount": "199", "account": "81234567"}
        order = await records.look_up("x", "order_status", {"order": "8123"})
        assert order is not None and order["status"] == "on_the_way"
        assert "20260330" < order["day"] <= "20260402" and float(order["amount"]) >= 20
        old = await records.look_up("x", "order_status", {"order": "81234567"})
        assert old is not None
        for ask, given in (("customer", {"number": ""}), ("bill_amount", {"number": "7"}),
                           ("order_status", {"order": "0"}), ("weather", {})):  # fmt: skip
            assert await records.look_up("x", ask, given) is None
    finally:
        await store.close()
    assert bill({"account": "1"}) == bill({"account": "1"}), "the same account, the same bill"


@pytest.mark.feature("FLW-11")
def test_what_the_caller_keyed_in_pops_up_with_the_call() -> None:
    call = OpenCall(Call(id="c", caller="138", started=1.0, began_clock=0))
    floor = Floor(Bus())
    hears = Listening(None, floor, Shelf(), lambda key: "")  # type: ignore[arg-type]
    left = FlowLeft("c", 5.0, "order", "queue", 5.0, {"order": "4711", "day": ""})
    hears.board(call, left)
    card = card_of(Shelf(), call, 2.0, 30.0)
    assert card.record == {"order": "4711"}
