"""What may become of a letter."""

from __future__ import annotations

import enum
from typing import Final

from telephony.machine import Machine


class State(enum.Enum):
    """Where a letter is."""

    WAITING = "waiting"
    AT_DESK = "at_desk"
    RETURNED = "returned"
    """In the line again, at its old place."""
    ANSWERED = "answered"
    CLOSED = "closed"
    """Done without an answer."""


class Step(enum.Enum):
    """What is done with it; the values are the words of its history."""

    TAKE = "taken"
    RETURN = "returned"
    ANSWER = "answered"
    CLOSE = "closed"


LETTER: Final = Machine(
    "letter",
    State.WAITING,
    {
        (State.WAITING, Step.TAKE): State.AT_DESK,
        (State.RETURNED, Step.TAKE): State.AT_DESK,
        (State.AT_DESK, Step.TAKE): State.AT_DESK,  # its time at a desk was over
        (State.AT_DESK, Step.RETURN): State.RETURNED,
        (State.AT_DESK, Step.ANSWER): State.ANSWERED,
        (State.AT_DESK, Step.CLOSE): State.CLOSED,
    },
)
IN_LINE: Final = (State.WAITING.value, State.RETURNED.value)
DONE: Final = (State.ANSWERED.value, State.CLOSED.value)
