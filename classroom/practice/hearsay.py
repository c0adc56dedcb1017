"""What a customer is told of what the line does: the board's events as a person at the far end has them.

A person would hear that the music stopped and somebody spoke; a customer is told by the board itself, so
that the same seed gives the same call on a busy machine.
"""

from __future__ import annotations

from collections.abc import Callable

from classroom.practice.orders import LineTold
from telephony.pbx.events import BoardEvent, DeskAnswered, Held, Queued, Resumed, TalkEnded


def hearsay(
    event: BoardEvent, announcement: Callable[[str], float] = lambda extension: 0.0
) -> LineTold | None:
    """Translate a board event; ``announcement`` gives the seconds of "agent 1007 serves you"."""
    match event:
        case Queued(call=call):
            return LineTold(order_id=call, what="queued")
        case DeskAnswered(call=call, extension=extension):
            seconds = announcement(extension)
            return LineTold(order_id=call, what="answered", announcement=seconds)
        case Held(call=call, by="callee"):
            return LineTold(order_id=call, what="held")
        case Resumed(call=call, by="callee"):
            return LineTold(order_id=call, what="resumed")
        case TalkEnded(call=call, by="callee"):
            return LineTold(order_id=call, what="rating")
        case _:
            return None
