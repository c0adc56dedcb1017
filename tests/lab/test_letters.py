"""``lab letters``: mail and faxes on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import EmailMessage
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


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    made = EmailMessage()
    made["From"], made["Subject"] = "王建国 <wang@example.com>", "投诉\x1b[31m：断网"
    made.set_content("请尽快[red]处理。")
    file = tmp_path / "a.eml"
    file.write_bytes(bytes(made))
    return file


def lab(*words: str, data: Path, lang: str = "en") -> str:
    """Run one command; what it refuses is its one sentence."""
    args = ["letters", *words, "--data", str(data), "--lang", lang]
    done = CliRunner().invoke(app, args, env={"COLUMNS": "200"}, prog_name="lab")
    if isinstance(done.exception, (ClassroomError, errors.LabError)):
        return str(done.exception)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


@pytest.mark.feature("TEL-20", "TEL-21", "IMP-18")
def test_letters_are_brought_shown_answered_and_read_in_the_out_box(
    data: Path, mail: Path, tmp_path: Path
) -> None:
    fax = tmp_path / "f.PNG"
    fax.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert lab("list", data=data) == "No letter fits.\n"
    assert lab("out", data=data, lang="zh") == "还没有发出过信件。\n"
    assert "M000001, priority 135" in lab("bring", str(mail), data=data)
    assert "F000002" in lab("bring", str(fax), "--fax-from", "13800138000", data=data)
    told = lab("show", "m000001", data=data, lang="zh")
    assert "投诉[31m：断网" in told and "\x1b" not in told and "请尽快[red]处理。" in told
    assert "投诉 +60（主题中有“投诉”）" in told and "已收到您的来信" not in told and "回执" in told
    assert "1 pages" in lab("list", data=data) and "待处理" in lab("list", data=data, lang="zh")
    assert "is answered" in lab("answer", "F000002", "Done.", "--resolution", "fine", data=data)
    assert "was done with" in lab("answer", "2", "Done.", data=data)
    assert "is closed" in lab("close", "1", "--note", "phoned", data=data)
    (fax_out, receipt) = json.loads(lab("out", "--json", data=data))
    assert (fax_out["what"], fax_out["parameters"]["resolution"]) == ("answer", "fine")
    assert receipt["receiver"] == "wang@example.com"
    assert "1 封" not in lab("out", "--to", "wang@example.com", data=data, lang="zh")
    assert json.loads(lab("show", "2", "--json", data=data))["steps"][1]["what"] == "answered"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bring", "EMPTY.eml"], "The file is empty"),
        (["bring", "EMPTY.txt"], "neither mail nor fax"),
        (["bring", "RUBBISH.pdf"], "PDF, PNG or TIFF"),
        (["show", "9"], "no letter 9"),
        (["show", "x"], "no letter x"),
        (["answer", "1", "a\x1bb"], "cannot be seen"),
        (["answer", "1", " "], "it is empty"),
        (["close", "1", "--note", "a\x1bb"], "cannot be seen"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(
    words: list[str], sentence: str, data: Path, tmp_path: Path
) -> None:
    for name in ("EMPTY.eml", "EMPTY.txt"):
        (tmp_path / name).touch()
    (tmp_path / "RUBBISH.pdf").write_bytes(b"rubbish")
    given = [str(tmp_path / one) if one.isupper() or "." in one else one for one in words]
    assert sentence in lab(*given, data=data)
