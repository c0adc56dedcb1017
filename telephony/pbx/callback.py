"""A callback: somebody hung up and kept the place in the line.

An agent's telephone rings first, then the caller's. One number has one callback a queue: a second
request keeps the first place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from telephony.machine import Machine
from telephony.pbx.events import Line
from telephony.pbx.queue import Place


class CallbackState(Enum):
    """How far a callback has come."""

    WAITING = "waiting"
    """Its place moves up the line."""
    RINGING = "ringing"
    """An agent's telephone rings for it."""
    DIALLING = "dialling"
    """The agent is there; the caller's telephone rings."""
    RESTING = "resting"
    """Not reached; tried again later, at the old place."""
    OVER = "over"


class CallbackStep(Enum):
    """What can happen to a callback."""

    OFFER = "offer"
    MISS = "miss"
    """The agent did not take it, or left before the caller answered."""
    ANSWER = "answer"
    """The agent answered."""
    REACH = "reach"
    """The caller answered."""
    FAIL = "fail"
    """The caller did not answer; there is another try."""
    WAKE = "wake"
    END = "end"
    """The last try failed, the caller was served otherwise, somebody cancelled it."""


S, E = CallbackState, CallbackStep

CALLBACKS: Final = Machine(
    "callback",
    S.WAITING,
    {
        (S.WAITING, E.OFFER): S.RINGING,
        (S.RINGING, E.MISS): S.WAITING,
        (S.RINGING, E.ANSWER): S.DIALLING,
        (S.DIALLING, E.MISS): S.WAITING,
        (S.DIALLING, E.REACH): S.OVER,
        (S.DIALLING, E.FAIL): S.RESTING,
        (S.RESTING, E.WAKE): S.WAITING,
    }
    | {(state, E.END): S.OVER for state in S if state is not S.OVER},
)


@dataclass(slots=True)
class Callback:
    """One caller who waits without a telephone at the ear."""

    id: str
    queue: str
    number: str
    """The number to call."""
    caller: str
    """The number the caller called from."""
    line: Line
    place: Place
    tries: int = 0
    lang: str = ""
    """What the caller chose to hear; empty: the house's."""
    state: CallbackState = CALLBACKS.first
    try_id: str = ""
    """The call that is being made for it."""

    def step(self, step: CallbackStep) -> None:
        """Move on by the table."""
        self.state = CALLBACKS.step(self.state, step)
