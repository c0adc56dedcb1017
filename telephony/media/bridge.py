"""The gain matrix G: rows listen, columns speak, and one multiplication a tick serves every call.

G is sparse (a call's rows point only at its own columns), so it is kept as entries: the first of
every row, the second of every row, and so on; each such rank is gathered, multiplied and added in
one step. A changed row is ramped over 5 ms in the tick after the change: no click is heard. Who is
newly let in to hear somebody hears what is said from then on, not what is still in store.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from telephony.media.codec import FRAME, RATE
from telephony.media.loudest import Loudest

RAMP: Final = np.minimum(np.arange(1, FRAME + 1) / (RATE * 0.005), 1.0).astype(np.float32)


_UNITY: Final = np.ones((1, 1), np.float32)
"""The gains of a rank where every gain is one: most are, and need no multiplying."""

_Rank: TypeAlias = tuple[npt.NDArray[np.intp], npt.NDArray[np.float32], npt.NDArray[np.float32]]
"""Columns, gains before, gains now."""


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
        self._waits: dict[tuple[str, str], int] = {}
        self._tick = 0
        self._dirty = False
        self._groups: dict[str, Loudest] = {}
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
        self._forget_waits(name, ())
        self._dirty = True

    def new_to(self, name: str, hears: Mapping[str, float]) -> list[str]:
        """Tell whom of these a listener did not hear until now."""
        heard = self._hears.get(name, {})
        return [speaker for speaker in hears if speaker not in heard]

    def set_row(
        self, name: str, hears: Mapping[str, float], store: Mapping[str, int] | None = None
    ) -> None:
        """Replace what a listener hears of whom.

        ``store``: ticks of sound that speakers new to the listener said before, which wait to be played.
        """
        self._forget_waits(name, hears)
        for speaker, ticks in (store or {}).items():
            if ticks > 0:
                self._waits[name, speaker] = self._tick + ticks
        if hears:
            self._hears[name] = {speaker: float(gain) for speaker, gain in hears.items()}
        else:
            self._hears.pop(name, None)
        self._dirty = True

    def _forget_waits(self, name: str, hears: Container[str]) -> None:
        if self._waits:
            gone = [pair for pair in self._waits if pair[0] == name and pair[1] not in hears]
            for pair in gone:
                del self._waits[pair]

    def _let_in(self) -> None:
        """End the waits whose sound in store has been played."""
        for pair in [pair for pair, until in self._waits.items() if until <= self._tick]:
            del self._waits[pair]
            self._dirty = True

    def row(self, name: str) -> dict[str, float]:
        """Tell what a listener is set to hear."""
        return dict(self._hears.get(name, {}))

    def limit(self, group: str, speakers: Sequence[str], most: int) -> None:
        """Let only the loudest few of these speakers be heard, by anybody; no speaker: all again."""
        if not speakers:
            self._groups.pop(group, None)
        elif group in self._groups:
            self._groups[group].regroup(speakers, most)
        else:
            self._groups[group] = Loudest(speakers, most)

    def _let_through(self) -> npt.NDArray[np.float32]:
        """Shut the columns of those who are not loud enough; nobody hears a click."""
        if not self._groups:
            return self.spoken
        spoken = self.spoken.copy()
        for group in self._groups.values():
            for column, before, after in group.gates(self.spoken, self._columns.of):
                spoken[column] *= before + (after - before) * RAMP
        return spoken

    def mix(self) -> npt.NDArray[np.float32]:
        """Compute what every row hears of ``spoken``; not yet clipped."""
        if self._waits:
            self._let_in()
        self._tick += 1
        ramping = self._dirty
        if ramping:
            self._dirty = False
            self._compile(self._heard)
        spoken = self._let_through()
        sums = np.zeros((len(self._order), FRAME), np.float32)
        for columns, before, gains in self._ranks:
            parts = spoken.take(columns, axis=0)
            if ramping:
                parts *= before + (gains - before) * RAMP
            elif gains is not _UNITY:
                parts *= gains
            sums[: len(columns)] += parts
        heard = np.zeros((self._rows.capacity, FRAME), np.float32)
        heard[self._order] = sums
        if ramping:
            self._compile(self._heard)
        return heard

    def _compile(self, before: Mapping[str, Mapping[str, float]]) -> None:
        """Lay the rows out by rank, those that fade out of ``before`` among them.

        Rank n holds the n-th entry of every row that has so many; rows with most entries come
        first, so that a rank is added to the head of the sums in one step.
        """
        columns, waits = self._columns.of, self._waits
        rows: list[tuple[int, list[tuple[int, float, float]]]] = []
        now_heard: dict[str, dict[str, float]] = {}
        for name, row in self._rows.of.items():
            wanted = {
                s: g
                for s, g in self._hears.get(name, {}).items()
                if s in columns and g and (name, s) not in waits
            }
            had = {s: g for s, g in before.get(name, {}).items() if s in columns}
            if wanted or had:
                entries = [
                    (columns[s], had.get(s, 0.0), wanted.get(s, 0.0))
                    for s in dict.fromkeys((*wanted, *had))
                ]
                rows.append((row, entries))
            now_heard[name] = wanted
        self._heard = now_heard
        rows.sort(key=lambda item: -len(item[1]))
        self._order = np.array([row for row, _ in rows], np.intp)
        most = len(rows[0][1]) if rows else 0
        self._ranks = [
            _rank([entries[n] for _, entries in rows if len(entries) > n]) for n in range(most)
        ]


def _rank(entries: list[tuple[int, float, float]]) -> _Rank:
    table = np.array(entries, np.float32).reshape(-1, 3)
    columns = np.array([column for column, _, _ in entries], np.intp)
    gains = _UNITY if np.all(table[:, 2] == 1.0) else table[:, 2:]
    return columns, table[:, 1:2], gains
