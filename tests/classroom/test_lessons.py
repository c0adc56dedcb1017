from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from classroom.bus import Bus
from classroom.door import wire
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.practice.opencall import OpenCall, Ordered
from classroom.practice.orders import PlaceCall
from classroom.practice.session import Lessons, Progress, seed_of
from classroom.practice.shelf import Shelf
from classroom.store.calls import Call
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from scenarios.model import Scenario

pytestmark = pytest.mark.unit

ORDER = wire.LessonOrder(scenarios=["order-inquiry"], lang="en", seed=7, gap_seconds=0.0)


class Stage:
    """A floor with three desks and a carrier that notes who is to call."""

    def __init__(self, store: Store) -> None:
        self.floor = Floor(Bus())
        self.ledger = Ledger(store, self.floor.alarm)
        self.expected: dict[str, Ordered] = {}
        self.placed: asyncio.Queue[PlaceCall] = asyncio.Queue()
        self.languages: list[str] = []
        self.lessons = Lessons(
            store=store, ledger=self.ledger, floor=self.floor, shelf=Shelf(), voices=self,
            callers=self, expect=lambda one: self.expected.update({one.order_id: one}),
        )  # fmt: skip

    async def set_language(self, lang: wire.Lang, progress: Progress) -> None:
        self.languages.append(lang)

    async def customer(
        self, scenario: Scenario, seed: int, given: dict[str, str], progress: Progress
    ) -> dict[str, str | None]:
        return {"hello": f"{seed}.wav"}

    def place(self, order: PlaceCall) -> None:
        self.placed.put_nowait(order)

    def desk(self, extension: str, duty: wire.Duty, activity: wire.Activity = "idle") -> None:
        self.floor.set_desk(
            wire.DeskState(
                extension=extension, name="", duty=duty, activity=activity, since=0, registered=True
            )
        )
        self.lessons.stir()

    def call(self, order_id: str, state: wire.CallState) -> OpenCall:
        row = Call(id=order_id, state=state, started=0, began_clock=0)
        call = OpenCall(row, self.expected[order_id])
        if state == "talking":
            row.answered_clock = 1.0
        return call

    async def next(self) -> PlaceCall:
        return await asyncio.wait_for(self.placed.get(), 60)


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    stage = Stage(store)
    stage.ledger.start()
    yield stage
    await stage.lessons.close()
    await stage.ledger.close()


async def test_every_free_desk_gets_one_customer_and_no_more(stage: Stage) -> None:
    stage.desk("1001", "ready")
    stage.desk("1002", "ready")
    stage.desk("1003", "break")
    await stage.lessons.start(ORDER, "teacher")
    first, second = await stage.next(), await stage.next()
    assert [first.order_id, second.order_id] == ["L1-0001", "L1-0002"]
    assert first.dials == "2025550100" and first.clips == {"hello": "7.wav"}
    assert stage.placed.empty() and stage.languages == ["en"]
    stage.desk("1001", "ready", "talking")
    stage.lessons.moved(stage.call(first.order_id, "talking"))
    stage.desk("1003", "ready")
    assert (await stage.next()).order_id == "L1-0003"
    assert stage.placed.empty()


async def test_the_same_seed_gives_the_same_customers(stage: Stage) -> None:
    assert seed_of(7, 1) == 7
    assert seed_of(7, 2) == seed_of(7, 2) != seed_of(8, 2)


async def test_two_who_start_a_lesson_at_once_start_one(stage: Stage) -> None:
    both = (stage.lessons.start(ORDER, "teacher"), stage.lessons.start(ORDER, "other"))
    found = await asyncio.gather(*both, return_exceptions=True)
    assert [isinstance(one, Refusal) for one in found] == [False, True]
    assert len(await stage.lessons.states()) == 1


async def test_a_lesson_ends_after_its_last_call(stage: Stage) -> None:
    stage.desk("1001", "ready")
    lesson = await stage.lessons.start(ORDER.model_copy(update={"calls": 1}), "teacher")
    order = await stage.next()
    running = stage.lessons._now
    assert running
    with pytest.raises(Refusal, match="stop it first"):
        await stage.lessons.start(ORDER, "teacher")
    stage.lessons.moved(stage.call(order.order_id, "talking"))
    assert stage.placed.empty()
    stage.lessons.finished(stage.call(order.order_id, "graded"))
    await asyncio.wait_for(asyncio.gather(*running.tasks), 60)
    (state,) = await stage.lessons.states()
    assert (state.id, state.placed, state.finished, state.running) == (lesson.id, 1, 1, False)


async def test_stopping_leaves_calls_under_way_alone_and_counts_them(stage: Stage) -> None:
    stage.desk("1001", "ready")
    lesson = await stage.lessons.start(ORDER, "teacher")
    order = await stage.next()
    assert not (await stage.lessons.stop(lesson.id)).running
    stage.lessons.finished(stage.call(order.order_id, "graded"))
    assert (await stage.lessons.states())[0].finished == 1
    with pytest.raises(Refusal, match="no lesson 99"):
        await stage.lessons.stop(99)


async def test_unknown_scenarios_are_refused(stage: Stage) -> None:
    with pytest.raises(Refusal, match="no scenario nobody"):
        await stage.lessons.start(ORDER.model_copy(update={"scenarios": ["nobody"]}), "teacher")


async def test_the_briefing_tells_what_is_judged(stage: Stage) -> None:
    assert stage.lessons.briefing() is None
    await stage.lessons.start(ORDER, "teacher")
    briefing = stage.lessons.briefing()
    assert briefing and briefing.scenario == "order-inquiry" and not briefing.own_words_count
    assert round(sum(item.weight for item in briefing.judged)) == 100


@pytest.mark.parametrize(
    ("name", "wanted", "level", "own_words", "mark"),
    [
        ("order-inquiry", None, 1, False, 60),
        ("broadband-bill", None, 2, False, 60),
        ("broadband-elderly", None, 3, True, 70),
        ("broadband-elderly", 1, 1, False, 60),
        ("order-inquiry", 5, 5, True, 70),
    ],
)
async def test_a_customer_is_played_at_the_own_level_unless_the_lesson_says_another(
    stage: Stage, name: str, wanted: int | None, level: int, own_words: bool, mark: float
) -> None:
    lang: wire.Lang = "en" if name == "order-inquiry" else "zh"
    order = wire.LessonOrder(scenarios=[name], lang=lang, gap_seconds=0.0, level=wanted)
    await stage.lessons.start(order, "teacher")
    stage.desk("1001", "ready")
    briefing = stage.lessons.briefing()
    placed = await stage.next()
    assert briefing and briefing.level == placed.level == level
    assert stage.expected[placed.order_id].level == level
    assert (briefing.own_words_count, briefing.pass_mark) == (own_words, mark)


async def test_a_desk_reads_of_the_customer_who_is_on_the_way_to_it(stage: Stage) -> None:
    names = ["broadband-bill", "broadband-elderly", "order-inquiry"]
    order = wire.LessonOrder(scenarios=names, lang="zh", gap_seconds=0.0, calls=3)

    def read(extension: str) -> str | None:
        found = stage.lessons.briefing(extension)
        return found and found.scenario

    await stage.lessons.start(order, "teacher")
    assert read("1001") == names[0]
    stage.desk("1001", "ready")
    first = await stage.next()
    assert (read("1001"), read("1002")) == (names[0], names[1])  # Placed already, still to come.
    stage.desk("1002", "ready")
    second = await stage.next()
    assert (read("1001"), read("1002"), read("1003")) == tuple(names)
    rings = stage.call(first.order_id, "ringing")
    rings.row.extension = "1001"
    stage.lessons.moved(rings)
    stage.desk("1001", "ready", "offered")
    assert (read("1001"), read("1002"), read("1003")) == tuple(names)
    stage.lessons.moved(stage.call(first.order_id, "queued"))  # Nobody answered: 1002 is next.
    stage.desk("1001", "break")
    assert (read("1002"), read("1001")) == (names[0], names[1])
    for one in (first, second):
        stage.lessons.moved(stage.call(one.order_id, "talking"))
    stage.desk("1002", "ready", "talking")
    stage.desk("1003", "ready")
    third = await stage.next()
    assert read("1003") == names[2]
    stage.lessons.moved(stage.call(third.order_id, "talking"))
    assert read("1003") is None  # The lesson has no further customer.
