"""The hall of queues: figures on the floor, alarms, callbacks that outlive the server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from classroom.bus import Bus
from classroom.door import wire
from classroom.door.queues import QueueChanged
from classroom.floor import Floor
from classroom.plan import queues_of
from classroom.queues.callbacks import FORMER, Promises
from classroom.queues.hall import Hall
from classroom.queues.members import find
from classroom.queues.settings import QueueArea, read_way
from classroom.settings import Settings
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from telephony.pbx import events as news
from telephony.pbx.callback_events import CallbackBooked, CallbackMoved
from telephony.pbx.plan import QueuePlan
from telephony.pbx.queue_plan import Way

pytestmark = pytest.mark.unit


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def book_in(
    store: Store, folder: Path, *, clock: float = 500.0, wall: float = 1_700_000_000.0
) -> Promises:
    alarms: list[str] = []
    ledger = Ledger(store, alarms.append)
    ledger.start()
    return Promises(store, ledger, folder, alarms.append, clock=Clock(clock), wall=Clock(wall))


def hall_in(store: Store, folder: Path) -> Hall:
    plans = {"care": QueuePlan("care", members=("1001", "1002"))}
    floor = Floor(Bus())
    ledger = Ledger(store, floor.alarm)
    book = Promises(store, ledger, folder, floor.alarm)
    made = Hall(
        plans, folder=folder, floor=floor, promises=book, clock=Clock(500.0),
        wall=Clock(1_700_000_000.0),
    )  # fmt: skip
    for extension, duty, activity in (
        ("1001", "ready", "idle"), ("1002", "break", "idle"), ("1003", "ready", "talking"),
    ):  # fmt: skip
        desk = {"extension": extension, "name": "x", "duty": duty, "activity": activity}
        floor.set_desk(wire.DeskState.model_validate({**desk, "since": 0, "registered": True}))
    return made


BOOKED = CallbackBooked("cb", 480.0, "call", "care", "01010000001", "01010000001", "practice",
                        400.0, 340.0, 3)  # fmt: skip


def moved(why: str, state: str = "resting", tries: int = 1) -> CallbackMoved:
    return CallbackMoved("cb", 490.0, "care", "01010000001", state, why, tries)


async def test_the_floor_sees_how_a_queue_serves(store: Store, tmp_path: Path) -> None:
    hall = hall_in(store, tmp_path)
    for event in (
        news.Queued("a", 470.0, "care", 1), news.Queued("b", 480.0, "care", 2),
        news.DeskAnswered("a", 475.0, "1001", "care", 5.0, 2.0), BOOKED,
    ):  # fmt: skip
        hall.hear(event)
    hall.tell()
    (told,) = hall._floor.snapshot("instructor", None)[-1:]
    assert isinstance(told, QueueChanged)
    state = told.queue
    assert (state.waiting, state.longest, state.callbacks) == (1, 20.0, 1)
    assert (state.offered, state.answered, state.level) == (2, 1, 1.0)
    assert (state.ready, state.free, state.on_break) == (1, 1, 1)
    assert not [
        event
        for event in hall._floor.snapshot("student", "1001")
        if isinstance(event, QueueChanged)
    ]
    hall.close()


async def test_another_threshold_begins_anew_and_who_waits_is_counted_on(
    store: Store, tmp_path: Path
) -> None:
    hall = hall_in(store, tmp_path)
    hall.hear(news.Queued("a", 470.0, "care", 1))
    hall.hear(news.DeskAnswered("a", 495.0, "1001", "care", 25.0, 2.0))
    for call, at in (("b", 480.0), ("c", 499.0)):
        hall.hear(news.Queued(call, at, "care", 1))
    hall.take({"care": QueuePlan("care", members=("1001",), service_level=30.0, short_abandon=2.0)})
    state = hall.state("care")
    assert (state.offered, state.answered, state.waiting, state.threshold) == (2, 0, 2, 30.0)
    hall.hear(news.DeskAnswered("b", 505.0, "1001", "care", 25.0, 2.0))
    hall.hear(news.CallEnded("c", 502.0, "hung_up", "caller"))
    state = hall.state("care")
    assert (state.answered, state.in_time, state.abandoned, state.short) == (1, 1, 1, 0)
    hall.close()


async def test_people_are_told_of_pauses_and_of_callers_not_reached(
    store: Store, tmp_path: Path
) -> None:
    hall = hall_in(store, tmp_path)
    hall.hear(news.DeskPaused("1001", 490.0, "care", 3))
    hall.hear(BOOKED)
    hall.hear(moved("not_reached:busy"))
    hall.hear(moved("given_up", "over", 2))
    alarms = list(hall._floor.alarms)
    assert [("1001" in alarms[0]), *("01010000001" in text for text in alarms[1:])] == [True] * 3
    hall.close()


async def test_callbacks_outlive_the_server_and_its_clock(store: Store, tmp_path: Path) -> None:
    book = book_in(store, tmp_path)
    later = replace(BOOKED, callback="late", number="01010000002", rank=350.0, lang="en")
    for event in (later, BOOKED, moved("not_reached:busy")):
        book.hear(event)
    await book._ledger.close()
    again = book_in(store, tmp_path, clock=20.0, wall=1_700_000_100.0)
    await again.load()
    first, second = again.restored({"care"}).kept
    assert (first.number, first.tries, second.callback) == ("01010000001", 1, "late")
    assert first.since == pytest.approx(-180.0), "waits for 200 s by now, on the new clock"
    assert first.rank == pytest.approx(-240.0)
    assert (first.lang, second.lang) == ("", "en"), "and is spoken to in the language chosen"
    again.hear(moved("reached", "over"))
    await again._ledger.close()
    last = book_in(store, tmp_path)
    await last.load()
    assert [kept.callback for kept in last.restored({"care"}).kept] == ["late"]
    await last._ledger.close()


async def test_the_file_of_before_is_taken_in_once(store: Store, tmp_path: Path) -> None:
    row = {
        "callback": "x", "queue": "care", "number": "1", "caller": "1", "line": "practice",
        "since": 1_700_000_000.0 - 60, "rank": 1_700_000_000.0 - 90, "tries": 2,
    }  # fmt: skip
    (tmp_path / FORMER).write_text(json.dumps([row]))
    book = book_in(store, tmp_path)
    await book.load()
    (kept,) = book.restored({"care"}).kept
    assert (kept.callback, kept.since, kept.rank, kept.tries) == ("x", 440.0, 410.0, 2)
    assert not (tmp_path / FORMER).exists()
    book.hear(replace(moved("served", "over"), callback="x"))
    await book._ledger.close()
    again = book_in(store, tmp_path)
    await again.load()
    assert again.restored({"care"}).kept == ()
    await again._ledger.close()


async def test_a_torn_file_promises_nothing_and_says_so(store: Store, tmp_path: Path) -> None:
    (tmp_path / FORMER).write_text('[{"callback": "x"')
    told: list[str] = []
    book = Promises(store, Ledger(store, told.append), tmp_path, told.append)
    await book.load()
    await book.load()
    assert book.restored({"care"}).kept == ()
    assert len(told) == 1 and FORMER in told[0]


async def test_a_promise_whose_queue_is_gone_is_told_once(store: Store, tmp_path: Path) -> None:
    book = book_in(store, tmp_path)
    book.hear(BOOKED)
    await book._ledger.close()
    told: list[str] = []
    for _ in range(2):
        ledger = Ledger(store, told.append)
        ledger.start()
        again = Promises(store, ledger, tmp_path, told.append)
        await again.load()
        assert again.restored({"sales"}).kept == ()
        await ledger.close()
    assert len(told) == 1 and BOOKED.number in told[0] and "care" in told[0]


# ── lab.toml ─────────────────────────────────────────────────────────────────


def test_a_queue_as_a_person_writes_it(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(
        """
        [queues.care]
        members = ["1001-1003", "1007"]
        strategy = "most-skilled"
        skill = "bills"
        levels = [[0, 5], [30, 1]]
        max_length = 20
        full = "say queue.gave_up"
        service_level = 15
        [queues.care.keys]
        2 = "callback"
        3 = "extension 1001"
        [queues.vip]
        priority = 2
        """
    )
    plans = queues_of(Settings.load(tmp_path))
    care = plans["care"]
    assert care.members == ("1001", "1002", "1003", "1007")
    assert (care.level_after(10.0), care.level_after(30.0)) == (5, 1)
    assert care.full == Way("say", "queue.gave_up")
    assert care.keys == {"2": Way("callback"), "3": Way("extension", "1001")}
    assert care.service_level == 15.0
    assert plans["vip"].priority == 2


def test_the_school_has_its_queue_though_nothing_is_written(tmp_path: Path) -> None:
    assert list(queues_of(Settings.load(tmp_path))) == ["care"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"strategy": "psychic"}, {"keys": {"A": "back"}}, {"keys": {"1": "nowhere"}},
        {"full": "extension"}, {"members": ["all"]}, {"stay_if": "free"}, {"nonsense": 1},
        {"levels": []},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QueueArea.model_validate(wrong)


def test_ways_are_read() -> None:
    assert read_way("queue sales") == Way("queue", "sales")
    assert read_way(" busy ") == Way("busy")
    with pytest.raises(ValueError, match="write one of"):
        read_way("moon")


@pytest.mark.feature("TEL-25")
def test_a_member_is_known_by_number_and_pin(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text('[members.8001]\npin = "4711"\npriority = 3\n')
    members = Settings.load(tmp_path).members
    assert find(members, "8001", "4711") == {"priority": "3", "name": ""}
    assert find(members, "8001", "4712") is None
    assert find(members, "8002", "") is None
    assert "4711" not in repr(members)
