"""The flows of a running school: put live, watched, spoken, asked; without a server."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import soundfile

from classroom.bus import Bus
from classroom.door import flow_wire as wire
from classroom.door.lang import Lang
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
from classroom.store.ledger import Ledger
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
async def school(folder: Path, desks: Sequence[str] = ("1001",)) -> AsyncIterator[School]:
    shelf = FlowShelf(folder, set(TEXTS["zh"]), {"care"}, SHAPES, desks=lambda: desks)
    shelf.load()
    spoken: list[tuple[str, str]] = []
    changes: list[int] = []
    answers: list[AnswerLookup] = []
    alarms: list[str] = []
    notes: list[tuple[str, str]] = []

    async def speak(lang: Lang, said: dict[str, str], *, soon: bool = False) -> dict[str, str]:
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


async def test_a_way_out_leads_to_a_desk_of_the_school_when_it_is_saved(tmp_path: Path) -> None:
    """A desk that goes later takes no flow off the line; its page says so."""
    text = """flow: direct
start: out
nodes:
  out: {type: stop_flow, to: extension, name: "1002"}
"""
    async with school(tmp_path / "flows") as here:
        page = await here.room.put("direct", text, "en")
        assert not page.saved and not (tmp_path / "flows" / "direct.yaml").exists()
        assert (page.problems[0].line, page.problems[0].weak) == (4, False)
        assert page.problems[0].text.startswith("there is no extension `1002`; choose of 1001")
    async with school(tmp_path / "flows", ("1001", "1002")) as here:
        assert (await here.room.put("direct", text, "en")).saved
    async with school(tmp_path / "flows") as here:
        assert "direct" in here.room.shelf.flows
        assert "no extension `1002`" in here.room.page("direct", "en").problems[0].text


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
        prompts = here.room.clips.prompts()
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
    ledger = Ledger(None, print)  # type: ignore[arg-type]  # it is never started
    hears = Listening(ledger, floor, Shelf(), lambda key: "")
    left = FlowLeft("c", 5.0, "order", "queue", 5.0, {"order": "4711", "day": ""})
    hears.board(call, left)
    card = card_of(Shelf(), call, 2.0, 30.0)
    assert card.record == {"order": "4711"}


# ── a whole flow by the door's orders ────────────────────────────────────────


def tone(seconds: float, rate: int = 44_100) -> bytes:
    out = io.BytesIO()
    time = np.arange(int(seconds * rate)) / rate
    soundfile.write(out, 0.3 * np.sin(2 * np.pi * 440 * time), rate, format="WAV")
    return out.getvalue()


@pytest.mark.feature("IVR-12", "IVR-19", "IVR-25", "TEL-05")
async def test_a_flow_is_made_from_nothing_with_a_recording_and_goes_live(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        page = here.room.new(wire.FlowNew(name="mine", title="Mine"), "en")
        assert page.nodes == [] and "no node yet" in page.problems[0].text
        eight = [wire.FlowVariable(name=f"v{n}") for n in range(8)]
        page = here.room.store("mine", wire.FlowVariables(text=page.text, variables=eight), "en")
        assert [node.name for node in page.nodes] == ["Start"]
        assert [one.name for one in page.variables] == [f"v{n}" for n in range(8)]
        sound = here.room.keep_sound("mine", "hello", tone(0.5))
        assert sound.seconds == 0.5
        clip, rate = soundfile.read(tmp_path / "flows" / sound.file)
        assert rate == 8000 and len(clip) == 4000 and abs(clip).max() > 0.25
        edit = wire.FlowEdit(
            text=page.text, part="prompts", node="hello", fields={"file": sound.file}
        )
        page = here.room.edit("mine", edit, "en")
        assert [one.name for one in page.prompts] == ["hello"]
        start = {"type": "play_only", "say": "[hello]", "then": "end"}
        page = here.room.edit(
            "mine", wire.FlowEdit(text=page.text, node="Start", fields=start), "en"
        )
        wrong = await here.room.put("mine", page.text, "en")
        assert not wrong.saved, "a flow that check refuses is refused here, too"
        end = wire.FlowEdit(text=page.text, node="end", fields={"type": "stop_flow"})
        page = here.room.edit("mine", end, "en")
        page = await here.room.put("mine", page.text, "en")
        assert page.saved, page.problems
        assert here.room.clips.prompts()["mine.hello"].endswith(sound.file)
        other = here.room.keep_sound("mine", "hello", tone(0.25))
        assert other.file != sound.file, "calls in progress go on hearing the old one"


async def test_a_flow_of_ones_own_is_deleted_unless_another_enters_it(tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    async with school(folder) as here:
        text = "flow: in\nstart: a\nnodes:\n  a: {type: stop_flow, to: back}\n"
        await here.room.put("in", text, "en")
        around = "flow: out\nstart: a\nnodes:\n  a: {type: data_entry, flow: in, then: b}\n"
        await here.room.put("out", around + "  b: {type: stop_flow}\n", "en")
        with pytest.raises(Refusal) as refused:
            await here.room.remove("in")
        assert refused.value.key == "flow_entered"
        await here.room.remove("out")
        await here.room.remove("in")
        assert not {"in", "out"} & set(here.room.shelf.flows) and not list(folder.glob("*.yaml"))
        with pytest.raises(Refusal) as refused:
            await here.room.remove("front")
        assert refused.value.key == "flow_shipped"
        own = FRONT.replace("tries: 2", "tries: 5")
        await here.room.put("front", own, "en")
        await here.room.remove("front")
        menu = here.room.shelf.find("front").flow.nodes["menu"]
        assert isinstance(menu, Menu) and menu.tries == 2, "the shipped one is back"


async def test_what_is_no_recording_no_name_or_too_large_is_refused(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        for data in (b"", b"RIFF not a sound", tone(301, 8000)):
            with pytest.raises(Refusal) as refused:
                here.room.keep_sound("mine", "hello", data)
            assert refused.value.key == "flow_sound"
        with pytest.raises(Refusal) as refused:
            here.room.keep_sound("mine", "../hello", tone(0.1))
        assert refused.value.key == "flow_name"
        with pytest.raises(Refusal) as refused:
            here.room.new(wire.FlowNew(name="front"), "en")
        assert refused.value.key == "flow_taken"
        long = wire.FlowEdit(text="#" * (rooms.EDITABLE + 1), node="a", fields={})
        with pytest.raises(Refusal) as refused:
            here.room.edit("mine", long, "en")
        assert refused.value.key == "flow_large"
