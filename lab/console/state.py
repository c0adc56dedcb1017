"""What the console knows of the floor at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from classroom.door.wire import (
    Alarm,
    CallChanged,
    CallSummary,
    Caption,
    DeskChanged,
    DeskState,
    FloorEvent,
    Graded,
    LessonState,
)
from lab.seat.state import SeatState, Spoken

TALK_KEPT = 60
"""Utterances of a call that the live talk keeps."""


@dataclass(slots=True)
class FloorState:
    """Desks, calls, live talk, alarms and the lesson."""

    name: str = ""
    own: SeatState = field(default_factory=SeatState)
    """The supervisor's own desk: a call that was taken over has a summary to write."""
    connected: bool = True
    desks: dict[str, DeskState] = field(default_factory=dict)
    began: dict[str, float] = field(default_factory=dict)
    """When each desk last changed, on the console's clock."""
    calls: dict[str, CallSummary] = field(default_factory=dict)
    talk: dict[str, list[Spoken]] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    lesson: LessonState | None = None
    titles: dict[str, str] = field(default_factory=dict)
    """Scenario → its title."""

    def take(self, event: FloorEvent, now: float) -> None:
        """Let one event of the floor in."""
        self.own.take(event, now)
        match event:
            case DeskChanged(desk=desk):
                self._desk(desk, now)
            case CallChanged(call=call):
                self.calls[call.call_id] = call
            case Caption(call_id=call_id):
                self._hear(call_id, event)
            case Graded(call_id=call_id, scorecard=card) if call_id in self.calls:
                changes = {
                    "score": card.score,
                    "passed": card.passed,
                    "waits": card.waits or bool(card.suspected),
                    "state": "graded",
                }
                self.calls[call_id] = self.calls[call_id].model_copy(update=changes)
            case Alarm(text=text) if text not in self.alarms:
                self.alarms.append(text)
            case _:
                pass

    def read(
        self,
        desks: Sequence[DeskState],
        calls: Sequence[CallSummary],
        alarms: Sequence[str],
        lessons: Sequence[LessonState],
        now: float,
    ) -> None:
        """Everything as the server has it, after coming in or coming back."""
        self.desks = {}
        for desk in desks:
            self._desk(desk, self.began.get(desk.extension, now))
        self.calls = {call.call_id: call for call in calls}
        self.alarms = list(alarms)
        self.see_lessons(lessons)

    def see_lessons(self, lessons: Sequence[LessonState]) -> None:
        """The lesson that runs, else the latest."""
        running = [lesson for lesson in lessons if lesson.running]
        latest = sorted(lessons, key=lambda lesson: lesson.id)[-1:]
        self.lesson = next(iter(running or latest), None)

    def title_of(self, scenario: str | None) -> str:
        """A scenario's title, or its id while the titles are not known."""
        return self.titles.get(scenario or "", scenario or "")

    @property
    def seats(self) -> list[DeskState]:
        """The desks: those with a telephone first, then by extension."""
        return sorted(self.desks.values(), key=lambda desk: (not desk.registered, desk.extension))

    @property
    def latest(self) -> list[CallSummary]:
        """The calls, latest first."""
        return sorted(self.calls.values(), key=lambda call: -call.started)

    def count(self) -> tuple[int, int, int]:
        """How many desks are ready and idle, in a call, wrapping up."""
        desks = self.desks.values()
        ready = sum(desk.duty == "ready" and desk.activity == "idle" for desk in desks)
        talking = sum(desk.activity in ("talking", "holding", "offered") for desk in desks)
        return ready, talking, sum(desk.activity == "wrapping" for desk in desks)

    def _desk(self, desk: DeskState, now: float) -> None:
        old = self.desks.get(desk.extension)
        if old is None or (old.duty, old.activity) != (desk.duty, desk.activity):
            self.began[desk.extension] = now
        self.desks[desk.extension] = desk

    def _hear(self, call_id: str, caption: Caption) -> None:
        said = self.talk.setdefault(call_id, [])
        line = Spoken(caption.who, caption.text, caption.at, caption.speaking)
        for index, known in enumerate(said):
            if (known.who, known.at) == (caption.who, caption.at):
                said[index] = line
                return
        said.append(line)
        del said[:-TALK_KEPT]
