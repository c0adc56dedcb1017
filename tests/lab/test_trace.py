"""``lab calls trace``: each step in words, in both languages, whatever a caller wrote into them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from classroom.door.trace import TraceStep
from classroom.settings import Settings
from classroom.store.calls import Call, EvidenceRow
from classroom.store.engine import Store
from classroom.store.trace import trace_of
from classroom.store.upgrade import prepare
from classroom.words import speak
from lab.trace import NoCall, sentence, show
from lab.words import LANGS, Lang, Words, catalogue
from telephony.pbx.strategy import STRATEGIES

pytestmark = pytest.mark.unit

HOSTILE = "\x1b[2J[red]1380000[/red]\n"
CHOICE = {"by": "longest-idle", "free": 2, "idle": 31.5, "calls": 3, "talked": 60.0, "skill": 0}
CAME_IN = {"caller": HOSTILE, "dialled": "95500", "trunk": "practice"}
KEYED = {"to": "queue", "keyed": {"member": "42"}, "asked": []}
ASKED = {"strategy": "longest-idle", "position": 1, "needs": {}, "priority": 2, "wants": ""}
WAY = [
    (10.0, "line", {"what": "started", "value": "", **CAME_IN}),
    (11.0, "line", {"what": "menu_chosen", "value": "menu", "key": "1"}),
    (12.0, "trace", {"what": "left_menu", "value": "menu", **KEYED}),
    (12.0, "line", {"what": "queued", "value": "care", **ASKED}),
    (12.0, "line", {"what": "offered", "value": "1001", "agent": "s01", "popped": 12.002, "choice": CHOICE}),
    (12.2, "line", {"what": "rang", "value": "1001"}),
    (15.0, "line", {"what": "answered", "value": "1001", "told": 15.001, "rang": 3.0, "codec": "PCMA"}),
    (20.0, "line", {"what": "listen_began", "value": "1050"}),
    (40.0, "line", {"what": "released", "value": "rated"}),
]  # fmt: skip
SAID: dict[Lang, tuple[str, ...]] = {
    "zh": ("最佳坐席 1001 s01：空闲最久（31.5 秒）", "优先级 2", "队列“客户服务”", "监听 1050 开始"),
    "en": ("agent 1001 s01: idle the longest (31.5 s)", "priority 2", 'queue "Customer care"', "listen"),
}  # fmt: skip


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A folder in which one call was made."""
    database = Settings.load(tmp_path).database
    prepare(database)
    store = Store(database)
    async with store.write() as session:
        session.add(Call(id="c7", started=1_700_000_000.0, began_clock=10.0, state="graded"))
        await session.flush()
        for clock, kind, body in WAY:
            session.add(EvidenceRow(call_id="c7", clock=clock, kind=kind, body=body))
    await store.close()
    return tmp_path


def printed(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    show(data, "c7", as_json=False)
    return capsys.readouterr().out


@pytest.mark.feature("FLW-12")
def test_the_steps_are_told_in_both_languages_and_nothing_hostile_reaches_the_screen(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for lang, said in SAID.items():
        speak(lang)
        page = printed(data, capsys, monkeypatch)
        assert all(one in page for one in said), page
        assert "\x1b[2J" not in page and "[red]1380000[/red]" in page
        numbers = re.findall(r"^\W+(\d+)\s", page, re.MULTILINE)
        assert [int(one) for one in numbers] == [1, 2, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13]
        assert bool(re.search("[一-龥]", page)) == (lang == "zh")


def test_the_newest_call_is_taken_where_none_is_named_and_json_is_one_object(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(data, None, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["call_id"], len(told["steps"])) == ("c7", 17)
    assert told["steps"][0] == {
        "no": 1, "what": "came_in", "at": 0.0, "time": 1_700_000_000.0,
        "values": {"caller": HOSTILE, "dialled": "95500", "trunk": "practice"},
    }  # fmt: skip


@pytest.mark.parametrize("wrong", ["c8", "' or 1=1 --", "{data}", "通" * 3000])
def test_an_unknown_call_is_one_sentence(data: Path, wrong: str) -> None:
    speak("en")
    with pytest.raises(NoCall, match="c7"):
        show(data, wrong, as_json=False)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("by", [*STRATEGIES, "wanted", "a strategy of a later version"])
def test_why_a_desk_was_found_has_its_words(lang: Lang, by: str) -> None:
    words = Words(lang)
    values = {**CHOICE, "by": by, "extension": "1001"}
    told = sentence(TraceStep(no=6, what="found", at=0, time=0, values=values), words)
    other = words("why.other")
    assert told.endswith(other) == (by.startswith("a ")) and "1001" in told


def test_every_step_of_the_trace_has_its_sentence() -> None:
    source = (Path(__file__).parents[2] / "classroom" / "store" / "trace.py").read_text()
    steps = set(re.findall(r'_add\(\s*\d+,\s*"(\w+)"', source))
    assert len(steps) == 16
    for lang in LANGS:
        told = {key.removeprefix("step.") for key in catalogue(lang) if key.startswith("step.")}
        assert told == steps


@pytest.mark.parametrize(
    ("lang", "begins", "missed"),
    [
        ("zh", "轮到登记回拨的客户", "坐席在客户接听前挂断"),
        ("en", "it is the turn", "the agent hung up"),
    ],
)
def test_a_callback_is_no_call_of_the_customer(lang: Lang, begins: str, missed: str) -> None:
    rows = [
        EvidenceRow(call_id="c", clock=0.0, kind="line", body=body)
        for body in (
            {"what": "started", "value": "", "dialled": "13800138000", "callback": "cb"},
            {"what": "offered", "value": "1001"},
            {"what": "missed", "value": "agent_left"},
        )
    ]
    call = Call(id="c", started=0.0, began_clock=0.0)
    told = [sentence(step, Words(lang)) for step in trace_of(call, rows, {}).steps]
    assert told[0].startswith(begins) and "13800138000" in told[0]
    assert missed in told[-1]
