"""``queue_log``: what happened in the queues, one line an event, as report tools for call centers read it.

``epoch|call|queue|agent|event|data1|data2|…`` with the event names and fields of Asterisk's queue_log. The
file lies in the data folder, which only the server's user may read: ENTERQUEUE carries the caller's number.

What has no name in it is an INFO line, which report tools pass over: ``INFO|CALLBACK|BOOKED`` after the line
by which a caller leaves for a callback, ``REACHED`` before the CONNECT of a callback, ``GIVENUP`` after its
last try; ``INFO|TURNEDAWAY|full`` or ``empty`` of a queue; and of no queue ``INFO|CLOSED``, ``INFO|BLOCKED``
(blacklist) and ``INFO|LINESFULL`` (every channel of a trunk in use).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from telephony.pbx import events as news
from telephony.pbx.call_events import Parked, Transferred
from telephony.pbx.callback_events import CallbackBooked, CallbackMoved
from telephony.pbx.trunk_events import CallBlocked, TrunkFull

FILE: Final = "queue_log"
NONE: Final = "NONE"
CALLBACK: Final = "CALLBACK"
OUTCOMES: Final = {"reached": "REACHED", "given_up": "GIVENUP"}
"""What became of a callback, as it is written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line."""

    at: int
    call: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...] = ()

    def __str__(self) -> str:
        fields = (str(self.at), self.call, self.queue, self.agent, self.event, *self.data)
        return "|".join(_clean(one) for one in fields)


def _clean(field: str) -> str:
    return field.replace("|", "/").replace("\n", " ").replace("\r", " ")


def read(lines: Iterable[str]) -> Iterator[Entry]:
    """Read entries; a line that a crash cut short is passed over."""
    for line in lines:
        at, *rest = line.rstrip("\n").split("|")
        if len(rest) >= 4 and at.isdecimal():
            yield Entry(int(at), rest[0], rest[1], rest[2], rest[3], tuple(rest[4:]))


def agent_of(extension: str | None) -> str:
    """Write a desk as report tools know agents."""
    return f"SIP/{extension}" if extension else NONE


@dataclass(slots=True)
class _Call:
    """What the later lines of a call need from its earlier events."""

    caller: str = ""
    queue: str = ""
    first_position: int = 0
    waited: float = 0.0
    booked: bool = False
    """The caller has a callback."""
    connected: float | None = None
    """When the agent of ``queue`` took it; None: it waits there yet, perhaps after another agent's talk."""


@dataclass(slots=True)
class Scribe:
    """Turns the board's news into entries."""

    epoch: Callable[[float], float]
    """UTC at a moment of the monotonic clock."""
    calls: dict[str, _Call] = field(default_factory=dict)

    def entries(self, event: news.BoardEvent) -> list[Entry]:
        """Write what an event is in the log: nothing, one entry, or two."""
        match event:
            case news.CallStarted(call=call, caller=caller, dialled=dialled, at=at):
                self.calls[call] = _Call(caller)
                return [self._entry(at, call, NONE, NONE, "DID", dialled)] if event.trunk else []
            case news.MemberChanged(extension=one, queue=queue, queue_log=name, at=at):
                data = (event.reason,) if name in ("PAUSE", "UNPAUSE") and event.reason else ()
                return [self._entry(at, NONE, queue, agent_of(one), name, *data)]
            case CallBlocked(at=at, dialled=dialled, trunk=trunk):
                return [self._entry(at, NONE, NONE, NONE, "INFO", "BLOCKED", dialled, trunk)]
            case TrunkFull(at=at, trunk=trunk, call=None):
                return [self._entry(at, NONE, NONE, NONE, "INFO", "LINESFULL", trunk)]
            case CallbackMoved(at=at, queue=queue, call=call, why=why) if why in OUTCOMES:
                who, became = agent_of(event.extension), OUTCOMES[why]
                return [self._entry(at, call, queue, who, "INFO", CALLBACK, became)]
            case news.CallEnded():
                known = self.calls.pop(event.call, _Call())
                return self._ended(known, event)
            case _:
                known_call = self.calls.get(getattr(event, "call", None) or "")
                return self._within(known_call, event) if known_call else []

    def _within(self, call: _Call, event: news.BoardEvent) -> list[Entry]:
        match event:
            case news.Queued(at=at, queue=queue, position=position):
                call.queue, call.first_position, call.connected = queue, position, None
                who, place = call.caller or "unknown", str(position)
                return [self._entry(at, event.call, queue, NONE, "ENTERQUEUE", "", who, place)]
            case news.DeskOffered(queue=str(queue)):
                call.queue = queue  # of a callback, too, whose call was never in the line
            case news.DeskMissed(at=at, extension=extension, rang=rang) if call.queue:
                who, ms = agent_of(extension), str(round(rang * 1000))
                return [self._entry(at, event.call, call.queue, who, "RINGNOANSWER", ms)]
            case news.DeskAnswered(at=at, queue=str(queue), extension=extension):
                call.queue, call.waited, call.connected = queue, event.waited, at
                data = (str(round(event.waited)), event.call, str(round(event.rang)))
                return [self._entry(at, event.call, queue, agent_of(extension), "CONNECT", *data)]
            case news.TalkEnded(extension=str(extension)) if call.queue and call.connected:
                return [self._complete(call, event, extension)]
            case Transferred(extension=one, to=to) if call.queue:
                parted = ("BRIDGE", to) if event.queue_log == "ATTENDEDTRANSFER" else (to, "")
                return [self._parted(call, event.at, event.call, one, event.queue_log, parted)]
            case Parked(extension=one, slot=slot) if call.queue:
                name = "BLINDTRANSFER"
                return [self._parted(call, event.at, event.call, one, name, (slot, ""))]
            case news.QueueLeft():
                return self._left(call, event)
            case news.TurnedAway(at=at, queue=queue, why=why, to=to):
                return [self._entry(at, event.call, queue, NONE, "INFO", "TURNEDAWAY", why, to)]
            case CallbackBooked(at=at, queue=queue) if not call.booked:
                return [self._booked(call, at, event.call, queue)]
            case news.FoundClosed(at=at, number=number):
                return [self._entry(at, event.call, NONE, NONE, "INFO", "CLOSED", number)]
        return []

    def _booked(self, call: _Call, at: float, name: str, queue: str) -> Entry:
        """The caller has a callback instead."""
        call.booked = True
        return self._entry(at, name, queue, NONE, "INFO", CALLBACK, "BOOKED")

    def _parted(
        self, call: _Call, at: float, name: str, extension: str, event: str, to: tuple[str, str]
    ) -> Entry:
        """The agent passed the call on: for this queue it is over."""
        queue, call.queue = call.queue, ""
        data = (*to, *self._spent(call, at))
        return self._entry(at, name, queue, agent_of(extension), event, *data)

    def _spent(self, call: _Call, at: float) -> tuple[str, str, str]:
        """Write how long the caller waited, then talked, and where in the line it had begun."""
        talked = str(round(at - (call.connected or at)))
        return str(round(call.waited)), talked, str(call.first_position)

    def _complete(self, call: _Call, event: news.TalkEnded, extension: str) -> Entry:
        name, queue, call.queue = event.queue_log, call.queue, ""
        data = self._spent(call, event.at)
        return self._entry(event.at, event.call, queue, agent_of(extension), name, *data)

    def _left(self, call: _Call, event: news.QueueLeft) -> list[Entry]:
        call.queue = ""
        data = [str(event.position), str(event.first_position), str(round(event.waited))]
        if event.queue_log == "EXITWITHKEY":
            data.insert(0, event.key)
        left = self._entry(event.at, event.call, event.queue, NONE, event.queue_log, *data)
        if event.to != "callback":
            return [left]
        return [left, self._booked(call, event.at, event.call, event.queue)]

    def _ended(self, call: _Call, event: news.CallEnded) -> list[Entry]:
        if event.queue_log != "ABANDON" or not call.queue:  # Turned away, and offered a callback.
            return []
        data = (str(event.position), str(event.first_position), str(round(event.waited)))
        return [self._entry(event.at, event.call, event.queue, NONE, "ABANDON", *data)]

    def _entry(self, at: float, call: str, queue: str, agent: str, event: str, *data: str) -> Entry:
        return Entry(int(self.epoch(at)), call, queue, agent, event, data)


class QueueLog:
    """Appends entries to the file; a full disk loses lines, never a call."""

    def __init__(self, folder: Path, epoch: Callable[[float], float]) -> None:
        self.path = folder / FILE
        self._scribe = Scribe(epoch)
        self.lost = 0
        """Lines that could not be written."""
        self._file = self.path.open("a", encoding="utf-8", buffering=1)
        self.path.chmod(0o600)
        self.write(Entry(int(epoch(0.0)), NONE, NONE, NONE, "QUEUESTART"))

    def hear(self, event: news.BoardEvent) -> None:
        """Write what an event is in the log."""
        for entry in self._scribe.entries(event):
            self.write(entry)

    def write(self, entry: Entry) -> None:
        """Append one line."""
        try:
            self._file.write(f"{entry}\n")
        except OSError:
            self.lost += 1

    def last(self, lines: int) -> list[str]:
        """The newest lines, the oldest of them first."""
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return text.splitlines()[-lines:]

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
