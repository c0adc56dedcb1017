"""How far a leg on the board has come, as a table."""

from __future__ import annotations

from typing import Final

from telephony.machine import Machine, Word


class LegState(Word):
    """How far a leg has come."""

    CALLING = "calling"
    """We call it, or it calls us; nobody has answered."""
    RINGING = "ringing"
    ASKED = "asked"
    """Somebody outside lifted and is asked to take the call by key; to its owner it still rings."""
    TALKING = "talking"
    HOLDING = "holding"
    """It put the other side on hold."""
    GONE = "gone"


class LegStep(Word):
    """What can happen to a leg."""

    RING = "ring"
    ASK = "ask"
    ANSWER = "answer"
    HOLD = "hold"
    RESUME = "resume"
    GO = "go"


LEGS: Final = Machine(
    "leg on the board",
    LegState.CALLING,
    {
        (LegState.CALLING, LegStep.RING): LegState.RINGING,
        (LegState.RINGING, LegStep.RING): LegState.RINGING,
        (LegState.CALLING, LegStep.ASK): LegState.ASKED,
        (LegState.RINGING, LegStep.ASK): LegState.ASKED,
        (LegState.ASKED, LegStep.ANSWER): LegState.TALKING,
        (LegState.CALLING, LegStep.ANSWER): LegState.TALKING,
        (LegState.RINGING, LegStep.ANSWER): LegState.TALKING,
        (LegState.TALKING, LegStep.HOLD): LegState.HOLDING,
        (LegState.HOLDING, LegStep.RESUME): LegState.TALKING,
        (LegState.CALLING, LegStep.GO): LegState.GONE,
        (LegState.RINGING, LegStep.GO): LegState.GONE,
        (LegState.ASKED, LegStep.GO): LegState.GONE,
        (LegState.TALKING, LegStep.GO): LegState.GONE,
        (LegState.HOLDING, LegStep.GO): LegState.GONE,
    },
)
