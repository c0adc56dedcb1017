import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from classroom.store.calls import Call, EvidenceRow, Recording, ScorecardRow, VerdictRow
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.records import Records, outcome_of, summary_of
from grader.evidence import DeskAction, LineEvent, Utterance

pytestmark = pytest.mark.unit

CALL = Call(
    id="L1-0001", state="talking", scenario="bill", agent="s01", extension="1001",
    caller="00001234", started=1000.0, began_clock=50.0, answered_clock=62.5,
)  # fmt: skip
SAID = {"who": "customer", "text": "喂?", "heard_by": "known", "no": 1}


def quiet(text: str) -> None:
    raise AssertionError(text)


async def test_what_is_kept_is_read_back_on_the_calls_own_clock(store: Store) -> None:
    ledger = Ledger(store, quiet)
    ledger.start()
    ledger.keep(CALL)
    for row in (
        EvidenceRow(call_id=CALL.id, clock=51.0, kind="line", body={"what": "queued"}),
        EvidenceRow(call_id=CALL.id, clock=63.0, kind="utterance", body=SAID),
        EvidenceRow(
            call_id=CALL.id, clock=64.2, until_clock=64.2, kind="more",
            body={"of": 1, "says": {"interrupted": True}},
        ),
        EvidenceRow(
            call_id=CALL.id, clock=65.0, kind="action", body={"what": "disposition", "value": "ok"}
        ),
    ):  # fmt: skip
        ledger.keep(row)
    await ledger.settled()
    evidence = await Records(store, Path("data")).evidence(CALL.id)
    await ledger.close()
    assert evidence and evidence.items == (
        LineEvent(-11.5, "queued"),
        Utterance(0.5, 1.7, "customer", "喂?", "known", interrupted=True),
        DeskAction(2.5, "disposition", "ok"),
    )


ENDED = LineEvent(20.0, "ended", "callee")
RELEASED, LEFT = LineEvent(20.0, "released", "hung_up"), LineEvent(20.1, "customer_left", "x")


@pytest.mark.parametrize(
    ("outcome", "items", "left"),
    [
        ("broken_off", (ENDED, RELEASED, LEFT), "hung_up_on"),
        ("broken_off", (ENDED, LineEvent(25.0, "released", "lost"), LEFT), "hung_up_on"),
        ("satisfied", (ENDED, RELEASED, LEFT), "satisfied"),
        ("broken_off", (ENDED, LineEvent(20.0, "released", "lost"), LEFT), "broken_off"),
        ("broken_off", (ENDED, RELEASED), "broken_off"),
        ("broken_off", (LineEvent(20.0, "ended", "caller"), RELEASED, LEFT), "broken_off"),
        ("broken_off", (LineEvent(20.0, "ended", "network"), RELEASED, LEFT), "broken_off"),
        (
            "broken_off",
            (
                LineEvent(20.0, "ended", "board"),
                LineEvent(20.0, "released", "force_released"),
                LEFT,
            ),
            "broken_off",
        ),
        ("broken_off", (), "broken_off"),
    ],
)
def test_who_ended_it_tells_an_accident_from_an_agent_who_hung_up(
    outcome: str, items: tuple[LineEvent, ...], left: str
) -> None:
    call = Call(id="c", state="wrapping", started=0.0, began_clock=0.0, outcome=outcome)
    assert outcome_of(call, items) == left


async def test_an_utterance_cut_off_by_a_crash_is_still_read(store: Store) -> None:
    ledger = Ledger(store, quiet)
    ledger.start()
    ledger.keep(CALL)
    ledger.keep(EvidenceRow(call_id=CALL.id, clock=63.0, kind="utterance", body=SAID))
    await ledger.close()
    evidence = await Records(store, Path("data")).evidence(CALL.id)
    assert evidence and evidence.items == (Utterance(0.5, 0.5, "customer", "喂?", "known"),)


async def test_a_later_row_replaces_the_call_and_the_newest_marks_count(store: Store) -> None:
    ledger = Ledger(store, quiet)
    ledger.start()
    ledger.keep(CALL)
    card = {"rubric": "r", "version": "1", "score": 60.0, "out_of": 100, "passed": True}
    body = {**card, "findings": []}
    ledger.keep(ScorecardRow(call_id=CALL.id, at=1.0, body=body, **_row(card, 60.0)))
    ledger.keep(ScorecardRow(call_id=CALL.id, at=2.0, body=body, **_row(card, 80.0)))
    ledger.keep(VerdictRow(call_id=CALL.id, at=3.0, by="teacher", score=70.0))
    ledger.keep(Recording(call_id=CALL.id, path="recordings/a.wav", seconds=3.0))
    ledger.keep(Call(**{**CALL.model_dump(), "state": "graded"}))
    await ledger.close()
    records = Records(store, Path("data"))
    row = (await records.calls())[0]
    assert (row.state, row.score, row.verdict) == ("graded", 80.0, 70.0)
    record = await records.record(CALL.id)
    assert record and record.recording and record.recording.path == "data/recordings/a.wav"
    assert await records.calls(agent="s02") == []
    assert await records.record("nothing") is None


async def test_a_full_disk_raises_an_alarm_and_loses_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classroom.store.ledger.RETRY_SECONDS", 0.01)
    async with store.write() as session:
        session.add(Call(**CALL.model_dump()))
    other = sqlite3.connect(tmp_path / "lab.sqlite3")
    room = [other.execute("PRAGMA page_count").fetchone()[0]]

    def fill_the_disk(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={room[0]}")
        cursor.close()

    alarms: list[str] = []

    def make_room(alarm: str) -> None:
        alarms.append(alarm)
        room[0] = 1 << 30

    event.listen(store._plain, "checkout", fill_the_disk)
    ledger = Ledger(store, make_room)
    ledger.start()
    for second in range(200):
        big = {**SAID, "text": "字" * 200, "no": second}
        ledger.keep(EvidenceRow(call_id=CALL.id, clock=63.0 + second, kind="utterance", body=big))
    await ledger.settled()
    await ledger.close()
    assert len(alarms) == 1 and "database or disk is full" in alarms[0]
    assert other.execute("SELECT count(*) FROM evidencerow").fetchone() == (200,)
    other.close()


def _row(card: dict[str, object], score: float) -> dict[str, object]:
    return {"rubric": card["rubric"], "version": card["version"], "score": score, "passed": True}


@pytest.mark.parametrize(
    ("body", "waits"), [({}, False), ({"waits": True}, True), ({"suspected": ["rude"]}, True)]
)
def test_a_row_of_the_list_says_that_its_score_waits_for_a_person(body, waits) -> None:
    call = Call(id="o1", state="graded", started=0, began_clock=0)
    card = ScorecardRow(
        call_id="o1", at=0, rubric="r", version="1", score=80, passed=False, body=body
    )
    assert summary_of(call, "", card, None).waits is waits
    assert summary_of(call, "", None, None).waits is False
