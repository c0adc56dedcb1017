"""Files that nobody should write: one sentence with file and line, in both languages, and nothing else."""

import os
import re
from pathlib import Path

import pytest

from classroom.flows import edits
from classroom.flows.document import read
from classroom.flows.errors import BrokenFlow
from classroom.flows.model import TYPES
from classroom.flows.page import page_of
from classroom.flows.shelf import FlowShelf
from classroom.speech.prompts import TEXTS

pytestmark = pytest.mark.unit
HAN = re.compile(r"[\u4e00-\u9fff]")
GOOD = """\
flow: x
title: {zh: 好, en: good}
prompts:
  hi: {zh: 您好, en: Hello}
start: a
nodes:
  a: {type: play_option, say: [hi], keys: {"1": b}, otherwise: b}
  b: {type: stop_flow}
"""
BOMB = "a: &a [1, 2]\nb: &b [*a, *a]\nc: [*b, *b]\n"
HOSTILE = {
    "empty": (b"", 1, "empty"),
    "binary": (bytes(range(256)), 1, "not UTF-8"),
    "large": (GOOD.encode() + b"#" * 1024 * 1024, 1, "too large"),
    "deep": (b"flow: x\nnodes: " + b"[" * 5000 + b"]" * 5000, 2, "too deep"),
    "bomb": (BOMB.encode(), 2, "references"),
    "tab": (GOOD.replace("  a:", "\ta:"), 7, "a tab here"),
    "escape": (GOOD.replace("您好", '"\\e[31m"'), 4, "control character"),
    "escape in a name": (GOOD.replace("  b:", '  "b\\e":'), 8, "control character"),
    "nul in a path": (GOOD.replace("zh: 您好, en: Hello", 'file: "a\\0"'), 4, "control character"),
    "title of two lines": (GOOD.replace("zh: 好", 'zh: "a\\nb"'), 2, "on one line"),
    "line in a name": (GOOD.replace("otherwise: b", 'otherwise: "b\\nc"'), 7, "node `b c`"),
    "a name that looks like ours": (GOOD.replace("otherwise: b", 'otherwise: "@x"'), 7, "`@x`"),
    "huge number": (GOOD.replace("otherwise: b", "otherwise: b, tries: " + "9" * 5000), 7, "read"),
    "no such day": (GOOD.replace("start: a", "start: 2024-13-45"), 5, "this value cannot be read"),
    "key 10": (GOOD.replace('"1"', '"10"'), 7, "`10` is no key"),
    "wide key": (GOOD.replace('"1"', '"１"'), 7, "`１` is no key"),
    "same key twice": (GOOD.replace('{"1": b}', '{"1": b, 1: a}'), 7, "stands twice"),
    "no keys": (GOOD.replace('{"1": b}', "{}"), 7, "at least one"),
    "wide number": (GOOD.replace("start", 'numbers: ["０００１"]\nstart'), 5, "3 to 15 digits"),
    "negative": (GOOD.replace("otherwise: b", "otherwise: b, seconds: -5"), 7, "from 0.5 to 60"),
    "not a number": (GOOD.replace("otherwise: b", "otherwise: b, seconds: .nan"), 7, "0.5 to 60"),
    "chinese name": (GOOD.replace("b:", "结束:").replace(": b", ": 结束"), 8, "such as menu"),
    "long name": (GOOD.replace("[hi]", "[" + "h" * 5000 + "]"), 7, "at most 40 characters"),
    "file of the system": (GOOD.replace("zh: 您好, en: Hello", "file: /etc/passwd"), 4, "folder"),
    "file above": (GOOD.replace("zh: 您好, en: Hello", "file: ../a.wav"), 4, "folder"),
    "unknown type": (GOOD.replace("play_option", "play"), 7, "must be one of play_only"),
    "two flows": (GOOD + "---\n" + GOOD, 10, "one flow"),
}


def shelf(folder: Path) -> FlowShelf:
    one = FlowShelf(folder, set(TEXTS["zh"]), {"care"}, {})
    one.load()
    return one


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_with_one_sentence(tmp_path: Path, name: str) -> None:
    text, line, says = HOSTILE[name]
    path = tmp_path / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BrokenFlow) as caught:
        shelf(tmp_path).fit("x", read(path), path=path)
    zh, en = ([one.told(lang) for one in caught.value.mistakes] for lang in ("zh", "en"))
    assert any(one.startswith(f"{path}:{line}: ") and says in one for one in en), en
    for one in (*zh, *en):
        assert one.isprintable() and len(one) < 600
    assert all(HAN.search(one.removeprefix(str(path))) for one in zh)


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("flow", "\ufeffflow")])
def test_the_line_ends_and_marks_of_other_machines_are_read(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(GOOD.replace(change[0], change[1], -1 if change[0] == "\n" else 1).encode())
    assert shelf(tmp_path).fit("x", read(path), path=path).name == "x"


def test_a_circle_is_told_in_each_flow_of_it(tmp_path: Path) -> None:
    enter = "flow: {}\nstart: a\nnodes:\n  a: {{type: data_entry, flow: {}, then: z}}\n"
    enter += "  z: {{type: stop_flow}}\n"
    for name, to in (("one", "two"), ("two", "three"), ("three", "one")):
        (tmp_path / f"{name}.yaml").write_text(enter.format(name, to), encoding="utf-8")
    for name in ("one", "two", "three"):
        path = tmp_path / f"{name}.yaml"
        with pytest.raises(BrokenFlow, match="comes back to itself") as caught:
            shelf(tmp_path).fit(name, read(path), path=path)
        assert len(caught.value.mistakes) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_among_the_files_is_refused_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    stood = shelf(tmp_path)
    for name in ("pipe", "folder"):
        assert [one.key for one in stood.broken[name]] == ["no_file"]
    assert "front" in stood.flows


def test_a_file_that_is_not_there_is_told_in_one_language(tmp_path: Path) -> None:
    with pytest.raises(BrokenFlow) as told:
        read(tmp_path / "nothing.yaml")
    assert told.value.told("zh").endswith(":1: 没有这个文件，请检查路径")
    assert told.value.told("en").endswith(":1: there is no such file; check its path")


@pytest.mark.feature("IVR-20")
@pytest.mark.parametrize("kind", TYPES)
def test_a_node_that_is_half_written_or_written_wrong_has_a_form_all_the_same(kind: str) -> None:
    """Every new node begins with its type alone; what is typed into a field may be anything."""
    known = shelf(Path("nowhere"))
    begun = edits.edited(edits.fresh("f", "F"), "nodes", "n", {"type": kind})
    page = page_of(known, "f", begun, "en", saved=False)
    (node,) = page.nodes
    wanted = {field.name for field in node.fields if field.required} - {"type"}
    told = " ".join(one.text for one in page.problems)
    assert node.type == kind and all(f"add `{name}:`" in told for name in wanted)
    for field in node.fields:
        for odd in ("[1, [2]]", "{1: {2: 3}}", "5", '""', "[a]", "{a: 1}", "true"):
            text = edits.edited(begun, "nodes", "n", {field.name: odd})
            assert page_of(known, "f", text, "zh", saved=False).nodes[0].name == "n"
