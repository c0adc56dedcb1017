"""Alarms: deadlines under a key, set and cancelled at will, in the order they fall due."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
_FEW = 64


class Alarms(Generic[K]):
    """Deadlines by key; setting a key again moves its deadline."""

    __slots__ = ("_count", "_due", "_heap", "_most")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, K]] = []
        self._due: dict[K, int] = {}
        self._count = 0
        self._most = _FEW
        """A longer heap is swept: most of it was moved or cancelled."""

    def __len__(self) -> int:
        return len(self._due)

    def __contains__(self, key: K) -> bool:
        return key in self._due

    def set(self, key: K, at: float) -> None:
        """Ring for this key at this time, and at no other."""
        self._count += 1
        self._due[key] = self._count
        heapq.heappush(self._heap, (at, self._count, key))
        if len(self._heap) > self._most:
            self._sweep()

    def cancel(self, key: K) -> None:
        """Forget the key; it need not be set."""
        self._due.pop(key, None)

    def delay(self, key: K, until: float) -> None:
        """Let a key that is set ring no sooner than then."""
        set_for = self._due.get(key)
        if any(count == set_for and at < until for at, count, _ in self._heap):
            self.set(key, until)

    def pending(self) -> list[K]:
        """List the keys that are set."""
        return list(self._due)

    def next(self) -> float | None:
        """Return when the next alarm rings."""
        heap = self._heap
        while heap and self._due.get(heap[0][2]) != heap[0][1]:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def ring(self, now: float) -> K | None:
        """Take the earliest alarm that is due, or return None."""
        at = self.next()
        if at is None or at > now:
            return None
        key = heapq.heappop(self._heap)[2]
        del self._due[key]
        return key

    def _sweep(self) -> None:
        self._heap = [entry for entry in self._heap if self._due.get(entry[2]) == entry[1]]
        heapq.heapify(self._heap)
        self._most = max(_FEW, 4 * len(self._heap))
