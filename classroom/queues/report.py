"""What ``queue_log`` says of queues and agents: read from the lines alone, as any report tool would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from classroom.queues.log import Entry

LEFT = ("EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY")


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
    agents: dict[str, AgentLine] = field(default_factory=dict)

    @property
    def level(self) -> float | None:
        """Share answered in time of all that are decided and were no short abandons."""
        decided = self.answered + self.abandoned + self.left
        return self.in_time / decided if decided else None

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


def summary(
    entries: Iterable[Entry], *, threshold: float = 20.0, short: float = 5.0
) -> list[QueueLine]:
    """Sum up a log, queue by queue."""
    lines: dict[str, QueueLine] = {}
    for entry in entries:
        if entry.queue != "NONE":
            line = lines.setdefault(entry.queue, QueueLine(entry.queue))
            _count(line, entry, threshold, short)
    return [lines[name] for name in sorted(lines)]


def _count(line: QueueLine, entry: Entry, threshold: float, short: float) -> None:
    match entry.event, entry.data:
        case "ENTERQUEUE", _:
            line.offered += 1
        case "CONNECT", (waited, *_):
            line.answered += 1
            line.waited += int(waited)
            line.in_time += int(waited) <= threshold
            line.agent(entry.agent).answered += 1
        case "ABANDON", (_, _, waited):
            line.short += int(waited) < short
            line.abandoned += int(waited) >= short
        case (("COMPLETECALLER" | "COMPLETEAGENT"), (_, talked, *_)):
            line.talk(entry.agent, int(talked))
        case (("BLINDTRANSFER" | "ATTENDEDTRANSFER"), (_, _, _, talked, *_)):
            line.talk(entry.agent, int(talked))
        case "RINGNOANSWER", _:
            line.agent(entry.agent).missed += 1
        case name, _ if name in LEFT:
            line.left += 1
