"""``lab customers``: records on the command line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classroom.errors import ClassroomError
from classroom.store.upgrade import prepare
from classroom.words import speak
from lab import errors
from lab.cli import app

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _chinese_again() -> Iterator[None]:
    yield
    speak("zh")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    prepare(tmp_path / "school" / "lab.sqlite3")
    return tmp_path / "school"


def lab(*words: str, data: Path, lang: str = "en") -> str:
    """Run one command; what it refuses is its one sentence, or several lines of them."""
    args = ["customers", *words, "--data", str(data), "--lang", lang]
    done = CliRunner().invoke(app, args, env={"COLUMNS": "200"}, prog_name="lab")
    if isinstance(done.exception, (ClassroomError, errors.LabError)):
        return str(done.exception)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


@pytest.mark.feature("TEL-02")
def test_records_are_added_found_changed_and_removed(data: Path) -> None:
    assert "+8613800138000" in lab("add", "013800138000", "--name", "王建国", data=data)
    assert "There is a record" in lab("add", "+86 138 0013 8000", data=data)
    assert "no telephone number" in lab("add", "oops", data=data)
    assert "--note" in lab("add", "10086", "--note", "a\x1bb", data=data)
    assert "is changed" in lab("edit", "138-0013-8000", "--note", "[red]听力不好", data=data)
    assert "change at least one" in lab("edit", "13800138000", data=data)
    assert "no record of 10086" in lab("edit", "10086", "--name", "x", data=data)
    told = lab("list", "--find", "王 听力", data=data, lang="zh")
    assert "王建国" in told and "[red]听力不好" in told and "共 1 位" in told
    (row,) = json.loads(lab("list", "--json", data=data))
    assert (row["phone"], row["version"]) == ("+8613800138000", 2)
    assert row["changed_by"].endswith("(command line)")
    assert "history stays" in lab("remove", "13800138000", data=data)
    assert "no record" in lab("remove", "13800138000", data=data)
    assert lab("list", data=data, lang="zh") == "没有符合条件的客户。\n"
    audit = sqlite3.connect(data / "lab.sqlite3")
    assert audit.execute("SELECT what FROM audit").fetchall() == [("customer_removed",)]
    audit.close()


@pytest.mark.feature("TEL-02")
def test_a_file_goes_out_and_comes_in_again(data: Path, tmp_path: Path) -> None:
    sheet, out = tmp_path / "in.csv", tmp_path / "out.csv"
    sheet.write_bytes("电话,姓名\n13800138000,=cmd\n01062340001,王\n".encode("gb18030"))
    assert lab("import", str(sheet), data=data) == "Taken in: 2 new, 0 changed, 0 as they were.\n"
    assert "2 customers" in lab("export", str(out), data=data)
    assert out.stat().st_mode & 0o077 == 0 and b"'=cmd" in out.read_bytes()
    assert json.loads(lab("import", str(out), "--json", data=data)) == {
        "added": 0, "changed": 0, "same": 2,
    }  # fmt: skip
    sheet.write_text("电话,姓名\n13800138009,A\nx,B\ny,C\n")
    said = lab("import", str(sheet), data=data, lang="zh").splitlines()
    assert [line[:5] for line in said] == ["第 3 行", "第 4 行"]
    assert len(json.loads(lab("list", "--json", data=data))) == 2, "nothing of it was taken in"
