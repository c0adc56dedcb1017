import errno
import io
import socket

import pytest
from rich.console import Console

from classroom.business.sheet import BadSheet, Mistake
from classroom.trouble import why_of
from classroom.words import _SPOKEN
from lab.errors import (
    FAILED,
    LabError,
    NoServer,
    Refused,
    legible,
    need_server,
    panel,
    sentence_of,
    show,
)
from lab.words import Words

pytestmark = pytest.mark.unit


def drawn(error: BaseException, words: Words) -> str:
    console = Console(width=60, file=open("/dev/null", "w"), record=True)  # noqa: SIM115
    with console.file:
        console.print(panel(error, words))
    return console.export_text()


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (
            OSError(errno.EADDRINUSE, "in use", "5060"),
            "端口已被占用（5060）",
            "port is in use (5060)",
        ),
        (OSError(errno.ENOSPC, "full"), "磁盘已满", "disk is full"),
        (FileNotFoundError(errno.ENOENT, "none", "x.yaml"), "找不到文件：x.yaml", "No such file"),
        (
            FileExistsError(errno.EEXIST, "File exists", "r"),
            "r 该是目录却是文件",
            "r is a file where",
        ),
        (OSError(errno.EROFS, "Read-only", "/x"), "没有权限：/x", "No permission: /x"),
        (OSError(errno.ENAMETOOLONG, "long", "xx"), "名称太长：xx", "too long: xx"),
        (ValueError(), "（ValueError）", "(ValueError)"),
    ],
)
def test_an_error_of_the_system_becomes_one_sentence(error, zh, en):
    assert zh in sentence_of(error, Words("zh"))
    assert en in sentence_of(error, Words("en"))


def test_a_rooms_own_sentence_is_shown_as_it_is_in_one_line():
    assert sentence_of(LabError("Give a score\n from 0 to 100.")) == "Give a score from 0 to 100."


def test_markup_in_a_sentence_is_not_obeyed():
    assert "[bold]s07[/bold]" in drawn(Refused("No [bold]s07[/bold].", 404), Words("en"))


def test_showing_draws_on_stderr_and_gives_the_exit_code(capsys):
    assert show(LabError("Choose another port."), Words("en")) == FAILED == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Choose another port." in captured.err


def test_a_server_that_does_not_answer_is_told_before_a_password_is_asked_for(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = f"127.0.0.1:{listening.getsockname()[1]}"
        assert need_server(f"http://{here}/") == here
    with pytest.raises(NoServer, match=here):
        need_server(here)
    monkeypatch.setattr("lab.errors.OWN_SERVER", here)
    with pytest.raises(NoServer, match="--server HOST:PORT"):
        need_server("")
    with pytest.raises(NoServer, match="host:port"):
        need_server("host:port")


def test_several_mistakes_of_a_file_stand_one_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_SPOKEN, "lang", "en")
    wrong = [Mistake("row_phone", {"line": line, "phone": "x"}) for line in (2, 3)]
    first, second = sentence_of(BadSheet(wrong), Words("en")).split("\n")
    assert first.startswith("Line 2:") and second.startswith("Line 3:")


def test_why_a_file_cannot_be_had_is_told_in_the_readers_language(tmp_path) -> None:
    with pytest.raises(OSError) as gone:
        (tmp_path / "none.yaml").read_text()
    assert (why_of(gone.value, "zh"), why_of(gone.value, "en")) == (
        "没有这个文件或目录",
        "no such file or folder",
    )
    assert why_of(OSError(errno.EROFS, "Read-only file system"), "zh") == "磁盘只读"
    assert why_of(OSError(errno.EXDEV, "Invalid cross-device link"), "zh") == (
        "Invalid cross-device link"
    )


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", "没有 ─ Ä".encode()),
        ("ANSI_X3.4-1968", "没有 ─ Ä".encode()),
        ("utf-8", "没有 ─ Ä".encode()),
        ("iso-8859-1", b"?? ? \xc4"),
        ("gbk", "没有 ─ ?".encode("gbk")),
    ],
)
def test_no_letter_ends_a_command(encoding: str, shown: bytes) -> None:
    """As in a C locale, or where the output goes into a file of an older encoding."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    legible(stream)
    stream.write("没有 ─ Ä")
    assert raw.getvalue() == shown


def test_what_is_no_file_is_left_as_it_is() -> None:
    stream = io.StringIO()
    legible(stream)
    stream.write("没有")
    assert stream.getvalue() == "没有"
