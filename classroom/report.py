"""Figures of a time: by desk, by queue, by region, by hour and by day.

A call from or to outside counts once in each of the four tables of calls, so that their totals are the same.
The table of desks counts what each desk was offered and took: a call that was handed on has several desks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final, Literal, TypeAlias

By: TypeAlias = Literal["desk", "queue", "region", "hour", "day"]
BYS: Final[tuple[By, ...]] = ("desk", "queue", "region", "hour", "day")


@dataclass(frozen=True, slots=True)
class CallFact:
    """One call from or to outside that is over."""

    started: float
    """UTC."""
    out: bool
    queue: str
    number: str
    """The other end outside: the caller, or whom a desk dialled."""
    answered: bool
    abandoned: bool
    """The caller left before anybody answered."""
    waited: float
    talked: float


@dataclass(frozen=True, slots=True)
class DeskFact:
    """What one desk had to do with calls."""

    desk: str
    offered: int = 0
    """Rings of calls from outside."""
    answered: int = 0
    out: int = 0
    """Calls to outside it dialled."""
    reached: int = 0
    waited: float = 0.0
    talked: float = 0.0
    wrapped: float = 0.0


@dataclass(slots=True)
class Line:
    """One row of a table; seconds are sums."""

    key: str
    name: str = ""
    offered: int = 0
    """Calls from outside; of a desk: its rings."""
    answered: int = 0
    abandoned: int = 0
    without: int = 0
    """Done without an agent: by the voice menu, the mailbox, a busy tone, or a callback was promised."""
    out: int = 0
    reached: int = 0
    """Of the calls to outside, those that were answered."""
    waited: float = 0.0
    """By those who were answered."""
    talked: float = 0.0
    wrapped: float = 0.0

    @property
    def rate(self) -> float | None:
        """Share of the offered that were answered."""
        return self.answered / self.offered if self.offered else None

    @property
    def speed(self) -> float | None:
        """Average seconds to an answer."""
        return self.waited / self.answered if self.answered else None

    @property
    def talk(self) -> float | None:
        """Average seconds of a talk."""
        talks = self.answered + self.reached
        return self.talked / talks if talks else None

    def add(self, other: Line) -> None:
        """Count what another line counts, too."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))


COUNTED: Final = tuple(one.name for one in fields(Line) if one.name not in ("key", "name"))


@dataclass(slots=True)
class Table:
    """Figures by one thing, with their sum."""

    by: By
    lines: list[Line] = field(default_factory=list)

    @property
    def total(self) -> Line:
        """The sum of all lines."""
        total = Line("")
        for line in self.lines:
            total.add(line)
        return total


def line_of(call: CallFact, key: str) -> Line:
    """Write one call as a line."""
    if call.out:
        return Line(key, out=1, reached=int(call.answered), talked=call.talked)
    lost = call.abandoned and not call.answered
    return Line(
        key,
        offered=1,
        answered=int(call.answered),
        abandoned=int(lost),
        without=int(not call.answered and not lost),
        waited=call.waited if call.answered else 0.0,
        talked=call.talked,
    )


def by_call(by: By, calls: Iterable[CallFact], key: Callable[[CallFact], str]) -> Table:
    """Sum calls up by what ``key`` says of each."""
    lines: dict[str, Line] = {}
    for call in calls:
        one = line_of(call, key(call))
        lines.setdefault(one.key, Line(one.key)).add(one)
    return Table(by, [lines[name] for name in sorted(lines)])


def by_desk(facts: Iterable[DeskFact], name_of: Callable[[str], str]) -> Table:
    """Sum up what desks did."""
    lines: dict[str, Line] = {}
    for fact in facts:
        one = lines.setdefault(fact.desk, Line(fact.desk, name_of(fact.desk)))
        values = {name: getattr(fact, name) for name in COUNTED if hasattr(fact, name)}
        one.add(Line(fact.desk, **values))
    return Table("desk", [lines[desk] for desk in sorted(lines)])


@dataclass(frozen=True, slots=True)
class Figures:
    """What reports are made from."""

    calls: Sequence[CallFact] = ()
    desks: Sequence[DeskFact] = ()


def tables(
    figures: Figures,
    wanted: Iterable[By],
    *,
    region_of: Callable[[str], str],
    name_of: Callable[[str], str],
) -> Iterator[Table]:
    """Make the tables wanted; times are of this machine's clock."""
    keys: dict[By, Callable[[CallFact], str]] = {
        "queue": lambda call: call.queue,
        "region": lambda call: region_of(call.number),
        "hour": lambda call: f"{datetime.fromtimestamp(call.started):%H:00}",
        "day": lambda call: f"{datetime.fromtimestamp(call.started):%Y-%m-%d}",
    }
    for by in wanted:
        if by == "desk":
            yield by_desk(figures.desks, name_of)
        else:
            yield by_call(by, figures.calls, keys[by])
