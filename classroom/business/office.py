"""The office: what agents work in beside the telephone; the counter for calls, the post for letters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from classroom.business.counter import Counter, Running
from classroom.business.customers import Customers
from classroom.business.letters.room import LetterRoom
from classroom.floor import Floor
from classroom.practice.shelf import Shelf
from classroom.roll import Roll
from classroom.settings import Settings
from classroom.store.engine import Store


class Office:
    """One counter and one post room, opened and closed together."""

    def __init__(self, counter: Counter, post: LetterRoom) -> None:
        self.counter, self.post = counter, post
        self._closing = AsyncExitStack()
        self._closing.push_async_callback(counter.close)

    async def open(self, announce: Callable[[str], None]) -> None:
        """Begin to count the letters, to see what is changed beside the server, and to take mail.

        Raises CannotStart where the mail's port cannot be had.
        """
        await self.post.count()
        self.post.announce = announce
        await self.post.open_door(first=True)
        self._closing.push_async_callback(self.post.close_door)
        for name, watch in (("letters", self.post.watch), ("counter", self.counter.watch)):
            self._closing.callback(asyncio.create_task(watch(), name=name).cancel)

    async def close(self) -> None:
        """Wait for what is being read."""
        await self._closing.aclose()


def office_of(
    settings: Settings, store: Store, floor: Floor, roll: Roll, shelf: Shelf, calls: Running
) -> Office:
    """Furnish it."""
    customers = Customers(store, settings.numbers.place, called=roll.named)
    post = LetterRoom(settings, store, customers, floor, roll.named)
    counter = Counter(store, customers, floor, roll, shelf, calls, letters=post.letters.past)
    return Office(counter, post)
