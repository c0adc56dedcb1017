"""Whatever is wrong with a script is told as ``file:line: what to do``."""

import re
from pathlib import Path
from string import Formatter

import pytest

from scripts_library.errors import BrokenScript, UnknownScript
from scripts_library.load import FACTS, PACKS, all_scripts, find, load
from scripts_library.telling import _SENTENCES, WRITE

pytestmark = pytest.mark.unit
HAN = re.compile(r"[\u4e00-\u9fff]")
BOMB = b"a: &a [1,2,3,4,5,6,7,8,9]\n" + b"".join(
    b"%c: &%c [%s]\n" % (i + 1, i + 1, b",".join([b"*%c" % i] * 9)) for i in range(97, 106)
)
GOOD = (PACKS / "en/retail/order-inquiry.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("lang: en", "lang: fr", "must be one of 'zh'"),
        ("title: Greeting", "titel: Greeting", "did you mean `title`?"),
        ("needed: false", "needed: maybe", "write true or false here"),
        ("id: restate", "id: verification", "two steps `verification`"),
        ("  - id: closing", "  - id: Closing", "must look like"),
        ("Let me find out for you.", "I have no idea. no idea", "the replacement still says"),
        ("company: Harbor Goods", "company: [Harbor]", "write text here"),
        ("arrive {when}.", "arrive {when.", "a placeholder is broken"),
        ("for a few seconds.", "for a few {seconds.", "a placeholder is broken"),
        ("arrive {when}.", "arrive {wehn}.", "nothing fills {wehn}; did you mean `when`?"),
        ("Bear with me", "{nobody_knows} bear with me", "nothing fills {nobody_knows}; there are"),
        ('["{company} & help|assist|do for you"]', "[]", "write at least one here"),
        ("title: Greeting, company, agent", 'title: "Greet\\ning"', "write it on one line"),
        ("title: Order inquiry", 'title: "Order \\e[2Jinquiry"', "character here (U+001B)"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in GOOD
    path = tmp_path / "x.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    line = GOOD[: GOOD.index(old)].count("\n") + 1
    with pytest.raises(BrokenScript) as caught:
        load(path, {*FACTS, "when"})
    told = [str(problem) for problem in caught.value.problems if what in str(problem)]
    assert told, caught.value.problems
    assert told[0].startswith(f"{path}:{line}: ")
    zh = [problem.told("zh") for problem in caught.value.problems]
    assert all(HAN.search(sentence) for sentence in zh)
    assert any(sentence.startswith(f"{path}:{line}: ") for sentence in zh)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b"- a\n", "no mapping"),
        (b"\xff\xfe\x00\x80", "no text file"),
        (b"a: [1,\nb: 2\n", "YAML stops here"),
        (b"id: a\nid: b\n", "the same key stands twice"),
        (b"a: &a [*a]\n", "not YAML of"),
        (b"id: x\n", "add `steps:` to the file"),
        (b"id: x\n" * 60_000, "too large"),
        ("title: 宽带".encode("gb18030"), "no text file"),
        (BOMB, "unfold to far too much"),
    ],
)
def test_what_is_no_script_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(BrokenScript) as caught:
        load(path)
    assert any(what in str(problem) for problem in caught.value.problems)
    for lang in ("zh", "en"):
        sentence = caught.value.told(lang)
        assert re.fullmatch(rf"{re.escape(str(path))}:\d+: [^\n]+", sentence)
        assert bool(HAN.search(sentence)) == (lang == "zh")


def test_every_sentence_has_the_same_places_in_both_languages() -> None:
    for key, (zh, en) in _SENTENCES.items():
        names = [{n for _, n, _, _ in Formatter().parse(text) if n} for text in (zh, en)]
        assert names[0] - names[1] <= set() and names[1] - names[0] <= {"why"}, key
        assert not HAN.search(en)
    assert all(HAN.search(both.zh) for both in WRITE.values())


def test_a_missing_file_and_an_unknown_script(tmp_path: Path) -> None:
    with pytest.raises(BrokenScript, match="cannot be read"):
        load(tmp_path / "none.yaml")
    with pytest.raises(UnknownScript, match="did you mean `order-inquiry`"):
        find("order-inqiry")


def test_a_further_folder_overrides(tmp_path: Path) -> None:
    (tmp_path / "order-inquiry.yaml").write_text(
        GOOD.replace("title: Order inquiry", "title: Ours")
    )
    assert find("order-inquiry", [tmp_path]).title == "Ours"
    assert "Ours" in {script.title for script in all_scripts("en", [tmp_path])}
