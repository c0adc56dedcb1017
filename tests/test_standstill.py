"""A failure is tried again only where the machine stood still, and a real one stays a failure."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

CONFTEST = """
from tests.stage.standstill import Standstill

def pytest_configure(config):
    config.addinivalue_line("markers", "wire: real sound")
    config.standstill = Standstill()
    config.standstill._over.set()  # the tests say themselves when the machine stands still
    config.pluginmanager.register(config.standstill, "standstill")
"""

MODULE = """
from collections import Counter
import pytest

pytestmark = pytest.mark.wire
tries = Counter()

@pytest.mark.parametrize(("name", "stands_still", "rights"), [
    ("steady-wrong", 0, 9),
    ("steady-right-later", 0, 1),
    ("disturbed-once", 1, 1),
    ("disturbed-and-wrong", 1, 9),
    ("never-steady", 9, 9),
    ("disturbed-and-right", 9, 0),
])
def test_measured(name, stands_still, rights, pytestconfig):
    before, tries[name] = tries[name], tries[name] + 1
    if before < stands_still:
        pytestconfig.standstill.worst = 0.5
    assert before >= rights
"""
TOLD = {
    "steady-wrong": "F",
    "steady-right-later": "F",
    "disturbed-once": "RP",
    "disturbed-and-wrong": "RF",
    "never-steady": "RRF",
    "disturbed-and-right": "P",
}


def test_only_what_a_standstill_may_have_spoilt_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(MODULE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:locust", "-p", "no:cacheprovider", "-v", "."],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    told = dict.fromkeys(TOLD, "")
    for name, word in re.findall(r"test_measured\[(\S+)-\d-\d\] ([A-Z])", ran.stdout):
        told[name] += word
    assert told == TOLD, ran.stdout + ran.stderr
