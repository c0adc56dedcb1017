"""Actors for screen tests: they implement the product's protocols and play what a test tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from classroom.door.control import News, Order
from classroom.door.customers import Customer, CustomerEdit
from classroom.door.lines import ConferenceTape, LinesState
from classroom.door.queues import QueueState
from classroom.door.wire import (
    Action,
    Briefing,
    CallRecord,
    DeskState,
    Duty,
    FloorEvent,
    Health,
    Lang,
    LessonOrder,
    LessonState,
    Session,
    SipAccount,
    Verdict,
    Wrapup,
)
from lab.errors import Refused, ServerLost, SoundLater, TelephoneLost
from lab.seat.telephone import CallEnded, Rang, Registered, TelephoneCall, TelephoneEvent
from tests.stage.flows import StageFlows
from tests.stage.letters import StageLetters
from tests.stage.seats import StageSeat


class StageDoor(StageFlows, StageSeat, StageLetters):
    """A server of one person: remembers what was asked and plays floor events."""

    def __init__(self, session: Session, *, password: str = "lab") -> None:
        StageFlows.__init__(self)
        StageSeat.__init__(self)
        StageLetters.__init__(self)
        self.session = session
        self.password = password
        self.told: asyncio.Queue[FloorEvent | ServerLost] = asyncio.Queue()
        self.asked: list[tuple[str, object]] = []
        self.offline = False
        self.wav: bytes | None = b"RIFF"
        self.spoke_for: list[str | None] = []
        """The calls that lines were spoken in."""
        self.speaks = asyncio.Event()
        self.speaks.set()
        self.the_briefing: Briefing | None = None
        self.the_desks: list[DeskState] = []
        self.the_lesson: LessonState | None = None
        self.the_lines = LinesState(channels=[], waiting=[], conferences=[])
        self.the_tapes: list[ConferenceTape] = []
        self.the_queues: list[QueueState] = []
        self.alarms: list[str] = []
        self.the_customers: list[Customer] = []

    def tell(self, *events: FloorEvent) -> None:
        for event in events:
            self.told.put_nowait(event)

    def lose(self) -> None:
        """The server goes away until ``come_back``."""
        self.offline = True
        self.told.put_nowait(ServerLost("gone"))

    def come_back(self) -> None:
        self.offline = False

    def _ask(self, what: str, value: object = None) -> None:
        if self.offline:
            raise ServerLost("gone")
        self.asked.append((what, value))

    def asked_for(self, what: str) -> list[object]:
        return [value for name, value in self.asked if name == what]

    async def login(self, login: str, password: str) -> Session:
        self._ask("login", login)
        if password != self.password:
            raise Refused("no", status=401)
        return self.session

    def _proves(self, password: str) -> bool:
        return password == self.password

    async def consent(self) -> None:
        self._ask("consent")

    async def close(self) -> None:
        self.asked.append(("close", None))

    async def floor(self) -> AsyncIterator[FloorEvent]:
        self._ask("floor")
        while True:
            event = await self.told.get()
            if isinstance(event, ServerLost):
                raise event
            yield event

    async def desk(self, duty: Duty, reason: str = "") -> DeskState:
        self._ask("desk", (duty, reason))
        extension = self.session.sip.extension if self.session.sip else ""
        return DeskState(
            extension=extension,
            name=self.session.name,
            duty=duty,
            reason=reason,
            activity="idle",
            since=0,
        )

    async def briefing(self) -> Briefing | None:
        self._ask("briefing")
        return self.the_briefing

    async def act(self, call_id: str, action: Action) -> None:
        self._ask("act", action)

    async def wrap_up(self, call_id: str, wrapup: Wrapup) -> None:
        self._ask("wrap_up", wrapup)

    async def call(self, call_id: str) -> CallRecord:
        self._ask("call", call_id)
        for record in self.the_calls:
            if record.summary.call_id == call_id:
                return record
        raise Refused("no such call", status=404)

    async def speech(
        self, text: str, call_id: str | None = None, *, lang: Lang | None = None
    ) -> bytes:
        self._ask("speech", text)
        self.spoke_for.append(call_id)
        await self.speaks.wait()
        if self.wav is None:
            raise SoundLater("busy", 503)
        return self.wav

    async def desks(self) -> Sequence[DeskState]:
        self._ask("desks")
        return self.the_desks

    async def customers(
        self, find: str = "", *, played: bool = False, limit: int = 100, after: str = ""
    ) -> Sequence[Customer]:
        self._ask("customers", (find, played))
        return [
            one for one in self.the_customers if find in one.name and bool(one.played) == played
        ]

    async def change_customer(self, customer: int, edit: CustomerEdit) -> Customer:
        self._ask("change_customer", edit)
        at = next(at for at, one in enumerate(self.the_customers) if one.id == customer)
        one = self.the_customers[at]
        if one.version != edit.version:
            raise Refused("somebody was quicker", 409)
        new = {**edit.changes(), "version": one.version + 1}
        self.the_customers[at] = one.model_copy(update=new)
        return self.the_customers[at]

    async def lines(self) -> LinesState:
        self._ask("lines")
        return self.the_lines

    async def queues(self) -> Sequence[QueueState]:
        self._ask("queues")
        return self.the_queues

    async def conferences(self) -> Sequence[ConferenceTape]:
        self._ask("conferences")
        return self.the_tapes

    async def conference_recording(self, tape: str) -> bytes:
        self._ask("conference_recording", tape)
        return b"RIFF"

    async def recording(self, call_id: str) -> bytes:
        self._ask("recording", call_id)
        return b"RIFF"

    async def judge(self, call_id: str, verdict: Verdict) -> None:
        self._ask("judge", verdict)
        record = next(r for r in self.the_calls if r.summary.call_id == call_id)
        record.verdicts.append(verdict.model_copy(update={"by": self.session.name}))

    async def health(self) -> Health:
        self._ask("health")
        return Health(
            version="0", line="practice", calls=0, desks=0, alarms=self.alarms, voice="tone"
        )

    async def scenarios(self) -> Sequence[tuple[str, str, str]]:
        self._ask("scenarios")
        return [
            ("broadband_bill", "宽带账单多扣三十元", "zh"),
            ("hard_of_hearing", "听不清的老人", "zh"),
            ("order_inquiry", "Where is my order", "en"),
        ]

    async def lessons(self) -> Sequence[LessonState]:
        self._ask("lessons")
        return [self.the_lesson] if self.the_lesson else []

    async def start_lesson(self, order: LessonOrder) -> LessonState:
        self._ask("start_lesson", order)
        self.the_lesson = LessonState(id=1, order=order, placed=0, finished=0, running=True)
        return self.the_lesson

    async def stop_lesson(self, lesson: int) -> LessonState:
        self._ask("stop_lesson", lesson)
        assert self.the_lesson is not None
        self.the_lesson = self.the_lesson.model_copy(update={"running": False})
        return self.the_lesson


class StageControls:
    """A hand on a switchboard of one person: remembers orders and plays news."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[News | ServerLost] = asyncio.Queue()
        self.done: list[tuple[str, dict[str, Any]]] = []
        self.refusal = ""
        self.takes = asyncio.Event()
        """Set: orders are carried out at once."""
        self.takes.set()
        self.closed = False

    def tell(self, event: str, **fields: Any) -> None:
        self.told.put_nowait(News(event=event, fields=fields))

    async def do(self, order: type[Order], **values: Any) -> None:
        asked = order(id="1", **values)
        await self.takes.wait()
        if self.refusal:
            raise Refused(self.refusal, 409)
        self.done.append((type(asked).__name__, values))

    async def news(self, *events: str, own: bool = False) -> AsyncIterator[News]:
        while True:
            item = await self.told.get()
            if isinstance(item, ServerLost):
                raise item
            if not events or item.event in events:
                yield item

    async def close(self) -> None:
        self.closed = True


class StageCall:
    """A call at the stage telephone; ``done`` lists what the seat did with it."""

    def __init__(self, caller: str) -> None:
        self.caller = caller
        self.supervises = self.conference = ""
        self.hears = True
        """Somebody takes the words."""
        self.done: list[object] = []
        self.sounds: list[float | None] = []

    async def answer(self) -> None:
        self.done.append("answer")

    async def hang_up(self) -> None:
        self.done.append("hang_up")

    async def hold(self) -> None:
        self.done.append("hold")

    async def resume(self) -> None:
        self.done.append("resume")

    async def mute(self, muted: bool) -> None:
        self.done.append(("mute", muted))

    async def press(self, digits: str) -> None:
        self.done.append(("press", digits))

    async def say(self, text: str, *, picked: str | None, sound: float | None = None) -> None:
        if not self.hears:
            raise TelephoneLost("SIP 403")
        self.done.append(("say", text, picked))
        self.sounds.append(sound)

    async def play(self, clips: Sequence[str]) -> None:
        self.done.append("play")


class StageTelephone:
    """A telephone without a wire."""

    def __init__(self, account: SipAccount | None = None) -> None:
        self.account = account
        self.happened: asyncio.Queue[TelephoneEvent] = asyncio.Queue()
        self.closed = False
        self.registered_again = 0

    def again(self) -> None:
        self.registered_again += 1

    async def start(self) -> None:
        self.happened.put_nowait(Registered())

    async def close(self) -> None:
        self.closed = True

    async def events(self) -> AsyncIterator[TelephoneEvent]:
        while True:
            yield await self.happened.get()

    def ring(self, caller: str, supervises: str = "", conference: str = "") -> StageCall:
        call = StageCall(caller)
        call.supervises, call.conference = supervises, conference
        self.happened.put_nowait(Rang(call))
        return call

    def end(self, call: TelephoneCall) -> None:
        self.happened.put_nowait(CallEnded(call))
