"""``lab ivr``: list, check, draw and walk through flows."""

from __future__ import annotations

import re
import shutil
import sys
import wave
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from classroom.flows.shelf import BUNDLED
from classroom.speech.prompts import ANNOUNCERS
from classroom.speech.voice import Pcm, Spoken
from lab.aloud import Aloud
from lab.cli import app, main
from lab.menus import FlowTrouble, School, find, play
from lab.roster import NoData
from lab.walk import Walk
from lab.words import Lang, Words

pytestmark = pytest.mark.unit

GOOD = (BUNDLED / "order.yaml").read_text(encoding="utf-8")


def lab(*words: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["ivr", *words], input=typed, env={"COLUMNS": "200"})
    return done.exit_code, done.output


def walk(lang: Lang = "en", caller: str = "00001234567") -> Walk:
    one, shelf = find("order", Words(lang))
    return Walk(one, shelf, Words(lang), caller=caller, moment=datetime(2026, 3, 2, 9, 0))


def test_a_good_file_is_said_to_be_good(tmp_path: Path) -> None:
    path = tmp_path / "order.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert lab("check", str(path), "--lang", "en") == (0, f"{path}: good\n")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("then: paid", "then: pay", "there is no node `pay`"),
        ("say: [wait]", "say: [waiting]", "there is no prompt `waiting`"),
        ("name: care", "name: cares", "there is no queue `cares`"),
        ("yes: done", "yes: arrived", "goes round through `arrived`"),
    ],
)
def test_mistakes_end_with_2(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "order.yaml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    code, said = lab("check", str(path), "--lang", "en")
    assert code == 2 and says in said, said
    for line in said.splitlines():
        assert line.startswith(f"{path}:")


def test_a_warning_fails_only_where_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "order.yaml"
    text = GOOD.replace("\n  end:", "\n  lost: {type: stop_flow}\n  end:")
    path.write_text(text, encoding="utf-8")
    line = text[: text.index("  lost:")].count("\n") + 1
    told = "warning: no way leads to the node `lost`; connect it or take it out"
    assert lab("check", str(path), "--lang", "en") == (0, f"{path}:{line}: {told}\n")
    assert lab("check", "--strict", str(path), "--lang", "en") == (2, f"{path}:{line}: {told}\n")
    assert f":{line}: 提醒：" in lab("check", str(path))[1]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    code, said = lab("check", str(tmp_path / "nowhere.yaml"))
    assert code == 2 and "请检查路径" in said
    with pytest.raises(FlowTrouble, match="check its path"):
        find(str(tmp_path / "nowhere.yaml"), Words("en"))


@pytest.mark.feature("IVR-01")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_flow_is_drawn_as_a_tree(lang: str) -> None:
    code, said = lab("draw", "order", "--lang", lang)
    assert code == 0
    assert ("选择语言" if lang == "zh" else "select language") in said
    assert "↑ ask" in said, "a node that was drawn before is only named"
    drawn = [line for line in said.splitlines() if "stop flow" in line or "结束流程" in line]
    assert len(drawn) >= 3


def test_a_long_chain_is_drawn_from_the_margin_again(tmp_path: Path) -> None:
    """However long it is, its rows fit a narrow terminal, and each node is drawn once."""
    last = 500
    chain = [f"  n{at}: {{type: play_only, say: [wait], then: n{at + 1}}}" for at in range(last)]
    head = GOOD[: GOOD.index("start:")].replace("flow: order", "flow: chain", 1)
    nodes = "\n".join(["start: n0", "nodes:", *chain, f"  n{last}: {{type: stop_flow}}"])
    path = tmp_path / "chain.yaml"
    path.write_text(head + nodes, encoding="utf-8")
    env = {"COLUMNS": "40"}
    said = CliRunner().invoke(app, ["ivr", "draw", str(path)], env=env).output
    assert all(cell_len(line) <= 40 for line in said.splitlines())
    drawn = re.findall(r"(n\d+)  (?:放音|结束流程)", said)
    assert drawn == [f"n{at}" for at in range(last + 1)]
    assert "then → ↓ n5" in said and "\n└── n500" in said


@pytest.mark.feature("IVR-21")
def test_a_flow_is_drawn_for_mermaid() -> None:
    code, said = lab("draw", "front", "--mermaid")
    assert code == 0
    assert said.splitlines()[0] == "flowchart TD"
    assert '    n1 -->|"otherwise"| n2' in said


def test_the_list_names_numbers_and_trials() -> None:
    code, said = lab("list", "--lang", "en")
    assert code == 0
    assert "000010000" in said and "*7803" in said


# ── a school's own queues and desks ──────────────────────────────────────────


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A data folder with a queue of its own and two desks."""
    from asyncio import run

    from classroom.school.people import People
    from classroom.settings import Settings
    from classroom.store.engine import Store
    from classroom.store.upgrade import prepare

    data = tmp_path / "school"
    data.mkdir()
    (data / "lab.toml").write_text("[queues.returns]\n", encoding="utf-8")
    database = Settings.load(data).database
    prepare(database)

    async def enrol() -> None:
        store = Store(database)
        await People(store).enrol_class(demo=True, size=2)
        await store.close()

    run(enrol())
    return data


def leading(folder: Path, to: str, name: str) -> Path:
    """Write the order flow anew with another way out for its callers."""
    path = folder / "order.yaml"
    path.parent.mkdir(exist_ok=True)
    wrong = GOOD.replace("to: queue", f"to: {to}").replace("name: care", f'name: "{name}"')
    assert wrong != GOOD
    path.write_text(wrong, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("to", "name", "says"),
    [
        ("queue", "returns", ""),
        ("queue", "care", ""),
        ("extension", "1001", ""),
        ("queue", "refunds", "there is no queue `refunds`; choose of care, returns"),
        ("extension", "1050", "there is no extension `1050`; choose of 1000-1002"),
    ],
)
def test_ways_out_are_held_to_the_schools_queues_and_desks(
    tmp_path: Path, school: Path, to: str, name: str, says: str
) -> None:
    path = leading(tmp_path / "flows", to, name)
    code, said = lab("check", str(path), "--data", str(school), "--lang", "en")
    assert code == (2 if says else 0), said
    line = next(
        at for at, text in enumerate(path.read_text("utf-8").splitlines(), 1) if name in text
    )
    assert said == (f"{path}:{line}: {says}\n" if says else f"{path}: good\n").replace(
        "1000-1002", "1000-1002, see lab people list"
    )
    if says:
        for deed in ("draw", "play"):
            with pytest.raises(FlowTrouble, match=f"order.yaml:{line}: there is no {to}"):
                find(str(path), Words("en"), School.at(school))
            assert lab(deed, str(path), "--data", str(school))[0] != 0
    else:
        assert lab("draw", str(path), "--data", str(school))[0] == 0


def test_a_schools_own_flow_is_found_by_its_name(school: Path) -> None:
    leading(school / "flows", "queue", "returns")
    code, said = lab("play", "order", "--data", str(school), "--lang", "en", typed="2\n")
    assert code == 0 and "order number" in said
    one, _ = find("order", Words("en"), School.at(school))
    assert one.path == school / "flows" / "order.yaml"


def test_a_folder_without_a_class_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoData, match="lab serve --data"):
        School.at(tmp_path)


# ── walking ──────────────────────────────────────────────────────────────────


def test_an_order_is_found_by_keys() -> None:
    way = walk()
    assert way.begin() == ["  中文服务请按1，For English press 2."]
    assert "Please enter your order number" in way.typed("2")[-1]
    assert "“four seven one one”" in way.typed("4711#")[1]
    way.typed("1")
    assert way.looking
    told = way.typed("status=on_the_way day=20260302 amount=12.50")
    assert "“March second twenty twenty-six”" in told[0]
    assert "“twelve dollars and fifty cents”" in told[1]
    assert way.typed("0")[-1] == "· the flow is left: queue care"
    assert way.over


def test_silence_wrong_keys_and_records_that_fail() -> None:
    way = walk("zh")
    way.begin()
    way.typed("1")
    assert "没有收到您的按键" in way.typed("")[0]
    assert "您输入的位数不对" in way.typed("12#")[0]
    way.typed("12345#")
    way.typed("1")
    assert "转接人工" in way.typed("!")[0]
    assert way.over


def test_hanging_up_still_leaves_the_note() -> None:
    way = walk()
    way.begin()
    way.typed("2")
    hung, note = way.typed("/")[:2]
    assert hung == "· the caller hung up" and "note" in note
    assert way.over


class Reader:
    """A voice that writes down what it is given and hums a tenth of a second for it."""

    name = version = "reader"

    def __init__(self) -> None:
        self.read: list[Spoken] = []

    def voices(self) -> tuple[str, ...]:
        return ()

    def say(self, line: Spoken) -> Pcm:
        self.read.append(line)
        return np.full(800, 0.25, np.float32)


@pytest.mark.parametrize("ways", [[], [[sys.executable, "-c", "raise SystemExit(1)"]]])
def test_prompts_without_a_sound_card_are_kept_in_a_file(
    ways: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, typed = Reader(), iter(["2", "/"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
    play("order", Words("en"), "00001234567", None, Aloud(reader, ways))
    said = capsys.readouterr().out
    texts = [(line.text, line.voice) for line in reader.read]
    assert texts[0][0].startswith("中文服务请按1") and texts[0][1] == ANNOUNCERS["zh"][0]
    assert "order number" in texts[1][0] and texts[1][1] == ANNOUNCERS["en"][0]
    path = Path(said.split("The prompts are in ")[1].strip())
    with wave.open(str(path)) as file:
        assert file.getframerate() == 8000
        assert file.getnframes() == len(texts) * (800 + 3200)
    shutil.rmtree(path.parent)


def test_prompts_with_a_sound_card_are_played(tmp_path: Path) -> None:
    copy = "import shutil, sys; shutil.copy(sys.argv[2], sys.argv[1])"
    aloud = Aloud(Reader(), [[sys.executable, "-c", copy, str(tmp_path / "heard.wav")]])
    aloud.say("Good morning.", "en")
    aloud.say("…", "en")
    assert aloud.close("order") is None
    with wave.open(str(tmp_path / "heard.wav")) as file:
        assert file.getnframes() == 800


def test_without_voices_one_sentence_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("classroom.speech.models.missing", lambda: ["onnxruntime"])
    monkeypatch.setattr("sys.argv", ["lab", "ivr", "play", "order", "--speak"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert "make voice" in capsys.readouterr().err


def test_a_walk_on_the_terminal_ends_with_its_input() -> None:
    code, said = lab("play", "order", "--lang", "en", typed="2\n")
    assert code == 0
    assert "order number" in said and "the caller hung up" in said
