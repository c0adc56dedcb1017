"""Events inside one machine: whoever publishes never waits for whoever listens.

Every listener has a queue with an end. A listener that lets it fill is cut off and told so; it must
come back and start from a snapshot. This is the seam where a second machine would be joined.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Event = TypeVar("Event")

SIZE = 512


@dataclass(frozen=True, slots=True)
class Note(Generic[Event]):
    """An event and whose it is."""

    event: Event
    extension: str | None = None
    """The desk it concerns; None: instructors only, unless it is for everybody."""
    everybody: bool = False
    also: str | None = None
    """Another desk that it concerns as much: the one that dialled the call."""


class Listener(Generic[Event]):
    """One who listens: iterate it until it ends."""

    def __init__(self, wants: Callable[[Note[Event]], bool], size: int) -> None:
        self._wants = wants
        self._notes: asyncio.Queue[Note[Event] | None] = asyncio.Queue(size)
        self.cut_off = False
        """It was too slow; notes were lost."""

    def offer(self, note: Note[Event]) -> bool:
        """Give it a note; False when it had to be cut off."""
        if not self._wants(note):
            return True
        try:
            self._notes.put_nowait(note)
        except asyncio.QueueFull:
            self.end(cut_off=True)
            return False
        return True

    def end(self, *, cut_off: bool = False) -> None:
        """Let the iteration end; what waited is forgotten."""
        self.cut_off = self.cut_off or cut_off
        while not self._notes.empty():
            self._notes.get_nowait()
        self._notes.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[Note[Event]]:
        """Yield notes until the end."""
        while (note := await self._notes.get()) is not None:
            yield note


class Bus(Generic[Event]):
    """Where events of one kind are published."""

    def __init__(self) -> None:
        self._listeners: list[Listener[Event]] = []

    def publish(self, note: Note[Event]) -> None:
        """Hand a note to everybody who wants it; never waits."""
        self._listeners = [listener for listener in self._listeners if listener.offer(note)]

    def listen(self, wants: Callable[[Note[Event]], bool], size: int = SIZE) -> Listener[Event]:
        """Begin to listen; nothing published from now on is missed."""
        listener: Listener[Event] = Listener(wants, size)
        self._listeners.append(listener)
        return listener

    def leave(self, listener: Listener[Event]) -> None:
        """Stop listening."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def close(self) -> None:
        """End every listener."""
        for listener in self._listeners:
            listener.end()
        self._listeners = []
