"""``lab load`` as a person runs it: a good run, and two fire drills that must fail in one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from lab.load.run import DRILL
from lab.load.tally import Tally

pytestmark = [pytest.mark.load, pytest.mark.timeout(600)]

PATIENCE = 300.0


def command(report: Path, *, users: int, seconds: int) -> list[str]:
    return [
        *(sys.executable, "-m", "lab.cli", "load", "--users", str(users), "--talk", "3"),
        *("--seconds", str(seconds), "--report", str(report), "--lang", "en"),
    ]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_five_callers_for_ten_seconds_end_well(tmp_path: Path) -> None:
    report = tmp_path / "report"
    run = subprocess.run(
        command(report, users=5, seconds=10), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    tally = Tally.read(report)
    assert tally.calls > 0 and tally.failures == ()
    assert f"{tally.calls} calls, none failed" in run.stdout
    assert "INVITE to 180" in run.stdout and "a seat hears the caller" in run.stdout
    assert (report / "load.html").stat().st_size > 10_000


def test_a_wrong_password_fails_the_run_and_says_so(tmp_path: Path) -> None:
    report = tmp_path / "report"
    run = subprocess.run(
        command(report, users=2, seconds=5),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, DRILL: "guessed"},
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert "calls failed" in flat(run.stderr) and "403 Forbidden" in flat(run.stderr)
    assert "Traceback" not in run.stdout + run.stderr


def test_a_server_killed_in_mid_run_fails_the_run_and_says_so(tmp_path: Path) -> None:
    report, log = tmp_path / "report", tmp_path / "said.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command(report, users=2, seconds=15),
            stdout=said,
            stderr=said,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        try:
            until_calls_are_up(tmp_path)
            kill_server_of(process.pid)
            assert process.wait(PATIENCE) == 1, log.read_text()
        finally:
            process.kill()
            process.wait()
    told = flat(log.read_text(encoding="utf-8"))
    assert "The server ended in mid-run" in told and "server.log" in told
    assert "Traceback" not in told


def until_calls_are_up(folder: Path) -> None:
    """Wait for the first call on the board of the run that works in this folder."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for stage in folder.glob("lab-load-*/stage.json"):
            http = json.loads(stage.read_text(encoding="utf-8"))["http"]
            with urllib.request.urlopen(f"http://{http}/api/health", timeout=60) as answer:
                if json.loads(answer.read())["calls"]:
                    return
        time.sleep(0.2)  # The API tells the number of calls only when asked.
    raise AssertionError("no call came up")


def kill_server_of(pid: int) -> None:
    for child in psutil.Process(pid).children():
        if "serve" in child.cmdline():
            child.kill()
            return
    raise AssertionError("the run has no server")
