"""The latest news by their numbers, for whoever was away for a moment."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

from classroom.bus import Note
from classroom.door.control import News

KEPT: Final = 5000
"""A quarter of an hour of fifty busy desks, some megabytes."""


class Past:
    """Numbers news and keeps the latest; numbers begin with the clock, so they rise over a new start, too."""

    def __init__(self, kept: int = KEPT, last: int | None = None) -> None:
        self._notes: deque[Note[News]] = deque(maxlen=kept)
        self.last = int(time.time() * 1000) if last is None else last
        """The number of the latest news."""

    def number(self) -> int:
        """Give the next number."""
        self.last += 1
        return self.last

    def keep(self, note: Note[News]) -> None:
        """Remember a note as long as there is room."""
        self._notes.append(note)

    def since(self, number: int) -> list[Note[News]] | None:
        """List what came after that number; None where not all of it is known any more."""
        if not self.last - len(self._notes) <= number <= self.last:
            return None
        return [note for note in self._notes if note.event.seq > number]
