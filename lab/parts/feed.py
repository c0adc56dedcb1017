"""Reading the floor for ever: when the server is lost, try again until it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from classroom.door.seats import TAKEN
from classroom.door.wire import FloorEvent
from lab.errors import Refused, ServerLost
from lab.parts.door import Door

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between attempts; the last one repeats."""


async def follow(
    door: Door,
    *,
    on_event: Callable[[FloorEvent], None],
    on_back: Callable[[], Awaitable[None]],
    on_lost: Callable[[ServerLost], None],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Read the floor; ``on_back`` runs before every reading, the first one too.

    Ends with ``Refused`` once another seat has taken this log-in.
    """
    attempt = 0
    while True:
        try:
            await on_back()
            async for event in door.floor():
                attempt = 0
                on_event(event)
        except ServerLost as error:
            on_lost(error)
        except Refused as error:
            if error.status == TAKEN:
                raise
            on_lost(ServerLost(str(error)))
        await pause(PAUSES[min(attempt, len(PAUSES) - 1)])
        attempt += 1
