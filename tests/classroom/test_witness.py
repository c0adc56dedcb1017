from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import structlog
from sqlmodel import select

from classroom.bus import Bus
from classroom.door import wire
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.practice import orders
from classroom.practice.afterwards import Afterwards
from classroom.practice.marking import Marker
from classroom.practice.opencall import OpenCall, Ordered
from classroom.practice.shelf import Shelf
from classroom.practice.tape import as_pcm16
from classroom.practice.witness import Witness
from classroom.store.calls import WrapupDraft
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.lessons import Lesson
from classroom.store.people import Audit
from classroom.store.records import Records
from classroom.words import speak
from grader.evidence import DeskAction, LineEvent, Utterance
from telephony.media.recorder import wav_header
from telephony.pbx import call_events, supervision_events
from telephony.pbx import events as news
from telephony.pbx.alarms import alarm
from tests.classroom.test_tape import clip, tone

pytestmark = pytest.mark.unit

SHELF = Shelf()
SCENARIO = SHELF.scenario("order-inquiry")
WRAPUP = wire.Wrapup(summary="told her when", disposition=SCENARIO.desk.disposition)


@dataclass
class Scene:
    """A witness with a real ledger and floor; the clock is set by hand."""

    store: Store
    data: Path
    now: float = 100.0
    told: list[tuple[str, str, float]] = field(default_factory=list)
    over: list[OpenCall] = field(default_factory=list)
    popped: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.floor = Floor(Bus())
        self.ledger = Ledger(self.store, self.floor.alarm)
        self.records = Records(self.store, self.data)
        self.witness = Witness(
            ledger=self.ledger, floor=self.floor, shelf=SHELF, carrier=self, roll=self,
            seconds_of=lambda key: 1.5, words=lambda key: f"<{key}>", over=self.over.append,
            moved=lambda call: None, clock=lambda: self.now,
            place=lambda call: str(self.data / f"{call}.wav"),
            relative=lambda path: Path(path).name,
            popped=lambda call, desk: self.popped.append((call.id, desk)),
        )  # fmt: skip

    def line_does(self, order_id: str, what: str, announcement: float = 0.0) -> None:
        self.told.append((order_id, what, announcement))

    def login_of(self, extension: str) -> str:
        return "s01"

    def name_of(self, extension: str) -> str:
        return "A"

    def extension_of(self, login: str) -> str:
        return {"s02": "1002"}.get(login, "1001")

    def ring(self) -> None:
        """A customer calls, waits twelve seconds and reaches desk 1001."""
        board = self.witness.board
        self.witness.expect(Ordered("o1", 1, SCENARIO, 7, 1))
        board(news.CallStarted("o1", 50.0, "2025550142", "2025550100", "practice", order="o1"))
        board(news.PromptPlayed("o1", "welcome", 50.5, 52.0))
        board(news.Queued("o1", 53.0, "care", 1))
        board(news.DeskOffered("o1", 65.0, "1001", "care", 12.0))

    def answer(self) -> None:
        self.witness.board(news.DeskAnswered("o1", 70.0, "1001", "care", 12.0, 5.0, "PCMA", "udp"))

    def hang_up(self, at: float = 90.0) -> None:
        self.witness.board(news.TalkEnded("o1", at, "1001", "callee", at - 70.0))
        self.witness.board(news.CallEnded("o1", at + 3, "hung_up", "board"))

    def customer_leaves(self, outcome: str = "satisfied") -> None:
        self.witness.carrier(
            orders.CustomerEnded(
                order_id="o1", at=93.0, outcome=outcome, mood={"trust": 60}, rating=5
            )
        )

    def desk(self, activity: str, at: float) -> None:
        self.witness.board(news.DeskChanged("1001", "ready", "", activity, at, at, "o1", at, True))


@pytest.fixture
async def scene(store: Store, tmp_path: Path) -> AsyncIterator[Scene]:
    async with store.write() as session:
        session.add(Lesson(id=1, started=0.0))
    scene = Scene(store, tmp_path)
    scene.ledger.start()
    yield scene
    await scene.ledger.close()


async def test_whose_call_is_offered_and_handed_on_is_looked_up_for_each_desk(scene: Scene) -> None:
    scene.ring()
    assert scene.popped == [("o1", "1001")]
    scene.answer()
    passed = news.DeskAnswered("o1", 80.0, "1002", "", 0.0, 2.0, "PCMA", "udp", transferred=True)
    scene.witness.board(passed)
    assert scene.popped == [("o1", "1001"), ("o1", "1002")]


async def test_the_timeline_counts_from_the_answer(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    say = scene.witness.carrier
    speaks = {"order_id": "o1", "text": "Hello?", "beat": "b", "key": "k", "began": 72.0}
    say(orders.CustomerSpeaks.model_validate(speaks))
    scene.witness.board(
        news.TextSaid(
            "o1", 72.5, "callee", "1001", "Good morning",
            {"X-Lab-Line": "picked; line=order-inquiry/greeting", "X-Lab-Sound": "1.25"},
        )
    )  # fmt: skip
    say(orders.CustomerSpeaks.model_validate({**speaks, "until": 73.0}))
    scene.witness.board(news.SpeechEnded("o1", 72.6, 73.8, "callee"))
    scene.witness.board(news.SpeechEnded("o1", 80.0, 82.0, "callee"))
    scene.now = 85.0
    scene.witness.act("o1", wire.Action(what="opened_record"))
    await scene.ledger.settled()
    evidence = await scene.records.evidence("o1")
    assert evidence
    said = [item for item in evidence.items if isinstance(item, Utterance)]
    assert said == [
        Utterance(-19.5, -18.0, "ivr", "<welcome>", "prompt"),
        Utterance(2.0, 3.0, "customer", "Hello?", "known"),
        Utterance(
            2.5, 3.75, "agent", "Good morning", "picked", line="order-inquiry/greeting",
            interrupted=True,
        ),
        Utterance(10.0, 12.0, "agent", "", "voice", confidence=0.0),
    ]  # fmt: skip
    assert DeskAction(15.0, "opened_record") in evidence.items
    assert LineEvent(-17.0, "queued", "care") in evidence.items
    assert LineEvent(0.0, "answered", "1001") in evidence.items
    assert (evidence.queue_seconds, evidence.ring_seconds) == (12.0, 5.0)
    assert evidence.facts["company"] and "agent" in evidence.facts


async def test_the_late_end_of_a_lines_sound_is_no_voice_of_its_own_but_own_words_are(
    scene: Scene,
) -> None:
    """Seven seconds of sound, its last piece three seconds late; then the agent says something."""
    scene.ring()
    scene.answer()
    line = {"X-Lab-Line": "typed", "X-Lab-Sound": "7.38"}
    scene.witness.board(news.TextSaid("o1", 72.0, "callee", "1001", "Let me repeat", line))
    for began, at in ((72.1, 76.0), (77.0, 80.2), (82.4, 82.6), (83.0, 84.5)):
        scene.witness.board(news.SpeechEnded("o1", began, at, "callee"))
    await scene.ledger.settled()
    evidence = await scene.records.evidence("o1")
    assert evidence
    said = [item for item in evidence.items if isinstance(item, Utterance)]
    assert [(one.at, one.until, one.heard_by) for one in said if one.who == "agent"] == [
        (2.0, pytest.approx(9.38), "typed"), (13.0, 14.5, "voice"),
    ]  # fmt: skip


async def test_the_card_pops_with_record_steps_and_form_but_no_answers(scene: Scene) -> None:
    scene.ring()
    cards = [e for e in scene.floor.snapshot("student", "1001") if isinstance(e, wire.CardPopped)]
    card = cards[0].card
    assert card.caller == "2025550142" and card.waited == 12.0
    assert card.record and card.steps and set(card.dispositions) >= {WRAPUP.disposition}
    assert "{" not in "".join([*card.record.values(), *(step.text for step in card.steps)])


async def test_the_customer_is_told_what_the_line_does(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    scene.witness.board(news.Held("o1", 75.0, "callee"))
    scene.witness.board(news.Resumed("o1", 80.0, "callee", 5.0))
    scene.hang_up()
    assert scene.told == [
        ("o1", "queued", 0.0), ("o1", "answered", 1.5), ("o1", "held", 0.0),
        ("o1", "resumed", 0.0), ("o1", "rating", 0.0),
    ]  # fmt: skip


async def test_a_call_is_over_when_nothing_is_waited_for_any_more(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    scene.witness.board(news.RecordingBegan("o1", 70.0))
    scene.desk("talking", 70.0)
    scene.desk("wrapping", 90.0)
    scene.hang_up()
    scene.customer_leaves()
    scene.witness.board(news.RecordingClosed("o1", str(scene.data / "o1.wav"), 20.0))
    assert scene.over == []
    with pytest.raises(Refusal, match="no disposition nonsense"):
        scene.witness.wrap_up("o1", wire.Wrapup(summary="", disposition="nonsense"), "s01")
    assert scene.witness.wrap_up("o1", WRAPUP, "s01") == "1001"
    assert [call.id for call in scene.over] == ["o1"]
    with pytest.raises(Refusal, match="is closed"):
        scene.witness.wrap_up("o1", WRAPUP, "s01")
    await scene.ledger.settled()
    record = await scene.records.record("o1")
    assert record and record.wrapup == WRAPUP and record.customer_rating == 5
    assert record.recording and (record.recording.seconds, record.recording.mark) == (20.0, "")


async def test_wrapping_up_has_an_end_even_if_nobody_writes(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    scene.desk("wrapping", 90.0)
    scene.hang_up()
    scene.customer_leaves()
    assert scene.over == []
    scene.desk("idle", 150.0)
    assert [call.id for call in scene.over] == ["o1"]


async def test_a_summary_that_nobody_came_back_to_is_handed_in_as_it_stood(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    scene.desk("talking", 70.0)
    noted = wire.Wrapup(summary="", disposition="", form={"ticket": "fault"})
    scene.witness.draft("o1", noted, "s01")
    scene.desk("wrapping", 90.0)
    scene.hang_up()
    scene.customer_leaves()
    half = wire.Wrapup(summary="told her", disposition="nonsense", form={"ticket": "fault"})
    scene.witness.draft("o1", half, "s01")
    assert scene.witness.drafted("o1", "s01") == half
    assert scene.witness.drafted("o1", "s02").summary == "", "a colleague's is another one"
    await scene.ledger.settled()
    assert await drafts(scene.store) == [half]
    scene.desk("idle", 150.0)
    assert [call.id for call in scene.over] == ["o1"]
    await scene.ledger.settled()
    record = await scene.records.record("o1")
    assert record and record.wrapup == half.model_copy(update={"disposition": ""})
    assert await drafts(scene.store) == []


async def test_a_draft_that_comes_after_the_summary_is_late(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    scene.hang_up()
    scene.witness.draft("o1", WRAPUP, "s01")
    scene.witness.wrap_up("o1", WRAPUP, "s01")
    scene.witness.draft("o1", wire.Wrapup(summary="old", disposition=""), "s01")
    scene.witness.give_up()
    await scene.ledger.settled()
    record = await scene.records.record("o1")
    assert record and record.wrapup == WRAPUP and await drafts(scene.store) == []


async def drafts(store: Store) -> list[wire.Wrapup]:
    async with store.read() as session:
        rows = (await session.exec(select(WrapupDraft))).all()
    return [wire.Wrapup.model_validate(row.body) for row in rows]


async def test_a_carrier_that_dies_leaves_no_call_waiting(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    scene.hang_up()
    scene.witness.carrier_lost()
    assert [call.row.outcome for call in scene.over] == ["broken_off"]


async def test_a_customer_who_gives_up_is_an_abandoned_call(scene: Scene) -> None:
    scene.ring()
    scene.customer_leaves()
    scene.witness.board(news.CallEnded("o1", 69.0, "hung_up", "caller", waited=16.0))
    assert [call.row.state for call in scene.over] == ["abandoned"]
    with pytest.raises(Refusal):
        scene.witness.act("o1", wire.Action(what="opened_record"))


async def test_a_disk_that_fills_marks_the_recording_and_raises_an_alarm(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    scene.witness.board(news.RecordingBegan("o1", 70.0))
    path = str(scene.data / "o1.wav")
    scene.witness.board(news.RecordingBroken("o1", path, "No space left on device", 4.0))
    assert "the call goes on" in scene.floor.alarms[-1]
    await scene.ledger.settled()
    row = await scene.records.recording("o1")
    assert row and (row.mark, row.seconds) == ("disk_full", 4.0)


async def test_the_switchboards_trouble_is_told_in_the_language_of_the_school(scene: Scene) -> None:
    speak("zh")
    try:
        scene.witness.board(alarm(70.0, "telephone_gone", desk="1001"))
        scene.witness.board(alarm(71.0, "recording_stopped", "o9", why="EIO"))
        assert ["1001" in text for text in scene.floor.alarms] == [True, False]
        assert all("。" in text and "is gone" not in text for text in scene.floor.alarms)
        scene.ring()
        scene.witness.board(alarm(72.0, "recording_stopped", "o1", why="EIO"))
        assert len(scene.floor.alarms) == 2, "that call's own alarm tells of it"
    finally:
        speak("en")


async def test_trouble_of_the_switchboard_stands_in_the_log(scene: Scene) -> None:
    with structlog.testing.capture_logs() as said:
        scene.witness.board(alarm(70.0, "no_rtp_port"))
        scene.witness.board(
            alarm(
                71.0, "gateway_silent", gateway="udp:192.0.2.1:5060", trunk="tele", why="no_answer"
            )
        )
    assert [(one["code"], one.get("trunk")) for one in said] == [
        ("no_rtp_port", None),
        ("gateway_silent", "tele"),
    ]


async def test_late_lines_are_put_where_they_were_said_and_the_call_is_graded(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = Marker(scene.data / "grading.log", scene.floor.alarm)
    await marker.start()
    afterwards = Afterwards(
        ledger=scene.ledger, records=scene.records, marker=marker, floor=scene.floor,
        voice=Late(scene.data), data=scene.data,
    )  # fmt: skip
    silence = np.full(20 * 8000 * 2, 0xFF, np.uint8)
    (scene.data / "o1.wav").write_bytes(wav_header(silence.size) + silence.tobytes())
    scene.ring()
    scene.answer()
    scene.witness.board(news.RecordingBegan("o1", 70.0))
    scene.witness.speak_later("o1", "Good morning")
    scene.witness.board(news.TextSaid("o1", 75.0, "callee", "1001", "Good morning"))
    scene.hang_up()
    scene.customer_leaves()
    scene.witness.board(news.RecordingClosed("o1", str(scene.data / "o1.wav"), 20.0))
    told: list[wire.CallSummary] = []
    show = scene.floor.set_call
    monkeypatch.setattr(
        scene.floor, "set_call", lambda row, *at: told.append(row) or show(row, *at)
    )
    afterwards.finish(scene.over[0])
    await afterwards.close()
    record = await scene.records.record("o1")
    assert record and record.summary.state == "graded" and record.scorecard
    assert told[-1] == record.summary and told[-1].score == record.scorecard.score
    assert told[-1].waits == record.scorecard.waits
    (line,) = [item for item in record.timeline if item.who == "agent"]
    assert line.rendered_after and (line.at, line.until) == (5.0, 5.5)
    sound = as_pcm16(scene.data / "o1.wav")
    right = np.frombuffer(sound, "<i2", offset=44).reshape(-1, 2)[:, 1]
    assert np.abs(right[40000:44000]).max() > 7000 and not right[:40000].any()
    assert await afterwards.regrade("o1") == record.scorecard
    await asyncio.wait_for(marker.close(), 60)


@dataclass
class Late:
    """Speaks half a second of tone."""

    folder: Path

    async def speak(self, text: str, lang: wire.Lang) -> Path:
        clip(self.folder / "late.wav", tone(1000, 0.5))
        return self.folder / "late.wav"


@pytest.mark.feature("PER-01", "PER-08")
async def test_who_joins_and_who_supervises_is_on_the_timeline_and_answerable(scene: Scene) -> None:
    scene.ring()
    scene.answer()
    board = scene.witness.board
    board(call_events.Consulted("o1", 75.0, "1001", "1002"))
    board(call_events.ThreeWay("o1", 77.0, "1001", "1002"))
    board(call_events.ConsultEnded("o1", 79.0, "1001", "hung_up"))
    board(supervision_events.SupervisionBegan("o1", 80.0, "1000", "1001", "listen"))
    board(supervision_events.SupervisionEnded("o1", 82.0, "1000", "1001", "listen", began=80.0))
    board(supervision_events.SupervisionBegan("o1", 83.0, "1000", "1001", "force_release"))
    board(supervision_events.SupervisionEnded("o1", 83.0, "1000", "1001", "force_release", 83.0))
    await scene.ledger.settled()
    evidence = await scene.records.evidence("o1")
    assert evidence
    lines = [item for item in evidence.items if isinstance(item, LineEvent) and item.at > 0]
    assert lines == [
        LineEvent(5.0, "consulted", "1002"),
        LineEvent(7.0, "three_way", "1002"),
        LineEvent(9.0, "consult_over", "hung_up"),
        LineEvent(10.0, "listen_began", "1000"),
        LineEvent(12.0, "listen_ended", "1000"),
        LineEvent(13.0, "force_release", "1000"),
    ]
    async with scene.store.read() as session:
        kept = (await session.exec(select(Audit))).all()
    assert [(one.what, one.about) for one in kept] == [
        (what, "o1 1001") for what in ("listen_began", "listen_ended", "force_release")
    ]


@pytest.mark.feature("SEA-34")
async def test_a_call_that_is_passed_on_takes_its_card_along_and_both_desks_sum_up(
    scene: Scene,
) -> None:
    listener = scene.floor._bus.listen(lambda note: True)
    scene.ring()
    scene.answer()
    scene.desk("talking", 70.0)
    scene.witness.board(call_events.Transferred("o1", 76.0, "1001", "1002", "attended"))
    answered = news.DeskAnswered("o1", 76.0, "1002", "care", 0.0, 0.0, transferred=True)
    scene.witness.board(answered)
    assert scene.floor.owner("o1") == "1002"
    assert scene.floor.handled("o1", "1001") and not scene.floor.handled("o1", "1003")
    wrapping = news.DeskChanged("1002", "ready", "", "wrapping", 90, 90, "o1", 90.0, True)
    scene.witness.board(wrapping)
    scene.hang_up()
    scene.customer_leaves()
    assert scene.witness.wrap_up("o1", WRAPUP, by="s01") == "1001"
    assert not scene.over, "the last desk has yet to write its summary"
    assert scene.witness.wrap_up("o1", WRAPUP, by="s02") == "1002"
    listener.end()
    assert len(scene.over) == 1
