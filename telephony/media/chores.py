"""Work that must not stand in the way of a tick: reading clips, writing recordings."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Protocol, TypeAlias

Chore: TypeAlias = Callable[[], None]


class Chores(Protocol):
    """Does work in the order given, now or soon."""

    def do(self, chore: Chore) -> None:
        """Take one piece of work; never blocks the tick."""
        ...

    def close(self) -> None:
        """Finish what was taken."""
        ...


class AtOnce:
    """Does the work where it stands: for stories on the virtual clock."""

    def do(self, chore: Chore) -> None:
        """Do it now."""
        chore()

    def close(self) -> None:
        """Nothing is left."""


class InThread:
    """Does the work in a thread of its own."""

    def __init__(self, name: str) -> None:
        self._waiting: queue.SimpleQueue[Chore | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def do(self, chore: Chore) -> None:
        """Leave it to the thread."""
        self._waiting.put(chore)

    def close(self) -> None:
        """Wait until all of it is done."""
        self._waiting.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while (chore := self._waiting.get()) is not None:
            chore()
