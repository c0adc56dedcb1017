"""``lab settings``: six groups, both languages, nothing left out, nothing secret shown."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from classroom.flows.lookups import SHAPES
from classroom.flows.shelf import FlowShelf
from classroom.groups import GROUPS, entries
from classroom.plan import board_plan
from classroom.school.people import People
from classroom.settings import Settings
from classroom.speech.prompts import TEXTS
from classroom.store.engine import Store
from classroom.store.upgrade import prepare
from classroom.words import speak
from lab.doctor import queues
from lab.parameters import listed, show
from lab.words import LANGS, Words

pytestmark = [pytest.mark.unit, pytest.mark.feature("LCA-15")]

WRITTEN = """
[calls]
most_transfers = 3
codecs = ["PCMU"]
pickup_groups = { sales = ["1001", "1002"] }
[recording]
when = "on demand"
longest_pause = 60
[practice]
trunk_password = "very secret"
[members.8001]
pin = "123456"
[queues.vip]
strategy = "linear"
[[outbound]]
trunk = "practice"
"""


def test_every_section_has_a_group_and_every_setting_its_meaning() -> None:
    assert {area for areas in GROUPS.values() for area in areas} == set(Settings.model_fields) - {
        "data"
    }
    found = list(entries(Settings(data=Path())))
    assert len(found) > 80
    for lang in LANGS:
        words = Words(lang)
        for one in found:
            meaning = words(f"settings.{one.key}")
            assert bool(re.search(r"[一-龥]", meaning)) == (lang == "zh"), one.where


@pytest.mark.parametrize(
    ("lang", "heads"),
    [
        ("zh", ["综合参数", "录音参数", "呼叫参数", "线路规则", "工作流配置", "消息参数"]),
        ("en", ["General", "Recording", "Calls", "Line rules", "Workflow", "Messages"]),
    ],
)
def test_the_six_groups_are_printed_in_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    lang: str, heads: list[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "lab.toml").write_text(WRITTEN)
    speak(lang)  # type: ignore[arg-type]
    show(tmp_path, as_json=False)
    said = capsys.readouterr().out
    assert [said.index(head) for head in heads] == sorted(said.index(head) for head in heads)
    assert re.search(r"calls\.most_transfers +3 \*", said)
    assert re.search(r"queues\.vip\.strategy +linear \*", said)
    assert "very secret" not in said and "123456" not in said


def test_a_program_reads_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lab.toml").write_text(WRITTEN)
    show(tmp_path, as_json=True)
    rows = {row["setting"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["recording.when"]["value"] == "on demand"
    assert not rows["recording.when"]["default"] and rows["calls.park_code"]["default"]
    assert len(rows) == len(list(listed(tmp_path)))


def test_what_is_set_reaches_the_switchboard(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(WRITTEN)
    settings = Settings.load(tmp_path)
    queues = frozenset({"care", "vip"})
    flows = FlowShelf(tmp_path / "flows", frozenset(TEXTS["zh"]), queues, SHAPES, "zh")
    flows.load()
    plan = board_plan(settings, [], trunk_password="x", prompts={}, flows=flows)
    assert (plan.most_transfers, plan.codecs) == (3, ("PCMU",))
    assert (plan.calls.record, plan.calls.longest_pause) == ("on demand", 60.0)
    assert plan.calls.mates("1001") == {"1001", "1002"}
    usual = Settings.load(tmp_path / "empty")
    plain = board_plan(usual, [], trunk_password="x", prompts={}, flows=flows)
    assert plain.calls == type(plain.calls)()
    assert (plain.dial_seconds, plain.longest_talk) == (30.0, 7200.0)


def test_a_member_whom_nobody_knows_is_told_beside_the_settings_and_by_the_doctor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(tmp_path / "lab.sqlite3")
    asyncio.run(enrol(tmp_path))
    (tmp_path / "lab.toml").write_text('[queues.care]\nmembers = ["1001", "1077"]\n')
    speak("zh")
    show(tmp_path, as_json=True)
    said = capsys.readouterr()
    assert json.loads(said.out) and "1077" in said.err and "请改正" in said.err
    found = queues(tmp_path)
    assert found.grade == "optional" and "1077" in found.found
    (tmp_path / "lab.toml").write_text('[queues.care]\nmembers = ["1001"]\n')
    assert queues(tmp_path).grade == "good"
    show(tmp_path, as_json=True)
    assert not capsys.readouterr().err


async def enrol(data: Path) -> None:
    store = Store(data / "lab.sqlite3")
    await People(store).enrol("s01", "Li", "student", "1001")
    await store.close()
