"""What became of every caller, read from the board's news."""

from __future__ import annotations

from collections.abc import Iterable

from telephony.pbx import events as ev
from telephony.pbx.callback_events import CallbackBooked
from telephony.pbx.events import BoardEvent

ANSWERED, PROMISED, FULL, LONG, LEFT = (
    "answered", "called back", "told that the line is full", "told that it takes too long",
    "hung up",
)  # fmt: skip


def fates_of(news: Iterable[BoardEvent]) -> dict[str, str]:
    """Say of each call what became of it; one that is missing was lost silently."""
    fates: dict[str, str] = {}
    for event in news:
        match event:
            case ev.DeskAnswered(call=call):
                fates[call] = ANSWERED
            case CallbackBooked(call=call):
                fates[call] = PROMISED
            case ev.TurnedAway(call=call):
                fates[call] = FULL
            case ev.QueueLeft(call=call, why="waited_too_long"):
                fates[call] = LONG
            case ev.CallEnded(call=call, queue_log="ABANDON"):
                fates[call] = LEFT
    return fates
