"""The gain matrix G: rows listen, columns speak, and one multiplication a tick serves every call.

G is sparse (a call's rows point only at its own columns), so it is kept as a list of entries sorted
by row: multiply the entries' columns by their gains, sum the runs of equal rows. A changed row is
ramped over 5 ms in the tick after the change, so that no click is heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.media.codec import FRAME, RATE

RAMP: Final = np.minimum(np.arange(1, FRAME + 1) / (RATE * 0.005), 1.0).astype(np.float32)


class _Places:
    """Hands out array places by name."""

    def __init__(self, capacity: int) -> None:
        self.of: dict[str, int] = {}
        self.capacity = capacity
        self._free = list(range(capacity - 1, -1, -1))

    def open(self, name: str) -> int:
        if name in self.of:
            return self.of[name]
        if not self._free:
            self._free = list(range(2 * self.capacity - 1, self.capacity - 1, -1))
            self.capacity *= 2
        self.of[name] = self._free.pop()
        return self.of[name]

    def close(self, name: str) -> None:
        self._free.append(self.of.pop(name))


class Bridge:
    """Who hears whom; names may be set in rows before the leg or source of that name opens."""

    def __init__(self, capacity: int = 16) -> None:
        self._rows = _Places(capacity)
        self._columns = _Places(capacity)
        self.spoken = np.zeros((capacity, FRAME), np.float32)
        self._hears: dict[str, dict[str, float]] = {}
        self._heard: dict[str, dict[str, float]] = {}
        self._dirty = False
        self._compile({})

    def open_column(self, name: str) -> int:
        """Give a speaker its column; the sound of the tick goes into ``spoken[column]``."""
        column = self._columns.open(name)
        if self._columns.capacity > len(self.spoken):
            self.spoken = np.concatenate([self.spoken, np.zeros_like(self.spoken)])
        self.spoken[column] = 0
        self._dirty = True
        return column

    def close_column(self, name: str) -> None:
        """Take a speaker away; rows that name it hear nothing of it."""
        self.spoken[self._columns.of[name]] = 0
        self._columns.close(name)
        self._dirty = True

    def open_row(self, name: str) -> int:
        """Give a listener its row in what ``mix`` returns."""
        self._dirty = True
        return self._rows.open(name)

    def close_row(self, name: str) -> None:
        """Take a listener away, with what it was set to hear."""
        self._rows.close(name)
        self._hears.pop(name, None)
        self._heard.pop(name, None)
        self._dirty = True

    def set_row(self, name: str, hears: Mapping[str, float]) -> None:
        """Replace what a listener hears of whom."""
        if hears:
            self._hears[name] = {speaker: float(gain) for speaker, gain in hears.items()}
        else:
            self._hears.pop(name, None)
        self._dirty = True

    def row(self, name: str) -> dict[str, float]:
        """Tell what a listener is set to hear."""
        return dict(self._hears.get(name, {}))

    def mix(self) -> npt.NDArray[np.float32]:
        """Compute what every row hears of ``spoken``; not yet clipped."""
        ramping = self._dirty
        if ramping:
            self._dirty = False
            self._compile(self._heard)
        parts = self.spoken[self._entry_columns]
        if ramping:
            parts *= self._before[:, None] + (self._gains - self._before)[:, None] * RAMP
        else:
            parts *= self._gains[:, None]
        heard = np.zeros((self._rows.capacity, FRAME), np.float32)
        if len(self._starts):
            heard[self._entry_rows] = np.add.reduceat(parts, self._starts, axis=0)
        if ramping:
            self._compile(self._heard)
        return heard

    def _compile(self, before: Mapping[str, Mapping[str, float]]) -> None:
        """Lay the rows out as entries, those that fade out of ``before`` among them."""
        columns = self._columns.of
        rows: list[int] = []
        starts: list[int] = []
        entries: list[tuple[int, float, float]] = []
        now_heard: dict[str, dict[str, float]] = {}
        for name, row in self._rows.of.items():
            wanted = {s: g for s, g in self._hears.get(name, {}).items() if s in columns and g}
            had = {s: g for s, g in before.get(name, {}).items() if s in columns}
            if wanted or had:
                rows.append(row)
                starts.append(len(entries))
                entries += [
                    (columns[s], had.get(s, 0.0), wanted.get(s, 0.0))
                    for s in dict.fromkeys((*wanted, *had))
                ]
            now_heard[name] = wanted
        self._heard = now_heard
        self._entry_rows = np.array(rows, np.intp)
        self._starts = np.array(starts, np.intp)
        self._entry_columns = np.array([entry[0] for entry in entries], np.intp)
        self._before = np.array([entry[1] for entry in entries], np.float32)
        self._gains = np.array([entry[2] for entry in entries], np.float32)
