"""The verdict of a run, from tables as Locust writes them."""

from pathlib import Path

import pytest

from lab.load.run import told
from lab.load.tally import Tally
from lab.words import LANGS, Lang, Words

pytestmark = pytest.mark.unit

STATS = """Type,Name,Request Count,Failure Count,Max Response Time
SIP,whole call,{calls},{failed},9000
RULE,BYE is answered 200,{calls},{broken},0
RULE,board is empty after the last call,1,0,900
RTP,worst tick of the load lab's own clock,1,0,{worst}
,Aggregated,99,{failed},9000
"""
FAILURES = "Method,Name,Error,Occurrences\n"


def report(
    folder: Path, *rows: str, calls: int = 10, failed: int = 0, broken: int = 0, worst: float = 2.0
) -> Tally:
    table = STATS.format(calls=calls, failed=failed, broken=broken, worst=worst)
    (folder / "load_stats.csv").write_text(table, encoding="utf-8")
    (folder / "load_failures.csv").write_text(FAILURES + "\n".join(rows), encoding="utf-8")
    return Tally.read(folder)


@pytest.mark.parametrize("lang", LANGS)
def test_a_good_run_says_what_was_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: Lang
) -> None:
    tally = report(tmp_path)
    assert told(tally, 0, alive=True, report=tmp_path, words=Words(lang)) == ""
    said = capsys.readouterr().out
    assert "10" in said and "11" in said and "load.html" in said


def test_failed_calls_are_one_sentence_with_the_most_frequent_reason(tmp_path: Path) -> None:
    tally = report(
        tmp_path,
        "RTP,jitter at a seat,CallFailed('jitter of 200 ms'),1",
        "SIP,whole call,\"CallFailed('refused, with 403 Forbidden')\",3",
        calls=10,
        failed=3,
        broken=1,
    )
    said = told(tally, 1, alive=True, report=tmp_path, words=Words("en"))
    assert said.startswith("3 of 10 calls failed and 1 of 11 rules were broken")
    assert "“whole call”: refused, with 403 Forbidden" in said


def test_a_reason_with_an_apostrophe_is_told_whole(tmp_path: Path) -> None:
    tally = report(
        tmp_path,
        'SIP,whole call,"CallFailed(""somebody else\'s 1000 Hz was heard"")",1',
        "SIP,whole call,ConnectionError('gone'),1",
    )
    reasons = [why for _, why, _ in tally.failures]
    assert reasons == ["somebody else's 1000 Hz was heard", "ConnectionError('gone')"]


def test_a_server_that_died_is_named_first(tmp_path: Path) -> None:
    tally = report(tmp_path, "SIP,whole call,CallFailed('no answer'),2", failed=2)
    said = told(tally, 1, alive=False, report=tmp_path, words=Words("en"))
    assert said.startswith("The server ended in mid-run") and "server.log" in said


def test_another_request_that_failed_is_not_overlooked(tmp_path: Path) -> None:
    tally = report(tmp_path, "SIP,\"REGISTER to 200, first\",CallFailed('answered 403'),1")
    said = told(tally, 1, alive=True, report=tmp_path, words=Words("en"))
    assert "REGISTER to 200, first" in said and "answered 403" in said


def test_a_run_without_a_table_is_no_good_run(tmp_path: Path) -> None:
    for code in (0, 2):
        assert told(Tally.read(tmp_path), code, alive=True, report=tmp_path, words=Words("en"))


def test_a_late_clock_of_our_own_is_admitted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = report(tmp_path, worst=120.0)
    assert told(tally, 0, alive=True, report=tmp_path, words=Words("en")) == ""
    assert "120 ms late" in capsys.readouterr().out
