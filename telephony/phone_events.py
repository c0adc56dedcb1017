"""What happens to a call at a telephone."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TypeAlias

from telephony.media.control import Digit, PlayBegan, PlayEnded, SpeechBegan, SpeechEnded
from telephony.sip.message import Headers


class CallState(enum.Enum):
    """Where a call at a telephone stands."""

    CALLING = enum.auto()
    """We dialled; nobody answered yet."""
    RINGING = enum.auto()
    """Somebody calls us."""
    TALKING = enum.auto()
    HELD = enum.auto()
    """We put the far end on hold."""
    OVER = enum.auto()


@dataclass(frozen=True, slots=True)
class Ringing:
    """The far end rings."""

    status: int = 180


@dataclass(frozen=True, slots=True)
class Answered:
    """The call stands; ``at`` is the monotonic moment."""

    at: float


@dataclass(frozen=True, slots=True)
class Held:
    """The call is on hold, put there by us or by the far end."""

    by_us: bool


@dataclass(frozen=True, slots=True)
class Resumed:
    """The call is off hold."""

    by_us: bool


@dataclass(frozen=True, slots=True)
class TextCame:
    """The far end sent words inside the call."""

    text: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; nothing more comes."""

    why: str
    status: int | None = None
    """The final status, where the called side refused."""


CallEvent: TypeAlias = (
    Ringing | Answered | Held | Resumed | Digit | TextCame | SpeechBegan | SpeechEnded | PlayBegan
    | PlayEnded | Ended
)  # fmt: skip
