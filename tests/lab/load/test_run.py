"""``lab load`` as a person runs it: a good run, and two fire drills that must fail in one sentence."""

from __future__ import annotations

import json
import os
import signal
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


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_lets_calls_end_and_once_more_stops_them(tmp_path: Path, presses: int) -> None:
    """As a terminal sends it: to everybody of the group."""
    report, log = tmp_path / "report", tmp_path / "said.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command(report, users=2, seconds=120),
            stdout=said,
            stderr=said,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            start_new_session=True,
        )
        try:
            until_calls_are_up(tmp_path)
            children = psutil.Process(process.pid).children(recursive=True)
            os.killpg(process.pid, signal.SIGINT)
            if presses == 2:
                until_said(log, "Ctrl-C once more stops them")
                os.killpg(process.pid, signal.SIGINT)
            assert process.wait(PATIENCE) == 130, log.read_text()
        finally:
            process.kill()
            process.wait()
    told = flat(log.read_text(encoding="utf-8"))
    assert "Traceback" not in told and "Exception" not in told
    assert ("none failed" in told) is (presses == 1)
    assert psutil.wait_procs(children, timeout=30)[1] == [], "nobody is left behind"


def until_said(log: Path, sentence: str) -> None:
    """Wait for a sentence on the terminal."""
    end = time.monotonic() + PATIENCE
    while sentence not in flat(log.read_text(encoding="utf-8")):
        assert time.monotonic() < end
        time.sleep(0.05)


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
