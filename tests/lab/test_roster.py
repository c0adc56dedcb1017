"""``lab people list``: who is known, in the person's language, whatever names hold."""

from __future__ import annotations

import json
from asyncio import run
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from classroom.school.people import People
from classroom.store.engine import Store
from classroom.store.upgrade import prepare
from classroom.words import speak
from lab.roster import list_people
from lab.words import Lang

pytestmark = pytest.mark.unit


@pytest.fixture
def data(tmp_path: Path) -> Path:
    database = tmp_path / "lab.sqlite3"
    prepare(database)

    async def enrol() -> None:
        store = Store(database)
        await People(store).enrol_class(demo=True, size=2)
        await store.close()

    run(enrol())
    return tmp_path


@pytest.fixture(autouse=True)
def _chinese_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "120")
    yield
    speak("zh")


@pytest.mark.parametrize(
    ("lang", "heads", "roles"),
    [
        ("zh", ("用户名", "姓名", "身份", "分机", "SIP 密码"), ("教师", "学员")),
        ("en", ("login", "name", "role", "extension", "SIP password"), ("instructor", "student")),
    ],
)
def test_the_table_is_in_the_persons_language(
    data: Path,
    capsys: pytest.CaptureFixture[str],
    lang: Lang,
    heads: tuple[str, ...],
    roles: tuple[str, ...],
) -> None:
    speak(lang)
    list_people(data, as_json=False, reveal=True)
    page = capsys.readouterr().out
    assert all(word in page for word in (*heads, *roles))
    list_people(data, as_json=False, reveal=False)
    assert heads[-1] not in capsys.readouterr().out


def test_a_name_is_printed_as_it_is(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(connect(data / "lab.sqlite3")) as store, store:
        store.execute("UPDATE person SET name = ?", ("[red]\x1b[2J",))
    list_people(data, as_json=False, reveal=False)
    page = capsys.readouterr().out
    assert "[red]" in page and "\x1b[2J" not in page
    list_people(data, as_json=True, reveal=False)
    assert {one["role"] for one in json.loads(capsys.readouterr().out)} == {"instructor", "student"}
