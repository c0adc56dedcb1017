"""``lab scenario check`` tells scenarios, scripts and rubrics apart, in the language asked for."""

from pathlib import Path

import pytest

from classroom.practice.proof import Proof, kind_of
from lab import callers
from lab.words import LANGS, Lang, Words

pytestmark = pytest.mark.unit
ROOT = Path(__file__).parents[2]
FILES = {
    "scenario": ("scenarios/packs/zh/telecom/broadband-bill.yaml", "level: 2", "level: two"),
    "script": ("scripts_library/packs/zh/telecom/call-records.yaml", "lang: zh", "lang: fr"),
    "rubric": ("grader/rubrics/inbound-care.yaml", "pass_mark: {1: 60, 3: 70}", "pass_mark: high"),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("lang", LANGS)
def test_a_broken_file_is_told_and_leaves_with_2(
    tmp_path: Path, kind: str, lang: Lang, capsys: pytest.CaptureFixture[str]
) -> None:
    name, old, new = FILES[kind]
    text = (ROOT / name).read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    path = tmp_path / "x.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert kind_of(path) == kind
    with pytest.raises(SystemExit) as left:
        callers.check_files([path], Words(lang))
    told = capsys.readouterr().out
    assert left.value.code == 2
    assert told.startswith(f"{path}:{line}: ")
    assert ("请" in told or "只能" in told) == (lang == "zh")


def test_a_talk_shows_the_record_what_was_understood_and_how_it_ended(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(
        ["您好，练习电信", "/hold", "/back", "/help", "嘟嘟嘟", "你急什么，爱投诉就去投诉"]
    )

    def answers(_: str) -> str:
        if line := next(lines, ""):
            return line
        raise EOFError

    monkeypatch.setattr("builtins.input", answers)
    callers.play("broadband-bill", 7, [])
    told = capsys.readouterr().out
    assert "宽带账号: " in told
    assert "（听出：开头的问候" in told
    assert "（没有听出要点）" in told
    assert "服务忌语" in told
    assert "没有 /help 这个命令" in told
    assert "耐心 60  信任 40" in told
    assert "结果：升级投诉" in told


def test_a_folder_of_scenarios_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(callers.NoFolder, match="没有剧本目录"):
        callers.list_all(None, [tmp_path / "none"])


def test_the_list_begins_with_the_language_of_the_reader(
    capsys: pytest.CaptureFixture[str],
) -> None:
    callers.list_all(None, [])
    told = capsys.readouterr().out
    assert 0 < told.index("broadband-bill") < told.index("order-inquiry")


@pytest.mark.parametrize("kind", FILES)
def test_a_good_file_is_called_good(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    callers.check_files([ROOT / FILES[kind][0]], Words("en"))
    assert capsys.readouterr().out.rstrip().endswith(": good")


STRANGERS = {
    "voice: {name: af_heart": ("voice: {name: zf_xiaobei", "嗓音", "no voice `zf_xiaobei`"),
    "rubric: inbound-care": ("rubric: outbound-care", "没有评分表", "no rubric `outbound-care`"),
    "scripts: [order-inquiry]": ("scripts: [order-inquire]", "没有话术", "mean `order-inquiry`?"),
}


@pytest.mark.parametrize("old", STRANGERS)
def test_a_name_that_nobody_bears_is_told_on_its_line(tmp_path: Path, old: str) -> None:
    new, zh, en = STRANGERS[old]
    text = (ROOT / "scenarios/packs/en/retail/order-inquiry.yaml").read_text(encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    for lang, said in (("zh", zh), ("en", en)):
        (told,) = Proof([path]).mistakes_in(path, "en" if lang == "en" else "zh")
        assert told.startswith(f"{path}:{line}: ")
        assert said in told


def test_files_checked_together_may_name_one_another(tmp_path: Path) -> None:
    scenario, script, rubric = (tmp_path / f"{kind}.yaml" for kind in FILES)
    caller = (ROOT / "scenarios/packs/en/retail/order-inquiry.yaml").read_text(encoding="utf-8")
    words = (ROOT / "scripts_library/packs/en/retail/order-inquiry.yaml").read_text("utf-8")
    marks = (ROOT / FILES["rubric"][0]).read_text(encoding="utf-8")
    caller = caller.replace("scripts: [order-inquiry]", "scripts: [mine]")
    caller = caller.replace("id: order-inquiry", "id: my-own", 1)
    caller = (
        caller.replace("rubric: inbound-care", "rubric: ours")
        .replace("{when}", "{day}")
        .replace("when: ", "day: ")
    )
    scenario.write_text(caller, encoding="utf-8")
    words = words.replace("id: order-inquiry", "id: mine", 1).replace("{when}", "{day}")
    script.write_text(words, encoding="utf-8")
    rubric.write_text(marks.replace("id: inbound-care", "id: ours", 1), encoding="utf-8")
    together = Proof([scenario, script, rubric])
    assert [together.mistakes_in(file, "en") for file in (scenario, script, rubric)] == [[], [], []]
    assert len(Proof([scenario]).mistakes_in(scenario, "en")) == 2
    alone = Proof([script]).mistakes_in(script, "en")
    assert alone and all("nothing fills {day}" in told for told in alone)


@pytest.mark.parametrize("gone", ["criteria:", "steps:"])
def test_a_file_that_lacks_its_main_part_is_still_known(tmp_path: Path, gone: str) -> None:
    name = FILES["rubric" if gone == "criteria:" else "script"][0]
    text = (ROOT / name).read_text(encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(text[: text.index(f"\n{gone}") + 1], encoding="utf-8")
    (told,) = Proof([path]).mistakes_in(path, "en")
    assert told == f"{path}:1: add `{gone}` to the file"
