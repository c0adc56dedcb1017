"""Whose part of a call is whose: calls that are handed on, calls that a seat makes outward."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from classroom.door.wire import CallCard, CardPopped
from classroom.practice.afterwards import Afterwards
from classroom.practice.marking import Marker
from classroom.store.engine import Store
from classroom.store.figures import Span, figures
from classroom.store.lessons import Lesson
from grader.evidence import DeskAction, Utterance
from telephony.pbx import call_events
from telephony.pbx import events as news
from telephony.pbx.results import Result
from telephony.pbx.trunk_events import OutsideAnswered, OutsideDialled
from tests.classroom.test_witness import WRAPUP, Late, Scene

pytestmark = pytest.mark.unit


@dataclass
class TwoDesks(Scene):
    """Two agents at two desks."""

    def login_of(self, extension: str) -> str:
        return {"1002": "s02"}.get(extension, "s01")

    def says(self, at: float, extension: str, text: str) -> None:
        self.witness.board(news.TextSaid("o1", at, "callee", extension, text))

    def hands_on(self, at: float) -> None:
        self.witness.board(call_events.Transferred("o1", at, "1001", "1002", "blind"))
        answered = news.DeskAnswered("o1", at + 4, "1002", "care", 0.0, 3.0, transferred=True)
        self.witness.board(answered)


@pytest.fixture
async def scene(store: Store, tmp_path: Path) -> AsyncIterator[TwoDesks]:
    async with store.write() as session:
        session.add(Lesson(id=1, started=0.0))
    scene = TwoDesks(store, tmp_path)
    scene.ledger.start()
    yield scene
    await scene.ledger.close()


@pytest.fixture
async def afterwards(scene: TwoDesks) -> AsyncIterator[Afterwards]:
    marker = Marker(scene.data / "grading.log", scene.floor.alarm)
    await marker.start()
    yield Afterwards(
        ledger=scene.ledger, records=scene.records, marker=marker, floor=scene.floor,
        voice=Late(scene.data), data=scene.data,
    )  # fmt: skip
    await asyncio.wait_for(marker.close(), 60)


def handed_on(scene: TwoDesks, why: Result = "hung_up", outcome: str = "satisfied") -> None:
    scene.ring()
    scene.answer()
    scene.says(71.0, "1001", "Good morning, this is desk one")
    scene.hands_on(80.0)
    scene.says(86.0, "1002", "Desk two here")
    scene.now = 88.0
    assert scene.witness.wrap_up("o1", WRAPUP, by="s01") == "1001"
    scene.witness.board(news.DeskChanged("1002", "ready", "", "wrapping", 95, 95, "o1", 95.0, True))
    scene.witness.board(news.TalkEnded("o1", 95.0, "1002", "callee", 21.0))
    scene.witness.board(news.CallEnded("o1", 95.0 if why == "lost" else 96.0, why, "board"))
    scene.customer_leaves(outcome)
    scene.now = 99.0
    scene.witness.wrap_up("o1", WRAPUP, by="s02")


@pytest.mark.feature("SEA-34")
async def test_who_talked_from_when_to_when_is_on_the_record(scene: TwoDesks) -> None:
    handed_on(scene)
    await scene.ledger.settled()
    record = await scene.records.record("o1")
    assert record
    parts = [(part.agent, part.extension, part.began, part.ended) for part in record.parts]
    assert parts == [("s01", "1001", 0.0, 10.0), ("s02", "1002", 14.0, 25.0)]
    assert (record.summary.direction, record.summary.result) == ("in", "hung_up")


@pytest.mark.feature("SEA-34")
async def test_each_part_has_its_own_words_and_its_own_summary(scene: TwoDesks) -> None:
    handed_on(scene)
    await scene.ledger.settled()
    first, second = [await scene.records.evidence("o1", no) for no in (0, 1)]
    assert first and second
    for evidence, agent, word, summed in (
        (first, "s01", "one", 18.0),
        (second, "s02", "two", 15.0),
    ):
        said = [one for one in evidence.items if isinstance(one, Utterance) and one.who == "agent"]
        assert evidence.agent == agent and len(said) == 1 and word in said[0].text
        assert DeskAction(summed, "summary", WRAPUP.summary) in evidence.items
    assert (first.talk_seconds, second.talk_seconds) == (10.0, 11.0)
    assert (first.queue_seconds, second.queue_seconds) == (12.0, 0.0)
    whole = await scene.records.evidence("o1")
    assert whole and len(whole.items) == len(first.items) + len(second.items)


@pytest.mark.feature("SEA-34")
@pytest.mark.parametrize("in_time", [True, False], ids=["handed in", "time over"])
async def test_a_call_that_is_over_waits_for_whoever_passed_it_on_and_still_writes(
    scene: TwoDesks, in_time: bool
) -> None:
    scene.ring()
    scene.answer()

    def desk(extension: str, activity: str, at: float) -> None:
        call = "o1" if activity == "wrapping" else None
        changed = news.DeskChanged(extension, "ready", "", activity, at, at, call, at, True)
        scene.witness.board(changed)

    scene.hands_on(80.0)
    desk("1001", "wrapping", 80.0)
    desk("1002", "wrapping", 84.5)
    scene.witness.board(news.TalkEnded("o1", 84.5, "1002", "callee", 0.5))
    scene.witness.board(news.CallEnded("o1", 84.5, "hung_up", "callee"))
    scene.customer_leaves()
    scene.witness.wrap_up("o1", WRAPUP, by="s02")
    desk("1002", "idle", 85.0)
    assert scene.over == []
    if in_time:
        scene.witness.wrap_up("o1", WRAPUP, by="s01")
    else:
        desk("1001", "idle", 140.0)
    assert [call.id for call in scene.over] == ["o1"]
    assert scene.over[0].summed == ({"s01", "s02"} if in_time else {"s02"})


@pytest.mark.feature("SEA-34")
async def test_marks_go_to_the_agent_whose_part_it_is(
    scene: TwoDesks, afterwards: Afterwards
) -> None:
    handed_on(scene)
    afterwards.finish(scene.over[0])
    await afterwards.close()
    everything = await scene.records.record("o1")
    assert everything and [part.score is not None for part in everything.parts] == [True, True]
    for agent in ("s01", "s02"):
        (row,) = await scene.records.calls(agent=agent)
        mine = await scene.records.record("o1", agent)
        part = next(one for one in everything.parts if one.agent == agent)
        assert mine and mine.scorecard
        assert row.score == mine.scorecard.score == part.score
    assert await scene.records.calls(agent="s03") == []
    assert await scene.records.agents("o1") == {"s01", "s02"}


@pytest.mark.feature("SEA-34")
@pytest.mark.parametrize(
    ("why", "last"), [("hung_up", "hung_up_on"), ("lost", "broken_off")], ids=["hangs up", "lost"]
)
async def test_how_the_last_agent_ends_a_call_is_not_the_end_of_the_first(
    scene: TwoDesks, afterwards: Afterwards, why: Result, last: str
) -> None:
    handed_on(scene, why, "broken_off")
    await scene.ledger.settled()
    ends = [await scene.records.evidence("o1", no) for no in (0, 1)]
    assert [one and one.outcome for one in ends] == ["handed_on", last]
    afterwards.finish(scene.over[0])
    await afterwards.close()
    first, second = [await scene.records.record("o1", agent) for agent in ("s01", "s02")]
    assert first and first.scorecard and second
    assert first.outcome == second.outcome == last, "of the whole call"
    judged = {one.criterion: one.applicable for one in first.scorecard.findings}
    assert judged["handling_time"] and not judged["outcome"]
    assert not any("中断" in note for note in first.scorecard.notes)


@pytest.mark.feature("TEL-01", "LCA-20")
async def test_a_call_outward_has_agent_direction_result_and_says_why_it_has_no_marks(
    scene: TwoDesks, afterwards: Afterwards
) -> None:
    board = scene.witness.board
    board(news.CallStarted("out", 50.0, "1002", "13800138000", "practice", extension="1002"))
    board(OutsideDialled("out", 50.1, "+8613800138000", "practice", "g", "95500"))
    await scene.ledger.settled()
    call = await scene.records.call("out")
    assert call and (call.agent, call.extension, call.direction) == ("s02", "1002", "out")
    board(OutsideDialled("out", 50.3, "+8613800138000", "practice", "another", "95500"))
    assert scene.popped == [("out", "1002")], "who dialled sees the customer, once"
    assert scene.floor.handled("out", "1002"), "and may change the record"
    board(OutsideAnswered("out", 55.0, "+8613800138000", "practice", "1002", 4.9, "PCMA"))
    board(news.DeskChanged("1002", "ready", "", "wrapping", 70, 70, "out", 70.0, True))
    board(news.TalkEnded("out", 70.0, "1002", "callee", 15.0))
    board(news.CallEnded("out", 70.0, "hung_up", "callee"))
    assert not scene.over, "the agent has a summary to write"
    assert scene.witness.wrap_up("out", WRAPUP, by="s02") == "1002"
    afterwards.finish(scene.over[0])
    await afterwards.close()
    record = await scene.records.record("out", "s02")
    assert record and record.wrapup and record.scorecard is None
    assert (record.ungraded, record.summary.direction) == ("no_scenario", "out")
    assert (record.summary.result, record.summary.talk_seconds) == ("hung_up", 15.0)
    (part,) = record.parts
    assert (part.agent, part.began, part.ended) == ("s02", 0.0, 15.0)


@pytest.mark.feature("TEL-01", "LCA-20")
async def test_a_call_outward_that_nobody_takes_is_on_the_record(
    scene: TwoDesks, afterwards: Afterwards
) -> None:
    board = scene.witness.board
    board(news.CallStarted("out", 50.0, "1002", "13800138000", "practice", extension="1002"))
    board(OutsideDialled("out", 50.1, "+8613800138000", "practice", "g", "95500"))
    board(news.CallEnded("out", 80.0, "unreached", "callee", 486))
    afterwards.finish(scene.over[0])
    await afterwards.close()
    (row,) = await scene.records.calls(agent="s02")
    assert (row.direction, row.result, row.state) == ("out", "unreached", "ended")
    record = await scene.records.record("out")
    assert record and (record.ungraded, record.parts) == ("not_answered", [])


@pytest.mark.feature("SEA-03", "LCA-20")
async def test_a_call_back_has_the_form_of_what_the_customer_called_about(scene: TwoDesks) -> None:
    board = scene.witness.board
    scene.ring()
    inward = cards(scene)["o1"]
    for call, number in (("back", "2025550142"), ("cold", "2025550199")):
        board(news.CallStarted(call, 100.0, "1002", number, "practice", extension="1002"))
        board(OutsideDialled(call, 100.1, number, "practice", "g", "95500"))
    back, cold = cards(scene)["back"], cards(scene)["cold"]
    assert (back.form, back.dispositions) == (inward.form, inward.dispositions)
    assert back.form and back.dispositions
    assert not (back.scenario or back.steps), "nobody judges a call back by a script"
    assert not (cold.form or cold.dispositions), "a number that never called: a plain summary"


def cards(scene: TwoDesks) -> dict[str, CallCard]:
    """The cards that the floor shows."""
    told = scene.floor.snapshot("instructor", None)
    return {event.card.call_id: event.card for event in told if isinstance(event, CardPopped)}


async def test_a_call_inside_is_its_answerers(scene: TwoDesks) -> None:
    board = scene.witness.board
    board(news.CallStarted("in", 50.0, "1002", "1001", "practice", extension="1002"))
    board(news.DeskAnswered("in", 52.0, "1001", None, 0.0, 2.0))
    await scene.ledger.settled()
    call = await scene.records.call("in")
    assert call and (call.agent, call.direction) == ("s01", "inside")


@pytest.mark.feature("ARC-05", "TEL-22")
async def test_a_callback_is_a_call_outward_and_nobody_who_books_one_has_given_up(
    scene: TwoDesks, afterwards: Afterwards
) -> None:
    board = scene.witness.board
    board(news.CallStarted("in", 50.0, "13800138000", "95500", "practice", trunk="practice"))
    board(news.Queued("in", 51.0, "care", 1))
    board(news.QueueLeft("in", 60.0, "care", 1, 9.0, "key", "EXITWITHKEY", key="2", to="callback"))
    board(news.CallEnded("in", 62.0, "hung_up", "caller", waited=9.0))
    number = "13800138000"
    for name in ("declined", "busy"):
        board(news.CallStarted(name, 70.0, number, number, "practice", callback="cb"))
        board(news.DeskOffered(name, 70.0, "1002", "care", 10.0))
        if name == "busy":
            board(OutsideDialled(name, 71.0, number, "practice", "g", "95500"))
        board(news.CallEnded(name, 75.0, "not_reached", "caller"))
    for call in scene.over:
        afterwards.finish(call)
    await afterwards.close()
    calls = [await scene.records.call(name) for name in ("in", "declined", "busy")]
    assert [(call.direction, call.state) for call in calls if call] == [
        ("in", "ended"), ("inside", "ended"), ("out", "ended"),
    ]  # fmt: skip
    found = await figures(scene.store, Span())
    assert [(fact.out, fact.abandoned, fact.answered) for fact in found.calls] == [
        (False, False, False), (True, False, False),
    ]  # fmt: skip
