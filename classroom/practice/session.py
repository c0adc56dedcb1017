"""Lessons: which customer calls when.

A desk that has been ready and idle for the lesson's gap gets the next customer; so many customers
are on their way as there are such desks, never more. Customers are rendered before they call. The
same lesson seed gives the same customers in the same order.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from sqlmodel import col, select

from classroom.door import wire
from classroom.errors import NotWritten, Refusal
from classroom.floor import Floor
from classroom.practice.opencall import OpenCall, Ordered
from classroom.practice.orders import PlaceCall
from classroom.practice.shelf import Shelf
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.lessons import Lesson
from classroom.words import say
from scenarios.cast import cast_of
from scenarios.model import Scenario

AHEAD: Final = 2
"""So many customers are rendered before they are wanted."""


Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many sentences are rendered, of how many."""


class Voices(Protocol):
    """Renders what customers and the house say."""

    async def set_language(self, lang: wire.Lang, progress: Progress) -> None:
        """Make the house's announcements speak this language."""

    async def customer(
        self, scenario: Scenario, seed: int, given: dict[str, str], progress: Progress
    ) -> dict[str, str | None]:
        """Render a customer, what is likely said first; sentence key → clip."""


class Callers(Protocol):
    """The practice carrier."""

    def place(self, order: PlaceCall) -> None:
        """Have this customer call."""


@dataclass(slots=True)
class _Running:
    row: Lesson
    order: wire.LessonOrder
    scenarios: list[Scenario]
    ready: asyncio.Queue[tuple[Ordered, PlaceCall]] = field(
        default_factory=lambda: asyncio.Queue(AHEAD)
    )
    next: tuple[Ordered, PlaceCall] | None = None
    """Taken from ``ready``, not placed yet."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)
    """Placed, not finished."""
    coming: dict[str, Ordered] = field(default_factory=dict)
    """Placed, not answered yet, the first placed first."""
    ringing: dict[str, str] = field(default_factory=dict)
    """Those of them that ring at a desk → its extension."""
    stopping: bool = False
    rendered: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What is rendered before the first customer calls → how far it is."""
    opened: bool = False
    """The first customer is ready."""

    def arrived(self, order_id: str) -> None:
        """A customer is answered, or has gone."""
        self.coming.pop(order_id, None)
        self.ringing.pop(order_id, None)

    def progress(self, what: str) -> Progress:
        """Make a listener that notes how far something is."""

        def note(done: int, of: int) -> None:
            self.rendered[what] = (done, of)

        return note


class Lessons:
    """The lessons of this classroom; one at a time."""

    def __init__(
        self,
        *,
        store: Store,
        ledger: Ledger,
        floor: Floor,
        shelf: Shelf,
        voices: Voices,
        callers: Callers,
        expect: Callable[[Ordered], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._ledger, self._floor, self._shelf = store, ledger, floor, shelf
        self._voices, self._callers, self._expect = voices, callers, expect
        self._clock = clock
        self._now: _Running | None = None
        self._past: list[_Running] = []
        """Stopped, with calls still under way."""
        self._stirred, self._starting = asyncio.Event(), asyncio.Lock()
        self._free_since: dict[str, float] = {}

    # ── what an instructor asks ──────────────────────────────────────────────

    async def start(self, order: wire.LessonOrder, by: str) -> wire.LessonState:
        """Let customers call; refuses a second lesson and unknown scenarios."""
        async with self._starting:  # two who press at once start one
            return await self._start(order, by)

    async def _start(self, order: wire.LessonOrder, by: str) -> wire.LessonState:
        await self._shelf.renew()
        if self._now is not None:
            raise Refusal(409, "lesson_runs")
        found = [self._shelf.scenario(name) for name in order.scenarios]
        found = found or self._shelf.all(order.lang)
        if not found:
            raise Refusal(404, "no_scenarios")
        if order.scenarios:
            order = order.model_copy(update={"lang": found[0].lang})
        row = Lesson(started=time.time(), by=by, body=order.model_dump())
        async with self._store.write() as session:
            session.add(row)
        running = self._now = _Running(row, order, found)
        running.tasks = [
            asyncio.create_task(self._prepare(running), name="lesson: prepare"),
            asyncio.create_task(self._cue(running), name="lesson: cue"),
        ]
        for task in running.tasks:
            task.add_done_callback(self._notice)
        return self._state(row, running=True)

    async def stop(self, lesson: int) -> wire.LessonState:
        """Place no further calls; those under way go on."""
        if self._now is not None and self._now.row.id == lesson:
            await self._end(self._now)
        async with self._store.read() as session:
            row = await session.get(Lesson, lesson)
        if row is None:
            raise Refusal(404, "no_lesson", lesson=lesson)
        return self._state(row, running=False)

    async def states(self) -> list[wire.LessonState]:
        """The lessons, latest first."""
        await self._ledger.settled()
        async with self._store.read() as session:
            rows = (await session.exec(select(Lesson).order_by(col(Lesson.id).desc()))).all()
        return [self._state(row, running=self._runs(row)) for row in rows]

    def briefing(self, extension: str | None = None) -> wire.Briefing | None:
        """What the next call of a desk is judged by; None where no call is to come.

        Who waits longest gets the first customer on the way, the next one the second.
        """
        running = self._now
        if running is None:
            return None
        on_the_way = [one for name, one in running.coming.items() if name not in running.ringing]
        waiting = sorted(self._free_since, key=lambda desk: self._free_since[desk])
        place = waiting.index(extension) if extension in waiting else len(waiting)
        for name, desk in running.ringing.items():
            if desk == extension:
                on_the_way, place = [running.coming[name]], 0
        if place < len(on_the_way):
            return self._shelf.briefing(on_the_way[place].scenario, on_the_way[place].level)
        number = running.row.placed + 1 + place - len(on_the_way)
        if running.order.calls is not None and number > running.order.calls:
            return None
        scenario = _chosen(running.scenarios, number)
        return self._shelf.briefing(scenario, running.order.level or scenario.level)

    async def scenarios(self) -> list[wire.ScenarioRow]:
        """Every scenario there is."""
        await self._shelf.renew()
        return self._shelf.rows()

    async def close(self) -> None:
        """End the lesson under way."""
        if self._now is not None:
            with contextlib.suppress(NotWritten):
                await self._end(self._now)

    # ── what happens ─────────────────────────────────────────────────────────

    def stir(self) -> None:
        """A desk changed: look who is free."""
        now = self._clock()
        for extension, desk in self._floor.desks.items():
            free = desk.duty == "ready" and desk.activity == "idle" and desk.registered
            if not free:
                self._free_since.pop(extension, None)
            elif extension not in self._free_since:
                self._free_since[extension] = now
        self._stirred.set()

    def moved(self, call: OpenCall) -> None:
        """A call went on; an answered or ended one leaves its place to the next."""
        if self._now is None or call.ordered is None:
            return
        order_id = call.ordered.order_id
        if call.answered or call.ended or call.row.state == "ended":
            self._now.arrived(order_id)
        elif call.row.state == "ringing" and order_id in self._now.coming:
            self._now.ringing[order_id] = call.row.extension or ""
        else:
            self._now.ringing.pop(order_id, None)
        if call.row.state == "ended" and not call.answered:
            self.finished(call)
        self._stirred.set()

    def finished(self, call: OpenCall) -> None:
        """A call is over and marked."""
        if call.ordered is None:
            return
        order_id = call.ordered.order_id
        for running in [*self._past, *([self._now] if self._now else [])]:
            if order_id in running.under_way:
                running.under_way.remove(order_id)
                running.arrived(order_id)
                running.row.finished += 1
                self._ledger.keep(running.row)
        self._past = [running for running in self._past if running.under_way]
        self._stirred.set()

    # ── the two tasks of a lesson ────────────────────────────────────────────

    async def _prepare(self, running: _Running) -> None:
        """Render the house's announcements, then one customer after the other."""
        await self._voices.set_language(running.order.lang, running.progress("announcements"))
        number = 0
        while running.order.calls is None or number < running.order.calls:
            number += 1
            customer = await self._customer(running, number)
            running.opened = True
            await running.ready.put(customer)

    async def _customer(self, running: _Running, number: int) -> tuple[Ordered, PlaceCall]:
        scenario = _chosen(running.scenarios, number)
        seed = seed_of(running.order.seed, number)
        order_id = f"L{running.row.id}-{number:04}"
        facts = self._shelf.facts(scenario, seed, min(self._free_since, default="1001"))
        given = {name: value for name, value in facts.items() if name in ("agent", "company")}
        listener = running.progress("customer") if number == 1 else _unheard
        clips = await self._voices.customer(scenario, seed, given, listener)
        level = running.order.level or scenario.level
        placed = PlaceCall(
            order_id=order_id, scenario=scenario.id, seed=seed, lang=scenario.lang, level=level,
            caller=cast_of(scenario, seed).number, dials=scenario.line.dials, clips=clips,
            knows_menu=running.order.know_menu, packs=self._shelf.packs,
        )  # fmt: skip
        return Ordered(order_id, running.row.id or 0, scenario, seed, level), placed

    async def _cue(self, running: _Running) -> None:
        """Place a customer whenever more desks wait than customers are on their way."""
        while not self._is_over(running):
            self._stirred.clear()
            wait = self._next_wait(running)
            if wait == 0.0:
                running.next = running.next or await running.ready.get()
                if self._next_wait(running) == 0.0:
                    self._place(running, *running.next)
                    running.next = None
                    continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), wait or None)
        await self._close(running)

    def _place(self, running: _Running, ordered: Ordered, order: PlaceCall) -> None:
        running.row.placed += 1
        running.under_way.add(ordered.order_id)
        running.coming[ordered.order_id] = ordered
        self._ledger.keep(running.row)
        self._expect(ordered)
        self._callers.place(order)

    def _next_wait(self, running: _Running) -> float | None:
        """Seconds until a customer is due; None: not before something happens."""
        limit = running.order.calls
        if running.stopping or (limit is not None and running.row.placed >= limit):
            return None
        since = sorted(self._free_since.values())[len(running.coming) :]
        if not since:
            return None
        return max(0.0, since[0] + running.order.gap_seconds - self._clock())

    def _is_over(self, running: _Running) -> bool:
        limit = running.order.calls
        return limit is not None and running.row.placed >= limit and not running.under_way

    def _notice(self, task: asyncio.Task[None]) -> None:
        """A lesson that breaks must not stand still in silence."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._floor.alarm(say("lesson_broke", why=f"{type(error).__name__}: {error}"))

    # ── underneath ───────────────────────────────────────────────────────────

    async def _end(self, running: _Running) -> None:
        running.stopping = True
        for task in running.tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._close(running)

    async def _close(self, running: _Running) -> None:
        running.row.ended = time.time()
        self._ledger.keep(running.row)
        if self._now is running:
            self._now = None
            self._past += [running] if running.under_way else []
        await self._ledger.settled()

    def _runs(self, row: Lesson) -> bool:
        return self._now is not None and self._now.row.id == row.id

    def _state(self, row: Lesson, *, running: bool) -> wire.LessonState:
        now = self._now if self._now is not None and self._now.row.id == row.id else None
        counts = list(now.rendered.values()) if now else []
        return wire.LessonState(
            id=row.id or 0,
            order=wire.LessonOrder.model_validate(row.body),
            placed=row.placed,
            finished=row.finished,
            running=running,
            prepared=sum(done for done, _ in counts) + (now is None or now.opened),
            to_prepare=sum(of for _, of in counts) + 1,
        )


def _unheard(done: int, of: int) -> None:
    """Later customers are rendered while others call; nobody waits for them."""


def _chosen(scenarios: list[Scenario], number: int) -> Scenario:
    """Customers take turns."""
    return scenarios[(number - 1) % len(scenarios)]


def seed_of(lesson_seed: int, number: int) -> int:
    """The seed of a lesson's customer number so-and-so; the first one has the lesson's own."""
    return lesson_seed if number == 1 else zlib.crc32(f"{lesson_seed}/{number}".encode())
