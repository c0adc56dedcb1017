"""What a visit to a menu can be doing, and the table of what may happen when."""

from __future__ import annotations

from typing import Final

from telephony.machine import Machine, Word


class State(Word):
    """What the visit is doing."""

    READY = "ready"
    """Between two nodes."""
    SPEAKING = "speaking"
    """A prompt that asks nothing."""
    ASKING = "asking"
    """A prompt that a key cuts short."""
    LISTENING = "listening"
    LOOKING = "looking"
    """A look-up is under way."""
    ALONE = "alone"
    """The caller has hung up; what needs nobody is still done."""
    LEFT = "left"


class Happens(Word):
    """What can happen to a visit."""

    TELL = "tell"
    ASK = "ask"
    LISTEN = "listen"
    LOOK = "look"
    LEAVE = "leave"
    PLAYED = "played"
    KEY = "key"
    SILENCE = "silence"
    ANSWER = "answer"
    """The records answered, or it took too long."""
    HANG_UP = "hang_up"


_PRESENT: Final = (State.READY, State.SPEAKING, State.ASKING, State.LISTENING, State.LOOKING)

VISIT: Final = Machine(
    "visit",
    State.READY,
    {
        (State.READY, Happens.TELL): State.SPEAKING,
        (State.READY, Happens.ASK): State.ASKING,
        (State.READY, Happens.LISTEN): State.LISTENING,
        (State.READY, Happens.LOOK): State.LOOKING,
        (State.READY, Happens.LEAVE): State.LEFT,
        (State.SPEAKING, Happens.PLAYED): State.READY,
        (State.ASKING, Happens.PLAYED): State.LISTENING,
        (State.ASKING, Happens.KEY): State.READY,
        (State.LISTENING, Happens.KEY): State.READY,
        (State.LISTENING, Happens.SILENCE): State.READY,
        (State.LOOKING, Happens.ANSWER): State.READY,
        (State.ALONE, Happens.LEAVE): State.LEFT,
    }
    | {(state, Happens.HANG_UP): State.ALONE for state in _PRESENT},
)
