"""The command line as a person types it: answers on stdout, one sentence on stderr, exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.wire


def lab(*words: str, told: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lab.cli", *words]
    return subprocess.run(
        command, input=told, capture_output=True, text=True, timeout=240, check=False
    )


def sentence(run: subprocess.CompletedProcess[str]) -> str:
    """What the panel says, its frame and line breaks taken away."""
    inner = [line.strip("│╭╮╰╯─ ") for line in run.stderr.splitlines()]
    return " ".join(part for part in inner if part)


def test_the_list_names_customers_of_both_languages() -> None:
    run = lab("scenario", "list")
    assert run.returncode == 0
    assert "中文" in run.stdout and "英文" in run.stdout


def test_an_unknown_scenario_is_one_sentence_and_code_2() -> None:
    run = lab("scenario", "play", "order-inquery")
    assert run.returncode == 2
    assert "order-inquiry" in sentence(run)
    assert "Traceback" not in run.stderr


def test_an_empty_scenario_file_is_told_by_file_and_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    run = lab("scenario", "check", str(empty))
    assert run.returncode == 2
    assert run.stdout.startswith(f"{empty}:1: ")


def test_broken_yaml_is_told_by_file_and_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: broken\ntitle: [never closed\nlang: zh\n")
    run = lab("scenario", "check", str(broken))
    assert run.returncode == 2
    assert f"{broken}:3: " in run.stdout or f"{broken}:2: " in run.stdout
    assert "Traceback" not in run.stderr


def test_a_missing_scenario_file_is_one_sentence(tmp_path: Path) -> None:
    run = lab("scenario", "check", str(tmp_path / "nowhere.yaml"))
    assert run.returncode == 2
    assert "nowhere.yaml" in run.stdout + sentence(run)
    assert "Traceback" not in run.stderr


def test_every_shipped_scenario_is_good() -> None:
    folder = Path(__file__).parents[2] / "scenarios" / "packs"
    run = lab("scenario", "check", *map(str, sorted(folder.rglob("*.yaml"))))
    assert run.returncode == 0, run.stdout


def test_a_talk_by_text_ends_when_the_input_ends() -> None:
    run = lab("scenario", "play", "order-inquiry", told="Hello, this is Amy, how can I help?\n\n")
    assert run.returncode == 0
    assert "customer:" in run.stdout
    assert "outcome:" in run.stdout


def test_people_of_an_empty_folder_say_how_to_start_a_class(tmp_path: Path) -> None:
    run = lab("people", "list", "--data", str(tmp_path))
    assert run.returncode == 2
    assert "lab serve" in sentence(run)


def test_people_show_their_telephones_passwords_only_when_revealed(tmp_path: Path) -> None:
    from asyncio import run as wait_for

    from classroom.school.people import People
    from classroom.settings import Settings
    from classroom.store.engine import Store
    from classroom.store.upgrade import prepare

    database = Settings.load(tmp_path).database
    prepare(database)

    async def enrol() -> None:
        store = Store(database)
        await People(store).enrol_class(demo=True, size=2)
        await store.close()

    wait_for(enrol())
    closed = json.loads(lab("people", "list", "--data", str(tmp_path), "--json").stdout)
    opened = json.loads(lab("people", "list", "--data", str(tmp_path), "--json", "--reveal").stdout)
    assert [row["extension"] for row in opened] == ["1000", "1001", "1002"]
    assert not any("sip_password" in row for row in closed)
    assert all(row["sip_password"] for row in opened if row["extension"])
