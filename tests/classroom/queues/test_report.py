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
    (care,) = summary(read(LOG.splitlines())).queues
    assert (care.offered, care.answered, care.abandoned, care.short, care.left) == (5, 2, 1, 1, 1)
    assert (care.level, care.speed, care.talked) == (0.25, 25.0, 90)
    first, second = care.agents["SIP/1001"], care.agents["SIP/1002"]
    assert (first.missed, first.answered) == (1, 0)
    assert (second.answered, second.talked) == (2, 90)


AWAY = """\
1700000300|f|care|NONE|ENTERQUEUE||01010000006|1
1700000310|f|care|NONE|EXITWITHKEY|2|1|1|10
1700000310|f|care|NONE|INFO|CALLBACK|BOOKED
1700000400|g|care|SIP/1002|INFO|CALLBACK|REACHED
1700000400|g|care|SIP/1002|CONNECT|0|g|2
1700000500|h|care|NONE|INFO|TURNEDAWAY|full|busy
1700000501|i|care|NONE|INFO|TURNEDAWAY|empty|back
1700000502|NONE|NONE|NONE|INFO|BLOCKED|95500|practice
1700000503|j|NONE|NONE|INFO|CLOSED|95500
1700000504|NONE|NONE|NONE|INFO|LINESFULL|practice
"""


def test_callbacks_and_those_turned_away_have_lines_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(LOG.rsplit("\n", 1)[0] + "\n" + AWAY, encoding="utf-8")
    (tmp_path / "lab.toml").write_text("[queues.care]\nservice_level = 60\n", encoding="utf-8")
    wide = CliRunner(env={"COLUMNS": "200"})
    told = wide.invoke(app, ["queue", "report", "--data", str(tmp_path), "--lang", "en"]).stdout
    assert "care: callbacks booked 1, called back 1, given up 0" in told
    assert "care: turned away 2 (line full 1, nobody to serve 1)" in told
    assert "Turned away before any queue: 3 (blacklist 1, closed 1, every line in use 1)" in told
    zh = wide.invoke(app, ["queue", "report", "--data", str(tmp_path)]).stdout
    assert "care：登记回拨 1，已回拨 1" in zh and "黑名单 1" in zh
    narrow = CliRunner(env={"COLUMNS": "80"})
    small = narrow.invoke(app, ["queue", "report", "--data", str(tmp_path), "--lang", "en"]).stdout
    for whole in ("SIP/1001", "abandoned", "service", "missed", "called back 1, given up 0"):
        assert whole in small, "nothing is cut on a small screen"
    out = wide.invoke(app, ["queue", "report", "--data", str(tmp_path), "--json"]).stdout
    care, door = json.loads(out)
    assert (care["offered"], care["answered"], care["left"], care["booked"]) == (6, 2, 1, 1)
    assert care["level"] == pytest.approx(2 / 6), "in time as the settings of this queue say"
    assert door == {"queue": "", "blocked": 1, "closed": 1, "lines_full": 1}


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
