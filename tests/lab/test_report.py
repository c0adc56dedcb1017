"""``lab report``: tables, JSON and CSV in both languages; wrong options are one sentence."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from classroom.report import BYS
from classroom.settings import Settings
from classroom.store.calls import Call, CallPart, EvidenceRow
from classroom.store.engine import Store
from classroom.store.people import Person
from classroom.store.upgrade import prepare
from classroom.words import speak
from lab.given import BadOption
from lab.report import COLUMNS, show
from lab.words import LANGS, Lang, Words

pytestmark = pytest.mark.unit

Show = Callable[..., str]
RUDE = '=HYPERLINK("http://x")\x1b[2J[red]'


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A folder in which four people called and one desk took two of the calls."""
    database = Settings.load(tmp_path).database
    prepare(database)
    store = Store(database)
    callers = ("+862161234567", "13912345678", "000010001", "withheld")
    async with store.write() as session:
        session.add(
            Person(login="s01", name=RUDE, role="student", extension="1001", password_hash="")
        )
        for number, caller in enumerate(callers):
            taken = number < 2
            session.add(
                Call(id=f"c{number}", started=1_763_000_000.0 + number * 86_400, began_clock=0, caller=caller,
                     direction="in", queue="care", state="graded" if taken else "abandoned",
                     answered_clock=9.0 if taken else None, talk_seconds=60.0 * taken)
            )  # fmt: skip
            await session.flush()
            body = {"what": "offered", "value": "1001"}
            session.add(EvidenceRow(call_id=f"c{number}", clock=1.0, kind="line", body=body))
            if taken:
                session.add(
                    CallPart(
                        call_id=f"c{number}", no=0, extension="1001", began_clock=9, ended_clock=69
                    )
                )
    await store.close()
    return tmp_path


@pytest.fixture
def shown(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Show:
    monkeypatch.setenv("COLUMNS", "200")

    def say(*wanted: str, lang: Lang = "zh", **more: object) -> str:
        speak(lang)
        show(data, wanted, **more)  # type: ignore[arg-type]
        return capsys.readouterr().out

    return say


@pytest.mark.feature("TEL-22")
def test_the_tables_are_told_in_both_languages(shown: Show) -> None:
    page = shown()
    assert all(
        one in page
        for one in ("上海市", "江苏省常州市", "实训号码", "未显示号码", "客户服务", "合计")
    )
    assert "坐席服务统计" in page and "50%" in page
    assert "\x1b[2J" not in page and "[red]" in page
    page = shown("region", "desk", lang="en")
    assert all(
        one in page for one in ("Shanghai", "Changzhou, Jiangsu", "practice number", "total")
    )
    assert "Hours of the day" not in page


@pytest.mark.feature("TEL-22")
@pytest.mark.parametrize("lang", LANGS)
def test_a_csv_file_opens_in_excel_and_its_totals_add_up(
    shown: Show, tmp_path: Path, lang: Lang
) -> None:
    file, words = tmp_path / "report.csv", Words(lang)
    assert str(file) in shown(lang=lang, file=file).replace("\n", "")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    title, key, offered = (words(f"report.{name}") for name in ("table", "key", "offered"))
    assert len(rows[0]) == 3 + len(COLUMNS)
    for by in BYS:
        mine = [row for row in rows if row[title] == words(f"report.by_{by}")]
        *lines, total = mine
        assert total[key] == words("report.total")
        assert sum(int(row[offered]) for row in lines) == int(total[offered]) == 4
    (desk,) = (row for row in rows if row[key] == "1001")
    assert desk[words("report.name")] == f"'{RUDE}", "no formula for Excel to run"
    assert (desk[words("report.rate")], desk[words("report.abandoned")]) == ("0.5", "")


@pytest.mark.parametrize("name", ["＝1+1", "＠SUM(A1)", "-1+1", "'=1+1"])
def test_a_name_that_excel_takes_for_a_formula_is_guarded(
    shown: Show, data: Path, tmp_path: Path, name: str
) -> None:
    """Excel takes the wide signs of Chinese typing for formulas, too."""
    with closing(sqlite3.connect(data / "lab.sqlite3")) as store, store:
        assert store.execute("UPDATE person SET name = ?", (name,)).rowcount
    file = tmp_path / "report.csv"
    shown("desk", file=file)
    with file.open(encoding="utf-8-sig", newline="") as table:
        (desk, *_) = (row for row in csv.DictReader(table) if row["姓名"])
    assert desk["姓名"] == f"'{name}"


def test_json_is_one_object_with_a_total_each(shown: Show) -> None:
    told = json.loads(shown("day", "queue", as_json=True))
    assert list(told) == ["queue", "day"] and len(told["day"]["lines"]) == 4
    assert told["day"]["total"]["offered"] == told["queue"]["total"]["offered"] == 4
    assert told["queue"]["total"]["rate"] == 0.5


def test_days_bound_the_report_and_the_last_one_counts(shown: Show) -> None:
    days = [one["key"] for one in json.loads(shown("day", as_json=True))["day"]["lines"]]
    bound = json.loads(shown("day", as_json=True, since=days[1], until=days[2]))
    assert [one["key"] for one in bound["day"]["lines"]] == days[1:3]
    assert json.loads(shown("day", as_json=True, since="2999-01-01"))["day"]["lines"] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("wanted", "more", "option"),
    [
        (["month"], {}, "--by"),
        (["day", "'; drop table call"], {}, "--by"),
        ([], {"since": "yesterday"}, "--since"),
        ([], {"since": "2026-02-30"}, "--since"),
        ([], {"until": "9999-12-31"}, "--until"),
        ([], {"since": "2026-11-25", "until": "2026-11-24"}, "--until"),
        ([], {"until": "20261122x" * 900}, "--until"),
    ],
)
def test_a_wrong_option_is_one_sentence(
    shown: Show, lang: Lang, wanted: list[str], more: dict[str, str], option: str
) -> None:
    with pytest.raises(BadOption) as told:
        shown(*wanted, lang=lang, **more)
    assert option in str(told.value) and "Traceback" not in str(told.value)
    assert len(str(told.value)) < 200


def test_a_file_that_cannot_be_written_says_which(shown: Show, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        shown(file=tmp_path / "nowhere" / "report.csv")
