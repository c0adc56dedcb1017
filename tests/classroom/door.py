"""A door with real people, records, floor, bus, HTTP and WebSocket; the rooms behind answer simply."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from classroom.answering import Answering
from classroom.bus import Bus
from classroom.business.counter import Counter
from classroom.business.customers import Customers
from classroom.business.letters.room import LetterRoom
from classroom.control import ControlDesk
from classroom.door import wire
from classroom.door.api.app import application
from classroom.door.api.house import House
from classroom.door.api.keys import Doorkeeper, Keys
from classroom.door.api.listen import OpenDoor, bind
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.plan import queues_of
from classroom.practice.opencall import OpenCall
from classroom.practice.shelf import Shelf
from classroom.queues.callbacks import Promises
from classroom.queues.hall import Hall
from classroom.roll import Roll
from classroom.school.people import People
from classroom.settings import Settings
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.store.records import Records
from classroom.store.upgrade import prepare
from telephony.switchboard import Switchboard

CARD = wire.Scorecard(rubric="r", version="1", score=80, out_of=100, passed=True, findings=[])


@dataclass
class Rooms:
    """Stands for switchboard, lessons, calls and speech; remembers what it was told."""

    floor: Floor
    told: list[tuple[str, ...]] = field(default_factory=list)
    busy: bool = False
    engine: str = "tone"
    break_next: bool = False
    calls: dict[str, OpenCall] = field(default_factory=dict)
    drafts: dict[tuple[str, str], wire.Wrapup] = field(default_factory=dict)

    def extend_wrapup(self, extension: str, seconds: float) -> None:
        self.told.append(("more wrapup", extension, seconds))
        desk = self.floor.desks[extension]
        until = min((desk.until or 0.0) + seconds, desk.since + 600.0)
        self.floor.set_desk(desk.model_copy(update={"until": until}))

    def set_duty(self, extension: str, duty: wire.Duty, reason: str) -> None:
        self.told.append(("duty", extension, duty, reason))
        desk = self.floor.desks[extension]
        self.floor.set_desk(desk.model_copy(update={"duty": duty, "reason": reason}))

    async def start(self, order: wire.LessonOrder, by: str) -> wire.LessonState:
        if order.scenarios == ["nobody"]:
            raise Refusal(404, "no_scenario", scenario="nobody")
        return wire.LessonState(id=1, order=order, placed=0, finished=0, running=True)

    async def stop(self, lesson: int) -> wire.LessonState:
        raise Refusal(404, "no_lesson", lesson=lesson)

    async def states(self) -> list[wire.LessonState]:
        return []

    def briefing(self, extension: str | None = None) -> wire.Briefing | None:
        return None

    async def scenarios(self) -> list[wire.ScenarioRow]:
        if self.break_next:
            raise ZeroDivisionError
        return [wire.ScenarioRow(id="bill", title="Bill", lang="zh", level=1)]

    def act(self, call_id: str, action: wire.Action, by: str = "") -> None:
        self.told.append(("act", call_id, action.what, action.value))

    def draft(self, call_id: str, written: wire.Wrapup, by: str) -> None:
        self.drafts[call_id, by] = written

    def drafted(self, call_id: str, by: str) -> wire.Wrapup:
        return self.drafts[call_id, by]

    def wrap_up(self, call_id: str, wrapup: wire.Wrapup, by: str) -> None:
        self.told.append(("wrapup", call_id, wrapup.disposition, by))

    def speak_later(self, call_id: str, text: str) -> None:
        self.told.append(("later", call_id, text))

    async def model(self, call_id: str) -> wire.ModelAnswer | None:
        return None

    async def regrade(self, call_id: str) -> wire.Scorecard:
        return CARD

    async def judge(self, call_id: str, verdict: wire.Verdict) -> None:
        self.told.append(("verdict", call_id, str(verdict.score), verdict.by))

    async def say(self, text: str, lang: wire.Lang, voice: str | None) -> bytes | None:
        return None if self.busy else b"RIFF" + text.encode()


@dataclass
class Place:
    """A running door."""

    server: str
    house: House
    rooms: Rooms
    store: Store
    door: OpenDoor


def no_switchboard() -> Switchboard:
    raise AssertionError("this door opens onto no switchboard")


@asynccontextmanager
async def furnished(
    data: Path, answering: Answering | None = None
) -> AsyncIterator[tuple[House, Rooms, Store]]:
    """A school of two students and an instructor (password = login), behind no door yet."""
    settings = Settings.load(data)
    prepare(settings.database)
    store = Store(settings.database)
    people = People(store)
    if not await people.everybody():
        await people.enrol("teacher", "T", "instructor", None, "teacher")
        await people.enrol("s01", "A", "student", "1001", "s01")
        await people.enrol("s02", "B", "student", "1002", "s02")
    bus = Bus()
    floor = Floor(bus, settings.seats.resting)
    for extension in ("1001", "1002"):
        floor.set_desk(
            wire.DeskState(
                extension=extension, name="", duty="off", activity="idle", since=0, registered=True
            )
        )
    rooms = Rooms(floor)
    queues = Hall(
        queues_of(settings),
        data,
        floor,
        Promises(store, Ledger(store, floor.alarm), data, floor.alarm),
    )
    roll = Roll(await people.everybody())
    customers = Customers(store, settings.numbers.place, called=roll.named)
    post = LetterRoom(settings, store, customers, floor, roll.named)
    counter = Counter(store, customers, floor, roll, Shelf(), rooms, letters=post.letters.past)
    house = House(
        settings=settings, sip_port=5060, version="0", keys=Keys(data / "door.key", 1.0),
        doorkeeper=Doorkeeper(), people=people, records=Records(store, data), bus=bus, floor=floor,
        desks=rooms, lessons=rooms, calls=rooms, mouth=rooms,
        control=ControlDesk(no_switchboard, floor, dict), answering=answering, queues=queues,
        counter=counter, post=post,
    )  # fmt: skip
    try:
        yield house, rooms, store
    finally:
        await counter.close()
        queues.close()
        await store.close()


@asynccontextmanager
async def open_door(
    data: Path, *, port: int = 0, answering: Answering | None = None
) -> AsyncIterator[Place]:
    """Serve that school."""
    async with furnished(data, answering) as (house, rooms, store):
        door = OpenDoor(application(house), bind("127.0.0.1", port))
        await door.start()
        try:
            yield Place(f"127.0.0.1:{door.port}", house, rooms, store, door)
        finally:
            house.bus.close()
            await door.close()
