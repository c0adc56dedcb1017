"""The desks that a queue may ring just now, kept in the order of their turns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from telephony.pbx.desk import Desk

Turn: TypeAlias = tuple[float, str]


def turn_of(desk: Desk) -> Turn:
    """Say whose turn is first: who has been idle for longer."""
    return (desk.idle_since, desk.extension)


def in_turn(desks: Iterable[Desk]) -> list[Desk]:
    """List desks, the longest idle first."""
    return sorted(desks, key=turn_of)


def free_of(desks: Mapping[str, Desk], now: float) -> list[Desk]:
    """Look through desks for those that may be rung, the longest idle first."""
    return in_turn(desk for desk in desks.values() if desk.available(now))


class FreeDesks:
    """The desks that may be rung, the longest idle first.

    It is told of every change of a desk, so whoever pairs calls with desks looks at none that is busy,
    on a break or gone, and a large school costs no more than a small one.
    """

    __slots__ = ("_turn_of", "_turns", "desks")

    def __init__(self) -> None:
        self.desks: list[Desk] = []
        self._turns: list[Turn] = []
        """The turn of each, in the same order."""
        self._turn_of: dict[str, Turn] = {}

    def note(self, desk: Desk, now: float) -> None:
        """Take a desk in where it belongs, or out, as it stands now."""
        self.drop(desk.extension)
        if desk.available(now):
            turn = self._turn_of[desk.extension] = turn_of(desk)
            place = bisect_left(self._turns, turn)
            self._turns.insert(place, turn)
            self.desks.insert(place, desk)

    def drop(self, extension: str) -> None:
        """Take a desk out; it need not be in."""
        turn = self._turn_of.pop(extension, None)
        if turn is not None:
            place = bisect_left(self._turns, turn)
            del self._turns[place], self.desks[place]
