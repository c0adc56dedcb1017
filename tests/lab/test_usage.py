"""``lab --help`` and what is said of mistyped commands, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner

from classroom.words import speak
from lab import server
from lab.cli import app
from lab.usage import MISTAKES, TITLES, VARIABLE, asked, key_of, pages
from lab.words import LANGS, Lang, catalogue

pytestmark = pytest.mark.unit

CHINESE = re.compile(r"[一-龥]")
TREE = list(pages(typer.main.get_command(app)))
LEFT_BY_TYPER = re.compile(
    r"Usage|Options|Arguments|Commands|Show this|required|default:|env var|Try |Error"
)


@pytest.fixture(autouse=True)
def _chinese_again() -> Iterator[None]:
    yield
    speak("zh")


def lab(*words: str, env: str = "", columns: int = 300) -> tuple[int, str]:
    settings = {"COLUMNS": str(columns), VARIABLE: env}
    done = CliRunner().invoke(app, words, env=settings, prog_name="lab")
    return done.exit_code, done.output


def sentences() -> Iterator[tuple[str, str]]:
    """Give every key that the pages ask for, and whose page it is on."""
    for path, command in TREE:
        yield f"commands.{'_'.join(path) or 'lab'}", " ".join(path)
        for param in command.params:
            yield key_of(path, param), " ".join(path)


def test_every_command_and_option_has_both_languages() -> None:
    found = dict(sentences())
    assert len(TREE) > 25 and len(found) > 70
    for lang in LANGS:
        told = catalogue(lang)
        lacking = {key: page for key, page in found.items() if not told.get(key, "").strip()}
        assert not lacking
        wrong = [key for key in found if bool(CHINESE.search(told[key])) != (lang == "zh")]
        assert not wrong


@pytest.mark.parametrize(("path", "command"), TREE, ids=[" ".join(path) for path, _ in TREE])
def test_a_switch_shows_no_value_and_a_number_no_more_than_one(
    path: tuple[str, ...], command: Any
) -> None:
    page = lab(*path, "--help")[1]
    assert "--help" in page and "<bool>" not in page and " range>" not in page


def test_the_tables_hold_nothing_that_no_page_shows() -> None:
    shown = {key for key, _ in sentences()} | {"options.help"}
    shown |= {f"usage.{name}" for name in TITLES.values()}
    shown |= {f"usage.{name}" for name, _ in MISTAKES}
    shown |= {f"usage.{one}" for one in ("usage", "some_options", "some_command")}
    shown |= {f"usage.{one}" for one in ("guess", "unreadable")}
    held = {key for key in catalogue("zh") if key.split(".")[0] in ("commands", "options", "usage")}
    assert held == shown


@pytest.mark.parametrize(("path", "command"), TREE, ids=[" ".join(path) for path, _ in TREE])
def test_each_page_is_in_the_language_asked_for(path: tuple[str, ...], command: Any) -> None:
    for lang in LANGS:
        told = catalogue(lang)
        code, page = lab(*path, "--help", "--lang", lang)
        assert code == 0
        flat = " ".join(page.split())
        wanted = [told[f"commands.{'_'.join(path) or 'lab'}"].strip().split("\n")[0]]
        wanted += [told[key_of(path, param)] for param in command.params] + [told["options.help"]]
        for text in wanted:
            assert " ".join(text.split()) in flat
        for columns in (40, 80):
            narrow = lab(*path, "--help", "--lang", lang, columns=columns)[1]
            assert "…" not in narrow, "cut off"
            assert all(cell_len(line) <= columns for line in narrow.splitlines())
        if lang == "zh":
            assert not LEFT_BY_TYPER.search(page), page
        else:
            assert not CHINESE.search(page), page


@pytest.mark.parametrize(
    ("args", "env", "lang"),
    [
        (["--help"], "", "zh"),
        (["--help"], "en", "en"),
        (["--help"], "fr", "zh"),
        (["--help", "--lang", "en"], "zh", "en"),
        (["--lang=en", "doctor"], "", "en"),
        (["doctor", "--lang"], "", "zh"),
        (["seat", "--lang", "zh"], "en", "zh"),
    ],
)
def test_the_language_is_the_options_else_the_variables(
    args: list[str], env: str, lang: Lang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, env)
    assert asked(args) == lang


def test_a_command_speaks_the_language_given_before_it_or_in_the_variable() -> None:
    assert "Digits dialled" not in lab("ivr", "list")[1] and "试拨号" in lab("ivr", "list")[1]
    assert "to try" in lab("--lang", "en", "ivr", "list")[1]
    assert "to try" in lab("ivr", "list", env="en")[1]


@pytest.mark.parametrize(
    ("args", "zh", "en"),
    [
        (["trunk", "add"], "缺少 NAME", "NAME is missing"),
        (
            ["doctor", "--dat"],
            "没有选项 --dat。您要的是 --data 吗",
            "no option --dat. Did you mean",
        ),
        (["truk"], "没有命令 truk。您要的是 'trunk' 吗", "no command truk. Did you mean 'trunk'?"),
        (["nonsense"], "没有命令 nonsense。", "There is no command nonsense."),
        (["doctor", "now"], "多出了 now", "take them out: now"),
        (["doctor", "--data"], "--data 后面要写一个值", "--data wants a value"),
        (["demo", "--voice", "x"], "'kokoro'", "takes one of 'auto', 'kokoro', 'tone'"),
        (["demo", "--seed", "x"], "--seed 要求整数", "--seed takes a whole number"),
        (["load", "--talk", "x"], "--talk 要求数字", "--talk takes a number"),
        (["load", "--users", "0"], "--users 不能小于 1", "--users takes a number of 1 or more"),
    ],
)
def test_a_mistyped_command_is_one_sentence(args: list[str], zh: str, en: str) -> None:
    for lang, says in (("zh", zh), ("en", en)):
        code, told = lab("--lang", lang, *args)
        assert code == 2 and says in told, told
        assert "Traceback" not in told
        if lang == "zh":
            assert not LEFT_BY_TYPER.search(told), told


def test_the_version_is_told_and_nothing_else_done() -> None:
    assert lab("--version") == (0, f"lab {version('callcenter-lab')}\n")
    assert lab("--lang", "en", "--version", "serve")[0] == 0


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        (["--lang", "en", "serve"], "en"), (["serve", "--lang", "en"], "en"),
        (["--lang", "zh", "serve", "--lang", "en"], "en"), (["serve"], None),
    ],
)  # fmt: skip
def test_a_server_speaks_the_language_that_was_given_wherever_it_was_given(
    words: list[str], lang: Lang | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[Lang | None] = []
    monkeypatch.setattr(server, "run", lambda data, **options: given.append(options["lang"]))
    assert lab(*words, "--data", str(tmp_path))[0] == 0
    assert given == [lang]
