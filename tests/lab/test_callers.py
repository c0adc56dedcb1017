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


@pytest.mark.parametrize("kind", FILES)
def test_a_good_file_is_called_good(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    callers.check_files([ROOT / FILES[kind][0]], Words("en"))
    assert capsys.readouterr().out.rstrip().endswith(": good")
