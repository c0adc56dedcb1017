"""When a number is staffed: a weekly plan and its holidays; the wall clock is an argument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeAlias

Span: TypeAlias = tuple[time, time]
"""From, inclusive, to, exclusive; a span that ends before it begins runs past midnight."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The open hours of a number."""

    week: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    """Monday is 0; a day that is missing is closed."""
    holidays: frozenset[date] = frozenset()
    moved: Mapping[date, int] = field(default_factory=dict)
    """Weekend days that are worked to make up for a holiday → the weekday whose hours they keep."""

    def open_at(self, moment: datetime) -> bool:
        """Say whether somebody should be there at this local time."""
        return self._within(moment, today=True) or self._within(moment, today=False)

    def _within(self, moment: datetime, *, today: bool) -> bool:
        day = moment.date() if today else date.fromordinal(moment.toordinal() - 1)
        if day in self.holidays:
            return False
        clock = moment.time()
        for begins, ends in self.week.get(self.moved.get(day, day.weekday()), ()):
            over_midnight = ends <= begins
            if today and clock >= begins and (over_midnight or clock < ends):
                return True
            if not today and over_midnight and clock < ends:
                return True
        return False


ALWAYS = Hours({day: [(time.min, time.min)] for day in range(7)})
"""Open around the clock."""
