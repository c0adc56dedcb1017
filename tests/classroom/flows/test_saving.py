"""What is saved, by whom, and what callers hear of it then; without a server."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from classroom.door import flow_wire as wire
from classroom.door.flow_wire import version_of
from classroom.errors import Refusal
from classroom.flows import room as rooms
from classroom.flows import sounds
from telephony.pbx.events import CallStarted
from tests.classroom.flows.test_room import FRONT, school, tone

pytestmark = pytest.mark.unit

MINE = """\
flow: mine
start: hi
prompts:
  hi: {zh: 您好, en: Hello}
nodes:
  hi: {type: play_only, say: [hi], then: more}
  more: {type: data_entry, flow: bill, then: bye}
  bye: {type: stop_flow}
"""


# ── two who edit the same flow ───────────────────────────────────────────────


@pytest.mark.feature("LCA-14")
async def test_who_saves_later_is_told_and_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "flows" / "front.yaml"
    async with school(tmp_path / "flows") as here:
        began = version_of(here.room.page("front", "en").text)
        first = FRONT.replace("tries: 2", "tries: 3")
        assert (await here.room.put("front", first, "en", began)).saved
        with pytest.raises(Refusal) as refused:
            await here.room.put("front", FRONT.replace("tries: 2", "tries: 4"), "en", began)
        assert (refused.value.status, refused.value.key) == (409, "flow_changed")
        assert path.read_text(encoding="utf-8") == first
        again = version_of(first)
        assert (await here.room.put("front", first + "# mine\n", "en", again)).saved
        assert (await here.room.put("front", first, "en")).saved, "who does not ask writes over it"


async def test_a_file_that_was_broken_by_hand_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "flows" / "mine.yaml"
    text = MINE.replace("more}", "bye}").replace(
        "  more: {type: data_entry, flow: bill, then: bye}\n", ""
    )
    async with school(tmp_path / "flows") as here:
        assert (await here.room.put("mine", text, "en", "")).saved, "there was none"
        path.write_text("flow: [", encoding="utf-8")
        with pytest.raises(Refusal, match="changed elsewhere"):
            await here.room.put("mine", text, "en", version_of(text))
        assert path.read_text(encoding="utf-8") == "flow: ["
        with pytest.raises(Refusal, match="changed elsewhere"):
            await here.room.put("mine", text, "en", "")  # two who made a flow of the same name


# ── what is heard then ───────────────────────────────────────────────────────


@pytest.mark.feature("LCA-14")
async def test_words_that_change_are_spoken_anew(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        await here.room.put("mine", MINE, "zh")
        await here.room.put("mine", MINE, "zh")
        assert here.spoken.count(("zh", "mine.hi")) == 1, "the same words are spoken once"
        await here.room.put("mine", MINE.replace("您好", "您好，欢迎"), "zh")
        assert here.spoken.count(("zh", "mine.hi")) == 2


@pytest.mark.feature("IVR-19")
async def test_a_recording_takes_the_place_of_words_in_every_language(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        await here.room.put("mine", MINE, "zh")
        assert here.room.clips.prompts()["zh/mine.hi"] == "/clips/zh/mine.hi.wav"
        kept = here.room.keep_sound("mine", "hi", tone(0.5))
        recorded = MINE.replace("{zh: 您好, en: Hello}", f"{{file: {kept.file}}}")
        assert (await here.room.put("mine", recorded, "zh")).saved
        found = {
            key: clip for key, clip in here.room.clips.prompts().items() if key.endswith("mine.hi")
        }
        assert found == {"mine.hi": str(tmp_path / "flows" / kept.file)}


@pytest.mark.feature("IVR-26")
async def test_flows_written_by_hand_are_heard_and_so_is_what_they_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "LOOK_EVERY", 0.01)
    (tmp_path / "flows").mkdir()
    async with school(tmp_path / "flows") as here:
        await here.until(lambda: bool(here.changes))
        (tmp_path / "flows" / "mine.yaml").write_text(MINE, encoding="utf-8")
        await here.until(lambda: "zh/mine.hi" in here.room.clips.prompts())
        await here.until(lambda: "zh/bill.menu" in here.room.clips.prompts())


@pytest.mark.feature("IVR-26")
async def test_who_dials_a_flow_that_nobody_made_ready_makes_it_ready(tmp_path: Path) -> None:
    async with school(tmp_path / "flows") as here:
        await here.until(lambda: bool(here.changes))
        assert "zh/order.ask" not in here.room.clips.prompts()
        here.room.heard(CallStarted("c", 1.0, "1001", "*7803", "practice"))
        await here.until(lambda: "zh/order.ask" in here.room.clips.prompts())


# ── recordings that nobody needs ─────────────────────────────────────────────


async def test_recordings_of_flows_that_are_gone_are_swept_away_at_the_start(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "flows"
    async with school(folder) as here:
        await here.room.put("mine", MINE, "zh")
        named, fresh, old = (
            here.room.keep_sound("mine", name, tone(0.1 * n)).file
            for n, name in enumerate(("named", "fresh", "old"), 1)
        )
    (folder / "hand.wav").write_bytes(tone(0.1))
    (folder / "broken.yaml").write_text(f"flow: [ # {named}", encoding="utf-8")
    days_ago = (folder / old).stat().st_mtime - 2 * sounds.KEPT_UNNAMED
    for name in (named, old, "hand.wav"):
        os.utime(folder / name, (days_ago, days_ago))
    async with school(folder):
        assert {path.name for path in folder.glob("*.wav")} == {named, fresh, "hand.wav"}


async def test_recordings_of_a_flow_that_is_deleted_go_a_day_later_while_the_server_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "flows"
    async with school(folder) as here:
        sound = here.room.keep_sound("mine", "hi", tone(0.1)).file
        text = MINE.replace("hi: {zh", f"hi: {{file: {sound}, zh")
        assert (await here.room.put("mine", text, "zh")).saved
        long_ago = (folder / sound).stat().st_mtime - 2 * sounds.KEPT_UNNAMED
        os.utime(folder / sound, (long_ago, long_ago))
        assert sounds.sweep(folder, time.time()) == []
        await here.room.remove("mine")
        assert sounds.sweep(folder, time.time()) == [], "somebody may be in the flow yet"
        monkeypatch.setattr(rooms, "LOOK_EVERY", 0.01)
        monkeypatch.setattr(rooms, "SWEEP_EVERY", 0.0)
    async with school(folder) as here:
        os.utime(folder / sound, (long_ago, long_ago))
        await here.until(lambda: not (folder / sound).exists())


async def test_a_disk_that_takes_nothing_is_told_and_the_flow_stays_as_it_was(
    tmp_path: Path,
) -> None:
    (tmp_path / "flows").write_text("in the way", encoding="utf-8")
    async with school(tmp_path / "flows") as here:
        for work in (
            here.room.put("front", FRONT.replace("tries: 2", "tries: 9"), "en"),
            asyncio.to_thread(here.room.keep_sound, "front", "hi", tone(0.1)),
        ):
            with pytest.raises(Refusal) as told:
                await work
            assert (told.value.status, told.value.key) == (507, "flow_not_kept")
        assert "tries: 2" in here.room.page("front", "en").text


async def test_the_ends_of_lines_of_another_machine_are_kept_on_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    windows = MINE.replace("\n", "\r\n").encode()
    (folder / "mine.yaml").write_bytes(windows)
    async with school(folder) as here:
        page = here.room.page("mine", "en")
        change = wire.FlowEdit(text=page.text, node="more", fields={"flow": "bill"})
        draft = here.room.edit("mine", change, "en")
        assert (await here.room.put("mine", draft.text, "en", version_of(page.text))).saved
        assert (folder / "mine.yaml").read_bytes() == windows
