"""Reading the switchboard's news for ever: when the connection is lost, try again until it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from classroom.door.control import News
from lab.errors import Refused, ServerLost
from lab.parts.door import Controls
from lab.parts.feed import PAUSES


async def follow_news(
    controls: Controls,
    events: tuple[str, ...],
    on_news: Callable[[News], None],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    *,
    own: bool = False,
) -> None:
    """Hand on these events, of the ``own`` desk or all that may be heard; what was missed, too.

    The floor's own reading tells when the server is lost.
    """
    attempt = 0
    while True:
        try:
            async for item in controls.news(*events, own=own):
                attempt = 0
                if isinstance(item, News):
                    on_news(item)
        except (ServerLost, Refused):
            pass  # the floor's reading shows it
        await pause(PAUSES[min(attempt, len(PAUSES) - 1)])
        attempt += 1
