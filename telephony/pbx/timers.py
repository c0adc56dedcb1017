"""Named timers without a clock: set, cancel, ask which are due."""

from __future__ import annotations

import heapq
from typing import TypeAlias

Name: TypeAlias = tuple[str, str]
"""What it is for and whose it is: ``("ring", call)``."""


class Timers:
    """A heap with lazy deletion; setting a name again moves it."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Name]] = []
        self._current: dict[Name, int] = {}
        self._made = 0

    def __len__(self) -> int:
        return len(self._current)

    def set(self, name: Name, at: float) -> None:
        """Ring at this time, instead of any earlier wish of the same name."""
        self._made += 1
        self._current[name] = self._made
        heapq.heappush(self._heap, (at, self._made, name))

    def cancel(self, name: Name) -> None:
        """Do not ring."""
        self._current.pop(name, None)

    def cancel_all_of(self, whose: str, kinds: tuple[str, ...]) -> None:
        """Cancel these kinds of one owner."""
        for kind in kinds:
            self._current.pop((kind, whose), None)

    def next(self) -> float | None:
        """Say when the next timer is due."""
        self._forget()
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> Name | None:
        """Return and forget one timer that is due."""
        self._forget()
        if self._heap and self._heap[0][0] <= now:
            name = heapq.heappop(self._heap)[2]
            del self._current[name]
            return name
        return None

    def names(self) -> list[Name]:
        """List what is set."""
        return list(self._current)

    def _forget(self) -> None:
        while self._heap and self._current.get(self._heap[0][2]) != self._heap[0][1]:
            heapq.heappop(self._heap)
