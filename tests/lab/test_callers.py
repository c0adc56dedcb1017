"""``lab scenario check`` tells scenarios, scripts and rubrics apart, in the language asked for."""

from pathlib import Path

import pytest

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
    assert callers.kind_of(path) == kind
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
