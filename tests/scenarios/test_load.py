"""Whatever is wrong with a file is told as ``file:line: what to do``."""

import os
import re
from pathlib import Path

import pytest

from scenarios.errors import BrokenScenario, UnknownScenario
from scenarios.load import PACKS, all_scenarios, check_file, find, load

pytestmark = pytest.mark.unit
GOOD = (PACKS / "en/retail/order-inquiry.yaml").read_text(encoding="utf-8")


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def told(path: Path) -> list[str]:
    """All that is wrong with a file, in English."""
    return [problem.told("en") for problem in check_file(path)]


def change(tmp_path: Path, old: str, new: str) -> tuple[list[str], int]:
    """Change the good file once; the problems found, and the changed line."""
    assert old in GOOD
    path = tmp_path / "broken.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    return told(path), line_of(GOOD, old)


CHANGES = [
    ("opens: rings_in", "opens: ring_in", "there is no beat `ring_in`; did you mean `rings_in`?"),
    ("gives_up: leaves", "gives_up: asks", "beat `asks` must end the call"),
    ("level: 1", "level: one", "`level`: write a whole number here"),
    ("level: 1", "level: 9", "should be less than or equal to 5; correct it"),
    ("lang: en", "lang: fr", "must be one of 'zh' or 'en'"),
    ('presses: "1"', "presses: 1", "in quotes if it looks like a number"),
    ('dials: "2025550100"', 'dials: "10000"', "use the school's fake one"),
    ("after: 8s", "after: 8", "write a span of time such as 8s, 12m or 1h"),
    ("teaches:", "teches:", "did you mean `teaches`?"),
    ("{item}, and", "{itme}, and", "nothing fills {itme}; did you mean `item`?"),
    ("names_herself}\n", "names_herselv}\n", "did you mean `names_herself`?"),
    ("verify_identity: {goes", "verfy_identity: {goes", "did you mean `verify_identity`?"),
    ("{patience: 60, trust", "{pacience: 60, trust", "add `patience`"),
    ("apology: {trust: 5}", "apology: {thrust: 5}", "did you mean `trust`?"),
    ("disposition: answered", "disposition: answerd", "did you mean `answered`?"),
    ("right: Delivery", "right: Delivered", "is none of the choices; did you mean `Delivery`?"),
    ("ends: satisfied", "ends: happy", "must be one of"),
    ("sex: female", "sex: [female]", "must be one of"),
]


@pytest.mark.parametrize(("old", "new", "what"), CHANGES, ids=[new for _, new, _ in CHANGES])
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    problems, line = change(tmp_path, old, new)
    fitting = [problem for problem in problems if what in problem]
    assert fitting, problems
    assert fitting[0].startswith(f"{tmp_path / 'broken.yaml'}:{line}: ")


WEAK = [
    ('"{name}, order {account_said}."', '"{name}, order 8."', "a voice stumbles over `8`"),
    ("asks_again, mood: {patience: -15}", "asks_again", "in circles"),
    ("{patience: -8}}\n  inter", "{trust: -8}}\n  inter", "silence must lower patience"),
    ("mood: {patience: -2}}\n  say", "mood: {patience: 2}}\n  say", "an aside can be repeated"),
    ('"Great, thank you."', '"Perfect, thanks."', "the same words stand in beats.relieved"),
    ("refuse: {goes: lets_it_be,", "refuse: {goes: leaves,", "no road leads to beat `lets_it_be`"),
    (
        "say: \"Thank you, {customer}. It's on its way. You'll have it {when}.\"",
        "say: Shut up.",
        "the model answers end",
    ),
    ("outcomes: [satisfied]", "outcomes: [refused_justly]", "no road leads to the ending"),
    ("    relieved: {say:", "    leaves: {say:", "come to beat `relieved`; add a turn"),
]


@pytest.mark.parametrize(("old", "new", "what"), WEAK, ids=[what for *_, what in WEAK])
def test_a_poor_lesson_is_told(tmp_path: Path, old: str, new: str, what: str) -> None:
    problems, _ = change(tmp_path, old, new)
    assert any(what in problem for problem in problems), problems
    assert all(re.match(r".+\.yaml:\d+: .+", problem) for problem in problems)


def test_a_dead_end_is_told(tmp_path: Path) -> None:
    problems, _ = change(
        tmp_path,
        "  lets_it_be:",
        "  stuck:\n    says: [Um., Er.]\n    hears:\n"
        "      anything: {goes: stuck, mood: {patience: -9}}\n  lets_it_be:",
    )
    assert any("no road leads to beat `stuck`" in problem for problem in problems)
    path = tmp_path / "end.yaml"
    text = (tmp_path / "broken.yaml").read_text().replace("goes: lets_it_be", "goes: stuck")
    path.write_text(text)
    assert any("beat `stuck` is a dead end" in problem for problem in told(path))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b"# only a comment\n", "the file is empty"),
        (b"- a\n- b\n", "no mapping"),
        (b"just words", "no mapping"),
        (b"\x7fELF\x02\x01\xff\xfe\x00", "this is no text file"),
        (b"a: [1,\nb: 2\n", "YAML stops here"),
        (b"\tid: x", "use spaces instead"),
        (b"id: a\nid: b\n", "the same key stands twice"),
        (b"a: &a [*a]\n", "refers to itself"),
        (b"id: !!python/object:os.system x\n", "could not determine a constructor"),
        (b"id: x\n" * 100_000, "the file is too large"),
        (b"a\x00b: c", "this is not YAML"),
    ],
)
def test_what_is_no_scenario_is_refused_with_one_sentence(
    tmp_path: Path, content: bytes, what: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(BrokenScenario, match=re.escape(what)) as caught:
        load(path)
    assert re.fullmatch(rf"{re.escape(str(path))}:\d+: [^\n]+", str(caught.value))


def test_every_missing_part_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("id: x\n")
    assert any("add `beats:` to the file" in problem for problem in told(path))
    assert len(told(path)) > 10


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(BrokenScenario, match="the file cannot be read"):
        load(tmp_path / name)


def test_an_unknown_scenario_is_guessed_at() -> None:
    with pytest.raises(UnknownScenario, match="did you mean `order-inquiry`"):
        find("order-inqury")


def test_a_further_folder_of_packs_adds_and_overrides(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "order-inquiry.yaml").write_text(GOOD.replace("Where is my order?", "Mine"))
    (folder / "another.yaml").write_text(GOOD.replace("id: order-inquiry", "id: another"))
    assert find("order-inquiry", [folder]).title == "Mine"
    ids = {scenario.id for scenario in all_scenarios("en", [folder])}
    assert {"another", "order-inquiry"} <= ids
    assert all(scenario.lang == "zh" for scenario in all_scenarios("zh"))


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOOD)
    assert load(path).title == "Where is my order?"
    path.write_text(GOOD.replace("Where is my order?", "Changed, and longer"))
    assert load(path).title == "Changed, and longer"


def test_a_pack_is_searched_past_what_cannot_be_read(tmp_path: Path) -> None:
    """A pipe that nobody writes to must not hold up every call of the class."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "nowhere.yaml").symlink_to(tmp_path / "gone")
    (tmp_path / "other.yaml").write_text(GOOD.replace("id: order-inquiry\n", "id: mine\n", 1))
    assert find("mine", [tmp_path]) is find("mine", [tmp_path]), "read once"
    (tmp_path / "other.yaml").write_text(GOOD.replace("id: order-inquiry\n", "id: other\n", 1))
    assert find("other", [tmp_path]).id == "other"


def test_a_scenario_is_found_by_its_id_and_then_by_its_file(tmp_path: Path) -> None:
    file = tmp_path / "order-inquiry2.yaml"
    mine = GOOD.replace("id: order-inquiry\n", "id: mine  # ours\n", 1)
    file.write_text(mine, encoding="utf-8")
    assert "mine" in {one.id for one in all_scenarios("en", [tmp_path])}
    assert find("mine", [tmp_path]).id == find("order-inquiry2", [tmp_path]).id == "mine"
    assert find("order-inquiry", [tmp_path]).id == "order-inquiry"
    file.write_text(mine.replace("id: mine", 'id: "yours"'), encoding="utf-8")
    assert find("yours", [tmp_path]).id == "yours"
    with pytest.raises(UnknownScenario):
        find("mine", [tmp_path])


def test_an_empty_name_is_no_scenario() -> None:
    with pytest.raises(UnknownScenario, match="scenario list"):
        find("")
