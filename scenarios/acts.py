"""What reaches a mind and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

# ── in ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Heard:
    """The agent said something and its words are known."""

    text: str
    confidence: float = 1.0
    """Below ``mind.SURE`` an utterance without a cue counts as voice alone."""


@dataclass(frozen=True, slots=True)
class MenuPlayed:
    """The number's menu was heard: the customer presses the scenario's key."""


@dataclass(frozen=True, slots=True)
class Queued:
    """The customer has waited so long in the queue, all in all."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """The customer has been on hold so long, this time; ``Held(0)`` begins it."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Resumed:
    """The agent is back from hold."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The agent talked over the customer."""


@dataclass(frozen=True, slots=True)
class ReadAloud:
    """The agent read the script word for word."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The agent's voice was heard, its words were not."""


@dataclass(frozen=True, slots=True)
class RatingAsked:
    """The line asks for a mark from 1 to 5."""


@dataclass(frozen=True, slots=True)
class LineCut:
    """The line is gone, whoever ended it."""


Happening: TypeAlias = (
    MenuPlayed | Queued | Held | Resumed | Interrupted | ReadAloud | Spoken | RatingAsked | LineCut
)

# ── out ──────────────────────────────────────────────────────────────────────

Why: TypeAlias = Literal["goodbye", "angry", "queue", "hold"]


@dataclass(frozen=True, slots=True)
class Say:
    """Say a line; ``key`` names its wording in ``lines()``."""

    text: str
    beat: str
    key: str


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys."""

    digits: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hang up, once everything said before has been spoken."""

    why: Why


@dataclass(frozen=True, slots=True)
class Wait:
    """Let so many seconds pass before the next act."""

    seconds: float


Act: TypeAlias = Say | Press | HangUp | Wait
