"""Keys are given out in turn: what is typed after a key that opens a menu goes to the menu."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Final, TypeVar

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, TextArea

Result = TypeVar("Result")
PATIENCE: Final = 1.0
"""Seconds that keys wait at most, should a screen never take the focus."""


class Turns(App[int]):
    """An application in which no key overtakes the one before it.

    The library gives a key to whoever has the focus at that moment, and does what it means a little later.
    Of a quick burst, or on a slow machine, the rest would go to the screen below a menu that is just opening.
    """

    class Passed(Message):
        """Follows a key from widget to widget: whoever had the key before has done with it."""

        def __init__(self, turn: asyncio.Event) -> None:
            super().__init__()
            self.turn = turn

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        """What waits for its turn."""
        self._taking: asyncio.Task[None] | None = None
        self._asked: list[Screen[Any]] = []
        """Screens whose answer somebody waits for."""
        self._stirred = asyncio.Event()

    async def on_event(self, event: events.Event) -> None:
        """Keep keys in order; all else goes its way."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._taking is not None:
            self._typed.append(event)
        else:
            await self._give(event)

    def on_turns_passed(self, event: Passed) -> None:
        """A key's work is done, as far as widgets do it."""
        event.stop()
        event.turn.set()

    async def push_screen_wait(
        self, screen: Screen[Result] | str, mode: str | None = None
    ) -> Result:
        """Ask something; from now until the answer is taken, keys are for this screen or wait."""
        assert isinstance(screen, Screen)
        self._asked.append(screen)
        try:
            return await super().push_screen_wait(screen, mode=mode)
        finally:
            self._asked.remove(screen)
            self._stirred.set()

    async def _give(self, event: events.Key | events.Paste) -> None:
        """Give out one; unless it is plain typing, the next waits until it has done its work."""
        to = self.focused or self.screen
        await super().on_event(event)
        plain = isinstance(event, events.Paste) or event.is_printable
        if plain and isinstance(to, Input | TextArea):
            return
        turn = asyncio.Event()
        if to.post_message(self.Passed(turn)):
            self._taking = asyncio.create_task(self._take_turn(turn))

    async def _take_turn(self, turn: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await turn.wait()
                while self._opening():
                    self._stirred.clear()
                    await self._stirred.wait()
        self._taking = None
        while self._typed and self._taking is None:
            await self._give(self._typed.popleft())

    def _opening(self) -> bool:
        """Whether a screen that was asked for is not yet there, or its answer is not yet taken."""
        if any(one not in self.screen_stack for one in self._asked):
            return True
        top = self.screen
        if top not in self._asked or top.focused is not None:
            return False
        self.watch(top, "focused", self._stirred.set, init=False)
        return True
