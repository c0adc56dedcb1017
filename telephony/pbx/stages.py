"""The stages of a call, the table of what may happen when, and what is heard at each."""

from __future__ import annotations

from typing import Final

from telephony.machine import Machine, Word
from telephony.pbx.sound import Scene


class Stage(Word):
    """Where a call is."""

    ARRIVED = "arrived"
    """Let in, not yet sent anywhere."""
    FLOW = "flow"
    """The caller is answered by a menu or an announcement."""
    QUEUED = "queued"
    OFFERED = "offered"
    """Still waiting, while a desk's telephone rings for it."""
    DIALLING = "dialling"
    """One number rings for it."""
    TALKING = "talking"
    HOLDING = "holding"
    CONSULTING = "consulting"
    """The agent rings or talks to somebody aside; the customer hears music."""
    LIFTING = "lifting"
    """The agent's own telephone rings before the number is called."""
    PARKED = "parked"
    """In a slot, with music, until a desk fetches it."""
    RATING = "rating"
    """The agent hung up; the caller is asked to rate."""
    ENDED = "ended"


class Turn(Word):
    """What can happen to a call."""

    ENTER = "enter"
    QUEUE = "queue"
    OFFER = "offer"
    LIFT = "lift"
    DIAL = "dial"
    MISS = "miss"
    """Nobody took it where it rang."""
    GIVE_UP = "give_up"
    """It waited too long."""
    ANSWER = "answer"
    HOLD = "hold"
    RESUME = "resume"
    CONSULT = "consult"
    """The agent turns to somebody aside."""
    RETURN = "return"
    """The agent turns back to the customer."""
    ALONE = "alone"
    """Whom the agent asked is gone; the customer waits on."""
    PARK = "park"
    RATE = "rate"
    END = "end"


_TRANSFERS: Final = (Stage.TALKING, Stage.HOLDING, Stage.CONSULTING)

TOGETHER: Final = frozenset(_TRANSFERS)
"""The two ends are connected, on hold or not; from there a call may be sent on."""

STAGES: Final = Machine(
    "call",
    Stage.ARRIVED,
    {
        (Stage.ARRIVED, Turn.ENTER): Stage.FLOW,
        (Stage.ARRIVED, Turn.DIAL): Stage.DIALLING,
        (Stage.ARRIVED, Turn.LIFT): Stage.LIFTING,
        (Stage.LIFTING, Turn.DIAL): Stage.DIALLING,
        (Stage.LIFTING, Turn.ENTER): Stage.FLOW,
        (Stage.PARKED, Turn.DIAL): Stage.DIALLING,
        (Stage.PARKED, Turn.ANSWER): Stage.TALKING,
        (Stage.FLOW, Turn.QUEUE): Stage.QUEUED,
        (Stage.FLOW, Turn.DIAL): Stage.DIALLING,
        (Stage.QUEUED, Turn.OFFER): Stage.OFFERED,
        (Stage.QUEUED, Turn.GIVE_UP): Stage.FLOW,
        (Stage.OFFERED, Turn.MISS): Stage.QUEUED,
        (Stage.OFFERED, Turn.GIVE_UP): Stage.FLOW,
        (Stage.OFFERED, Turn.ANSWER): Stage.TALKING,
        (Stage.DIALLING, Turn.ANSWER): Stage.TALKING,
        (Stage.DIALLING, Turn.GIVE_UP): Stage.FLOW,
        (Stage.TALKING, Turn.HOLD): Stage.HOLDING,
        (Stage.HOLDING, Turn.RESUME): Stage.TALKING,
        (Stage.TALKING, Turn.CONSULT): Stage.CONSULTING,
        (Stage.HOLDING, Turn.CONSULT): Stage.CONSULTING,
        (Stage.CONSULTING, Turn.RETURN): Stage.TALKING,
        (Stage.CONSULTING, Turn.ALONE): Stage.HOLDING,
        (Stage.TALKING, Turn.RATE): Stage.RATING,
        (Stage.HOLDING, Turn.RATE): Stage.RATING,
        (Stage.CONSULTING, Turn.RATE): Stage.RATING,
    }
    | {(stage, Turn.ENTER): Stage.FLOW for stage in _TRANSFERS}
    | {(stage, Turn.DIAL): Stage.DIALLING for stage in _TRANSFERS}
    | {(stage, Turn.PARK): Stage.PARKED for stage in _TRANSFERS}
    | {(Stage.DIALLING, Turn.QUEUE): Stage.QUEUED, (Stage.DIALLING, Turn.DIAL): Stage.DIALLING}
    | {(stage, Turn.END): Stage.ENDED for stage in Stage if stage is not Stage.ENDED},
)

SCENES: Final = {
    Stage.ARRIVED: Scene.SILENCE,
    Stage.FLOW: Scene.PROMPTS,
    Stage.QUEUED: Scene.MUSIC,
    Stage.OFFERED: Scene.MUSIC,
    Stage.DIALLING: Scene.RINGBACK,
    Stage.TALKING: Scene.TALK,
    Stage.HOLDING: Scene.HOLD,
    Stage.CONSULTING: Scene.CONSULT,
    Stage.LIFTING: Scene.SILENCE,
    Stage.PARKED: Scene.MUSIC,
    Stage.RATING: Scene.PROMPTS,
    Stage.ENDED: Scene.SILENCE,
}
"""What is heard at each stage."""
