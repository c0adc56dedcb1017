"""Who has joined a call besides its two ends, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telephony.pbx.leg import Leg


class Role(Enum):
    """What somebody is to a call."""

    CALLER = "caller"
    CALLEE = "callee"
    CONSULTED = "consulted"
    """Asked by the agent aside; the customer hears nothing of it."""
    GUEST = "guest"
    """The third of a three-way talk: hears and is heard by everybody."""
    SUPERVISOR = "supervisor"
    """Stands behind one of the two; how much is heard of it is its mode."""


class Mode(Enum):
    """How a supervisor takes part."""

    LISTEN = "listen"
    """Hears what the supervised hears; nobody hears the supervisor."""
    WHISPER = "whisper"
    """Only the supervised hears the supervisor, and no recording does."""
    BARGE = "barge"
    """Everybody hears the supervisor."""


@dataclass(slots=True, eq=False)
class Party:
    """One telephone that has joined a call, or rings to join it."""

    leg: Leg
    role: Role
    mode: Mode = Mode.LISTEN
    """Of a supervisor."""
    over: Leg | None = None
    """Whom a supervisor stands behind; for the others, who asked them in."""
    began: float = 0.0
