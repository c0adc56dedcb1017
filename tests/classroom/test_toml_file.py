"""A settings file that cannot be read: one sentence with its line, in both languages."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from classroom.errors import BadSettings
from classroom.holidays import calendar
from classroom.setting_words import TOML
from classroom.settings import Settings
from classroom.toml_file import REASONS
from classroom.words import speak

pytestmark = pytest.mark.unit

BROKEN = [
    (b"[school]\nlang = 'zh'\nlang = 'en'\n", 3, "twice"),
    (b"[school]\n\n[school]\n", 3, "twice"),
    (b"school = {lang = 'zh', lang = 'en'}\n", 1, "twice"),
    (b"\n[network\nhost = 'a'\n", 2, "section"),
    (b"[[outbound]\n", 1, "section"),
    (b"[network]\nsip_port 5060\n", 2, "equals"),
    (b"[network]\nsip. = 5060\n", 2, "key"),
    (b"[desks]\nmobile = ['1001' '1002']\n", 2, "array"),
    (b"network = {host = '127.0.0.1'\n}\n", 1, "inline"),
    (b'data = "C:\\school"\n', 1, "backslash"),
    (b'data = "C:\\users"\n', 1, "backslash"),
    (b'[network]\nhost = "127.0.0.1\nsip_port = 5060\n', 2, "quote"),
    (b'[network]\nhost = """127\n', 2, "quote"),
    (b"[network]\nhost = '127.0.0.1\n", 2, "quote"),
    (b"# a bell \x07\n", 1, "unseen"),
    (b"day = 2026-02-30\n", 1, "date"),
    (b"[network]\nhost = 127.0.0.1\n", 2, "line"),
    (b"[network]\nhost = localhost\n", 2, "value"),
    (b"deep = " + b"[" * 3000 + b"\n", 1, "value"),
    (b"[network]\n= 5\n", 2, "statement"),
    ("[school]\nname = '中文学校'\n".encode("gbk"), 2, "utf8"),
]


@pytest.mark.parametrize(("raw", "line", "key"), BROKEN)
def test_what_stops_a_file_is_said_with_its_line(
    tmp_path: Path, raw: bytes, line: int, key: str
) -> None:
    file = tmp_path / "lab.toml"
    file.write_bytes(raw)
    for lang, words in zip(("zh", "en"), TOML[key], strict=True):
        speak(lang)
        with pytest.raises(BadSettings) as caught:
            Settings.load(tmp_path)
        assert str(caught.value).startswith(f"{file}:{line}{'：' if lang == 'zh' else ': '}{words}")
        assert bool(re.search("[一-龥]", words)) == (lang == "zh")


def test_every_sentence_is_for_something_that_happens() -> None:
    assert TOML.keys() == {key for _, _, key in BROKEN} | {"file"}
    assert {key for key, _ in REASONS} <= TOML.keys()


def test_a_pipe_or_a_folder_in_its_place_is_told_at_once(tmp_path: Path) -> None:
    speak("zh")
    os.mkfifo(tmp_path / "lab.toml")
    with pytest.raises(BadSettings, match=re.escape("lab.toml:1：这不是普通文件")):
        Settings.load(tmp_path)
    (tmp_path / "holidays.toml").mkdir()
    with pytest.raises(BadSettings, match=re.escape("holidays.toml:1：这不是普通文件")):
        calendar("CN", tmp_path)


def test_holidays_are_told_of_in_the_same_words(tmp_path: Path) -> None:
    speak("zh")
    (tmp_path / "holidays.toml").write_text("[[holiday]]\nfirst = 2026-02-30\n", encoding="utf-8")
    with pytest.raises(BadSettings, match=re.escape("holidays.toml:2：没有这一天")):
        calendar("CN", tmp_path)


def test_a_file_of_another_machine_is_read(tmp_path: Path) -> None:
    """Its mark of UTF-8 and its ends of lines are no mistakes."""
    (tmp_path / "lab.toml").write_bytes(b"\xef\xbb\xbf[network]\r\nsip_port = 5070\r\n")
    assert Settings.load(tmp_path).network.sip_port == 5070


def test_a_variable_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak("zh")
    monkeypatch.setenv("LAB_QUEUES", "{care")
    with pytest.raises(BadSettings, match="变量 LAB_QUEUES 的值不是有效的 JSON"):
        Settings.load(tmp_path)
