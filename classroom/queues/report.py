"""What ``queue_log`` says of queues and agents: read from the lines alone, as any report tool would.

Who counts as what is said in ``telephony.pbx.service``; the figures here and on the console are the same
ones. A caller who keeps the place for a callback is booked, neither left nor answered, and the callback that
reaches the caller is called back, not answered: nobody is counted twice, or makes the level better or worse
by that. An agent's answers are all that the agent took, callbacks too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from classroom.queues.log import CALLBACK, Entry
from telephony.pbx.service import level

LEFT = ("EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY")


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as in time in a queue, and as hung up at once; seconds."""

    service_level: float = 20.0
    short_abandon: float = 5.0


USUAL: Final = Limits()


@dataclass(slots=True)
class AgentLine:
    """One agent in one queue."""

    agent: str
    answered: int = 0
    missed: int = 0
    talked: int = 0
    """Seconds."""


@dataclass(slots=True)
class QueueLine:
    """One queue."""

    queue: str
    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    short: int = 0
    left: int = 0
    waited: int = 0
    """Seconds that the answered had waited."""
    talked: int = 0
    booked: int = 0
    called_back: int = 0
    given_up: int = 0
    full: int = 0
    """Turned away: the line had reached its length."""
    empty: int = 0
    """Turned away: too few were there to serve."""
    agents: dict[str, AgentLine] = field(default_factory=dict)

    @property
    def level(self) -> float | None:
        """Share answered in time of all that are decided, callbacks and short abandons left out."""
        turned_away = self.full + self.empty
        return level(self.in_time, self.answered, self.abandoned, self.left, turned_away)

    @property
    def speed(self) -> float | None:
        """Average seconds to an answer."""
        return self.waited / self.answered if self.answered else None

    def agent(self, name: str) -> AgentLine:
        """The line of one agent."""
        return self.agents.setdefault(name, AgentLine(name))

    def talk(self, name: str, seconds: int) -> None:
        """Count how long an agent talked, to the end or until the call was passed on."""
        self.talked += seconds
        self.agent(name).talked += seconds


@dataclass(slots=True)
class DoorLine:
    """Callers who were turned away before any queue."""

    blocked: int = 0
    """On the blacklist: they heard the busy tone."""
    closed: int = 0
    """Out of hours or on a holiday, and nobody who has duty took the call."""
    lines_full: int = 0
    """Every channel of the trunk was in use."""

    @property
    def turned_away(self) -> int:
        """All of them."""
        return self.blocked + self.closed + self.lines_full


@dataclass(slots=True)
class Book:
    """What a log says: queue by queue, and of those who came into none."""

    limits: Mapping[str, Limits] = field(default_factory=dict)
    """Queue → its own limits, where they are known."""
    lines: dict[str, QueueLine] = field(default_factory=dict)
    door: DoorLine = field(default_factory=DoorLine)
    gone: dict[str, str] = field(default_factory=dict)
    """Call → as what its caller was counted who may yet turn out to have a callback."""
    called_back: set[str] = field(default_factory=set)
    """Calls that are callbacks."""

    @property
    def queues(self) -> list[QueueLine]:
        """The queues by name."""
        return [self.lines[name] for name in sorted(self.lines)]

    def take(self, entry: Entry) -> None:
        """Count one line."""
        if entry.event == "INFO" and entry.queue == "NONE":
            return self._at_the_door(entry.data[0] if entry.data else "")
        if entry.queue == "NONE":
            return None
        line = self.lines.setdefault(entry.queue, QueueLine(entry.queue))
        if entry.event == "INFO":
            return self._info(line, entry)
        return self._count(line, entry)

    def _at_the_door(self, what: str) -> None:
        self.door.blocked += what == "BLOCKED"
        self.door.closed += what == "CLOSED"
        self.door.lines_full += what == "LINESFULL"

    def _info(self, line: QueueLine, entry: Entry) -> None:
        match entry.data:
            case ("TURNEDAWAY", ("full" | "empty") as why, *_):
                self._gone(line, entry.call, why)
            case (kind, "BOOKED", *_) if kind == CALLBACK:
                line.booked += 1
                if was := self.gone.pop(entry.call, ""):
                    setattr(line, was, getattr(line, was) - 1)
            case (kind, "REACHED", *_) if kind == CALLBACK:
                line.called_back += 1
                self.called_back.add(entry.call)
            case (kind, "GIVENUP", *_) if kind == CALLBACK:
                line.given_up += 1

    def _gone(self, line: QueueLine, call: str, was: str) -> None:
        setattr(line, was, getattr(line, was) + 1)
        self.gone[call] = was

    def _count(self, line: QueueLine, entry: Entry) -> None:
        match entry.event, entry.data:
            case "ENTERQUEUE", _:
                line.offered += 1
            case "CONNECT", (waited, *_):
                self._answered(line, entry, int(waited))
            case "ABANDON", (_, _, waited):
                short = int(waited) < self.limits.get(line.queue, USUAL).short_abandon
                line.short += short
                line.abandoned += not short
            case (("COMPLETECALLER" | "COMPLETEAGENT"), (_, talked, *_)):
                line.talk(entry.agent, int(talked))
            case (("BLINDTRANSFER" | "ATTENDEDTRANSFER"), (_, _, _, talked, *_)):
                line.talk(entry.agent, int(talked))
            case "RINGNOANSWER", _:
                line.agent(entry.agent).missed += 1
            case name, _ if name in LEFT:
                self._gone(line, entry.call, "left")

    def _answered(self, line: QueueLine, entry: Entry, waited: int) -> None:
        line.agent(entry.agent).answered += 1
        if entry.call in self.called_back:
            return
        line.answered += 1
        line.waited += waited
        line.in_time += waited <= self.limits.get(line.queue, USUAL).service_level


def summary(entries: Iterable[Entry], limits: Mapping[str, Limits] | None = None) -> Book:
    """Sum up a log."""
    book = Book(limits or {})
    for entry in entries:
        book.take(entry)
    return book
