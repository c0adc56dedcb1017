"""The report of a queue log, from its lines alone, and on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classroom.queues.log import read
from classroom.queues.report import summary
from lab.cli import app
from lab.queues import NoLog

pytestmark = pytest.mark.unit

LOG = """\
1700000000|NONE|NONE|NONE|QUEUESTART
1700000001|a|care|NONE|ENTERQUEUE||01010000001|1
1700000009|a|care|SIP/1001|RINGNOANSWER|5000
1700000011|a|care|SIP/1002|CONNECT|10|a|2
1700000071|a|care|SIP/1002|COMPLETECALLER|10|60|1
1700000080|b|care|NONE|ENTERQUEUE||01010000002|1
1700000120|b|care|SIP/1002|CONNECT|40|b|2
1700000150|b|care|SIP/1002|COMPLETEAGENT|40|30|1
1700000160|c|care|NONE|ENTERQUEUE||01010000003|1
1700000163|c|care|NONE|ABANDON|1|1|3
1700000170|d|care|NONE|ENTERQUEUE||01010000004|1
1700000200|d|care|NONE|ABANDON|1|1|30
1700000210|e|care|NONE|ENTERQUEUE||01010000005|1
1700000220|e|care|NONE|EXITWITHKEY|2|1|1|10
17000002"""


@pytest.mark.feature("ARC-15")
def test_a_log_in_figures() -> None:
    (care,) = summary(read(LOG.splitlines()))
    assert (care.offered, care.answered, care.abandoned, care.short, care.left) == (5, 2, 1, 1, 1)
    assert (care.level, care.speed, care.talked) == (0.25, 25.0, 90)
    first, second = care.agents["SIP/1001"], care.agents["SIP/1002"]
    assert (first.missed, first.answered) == (1, 0)
    assert (second.answered, second.talked) == (2, 90)


def test_the_command_prints_it(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(LOG, encoding="utf-8")
    told = CliRunner().invoke(app, ["queue", "report", "--data", str(tmp_path), "--json"])
    (care,) = json.loads(told.stdout)
    assert (care["queue"], care["offered"], care["level"]) == ("care", 5, 0.25)
    wide = CliRunner(env={"COLUMNS": "160"})
    table = wide.invoke(app, ["queue", "report", "--data", str(tmp_path), "--lang", "en"])
    assert "service level" in table.stdout and "SIP/1002" in table.stdout
    empty = CliRunner().invoke(app, ["queue", "report", "--data", str(tmp_path / "x")])
    assert isinstance(empty.exception, NoLog)
