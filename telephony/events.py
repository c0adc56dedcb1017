"""What the legs of a call tell each other.

Legs never exchange SIP, only these call events; hence anything can be a leg: a seat, a trunk,
a menu, a voicemail box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Party: TypeAlias = Literal["caller", "callee", "board", "network"]
"""Who did it: the one who called, the one who was called, the switchboard itself, the wire."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A call wants to come in."""

    number: str
    """The number that was dialled."""
    caller: str
    """The caller's number; empty when withheld."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """The far end's telephone rings."""

    early: bool = False
    """It sends sound already: its own ringing, or an announcement."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The far end answered; media is agreed."""

    codec: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """This party put the other on hold."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """This party came back from hold."""


@dataclass(frozen=True, slots=True)
class Updated:
    """Media was agreed again without holding or resuming: a session refresh, another address."""


@dataclass(frozen=True, slots=True)
class Said:
    """This party sent words inside the call."""

    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    """By which whoever hears it says what became of the words."""

    @property
    def spoken(self) -> bool:
        """They are a seat's voice in writing: spoken into the call at the same time."""
        return "X-Lab-Line" in self.headers


@dataclass(frozen=True, slots=True)
class Pressed:
    """This party pressed a key."""

    digit: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The far end did not take the call; ``status`` is the SIP status that says why."""

    status: int
    reason: str = ""
    to: str = ""
    """With a 3xx: the number to try instead."""


@dataclass(frozen=True, slots=True)
class Ended:
    """This party is gone."""

    why: str = "hung_up"
    lost: bool = False
    """It vanished (time-out, broken wire) instead of hanging up."""


CallEvent: TypeAlias = (
    Offered | Ringing | Connected | Held | Resumed | Updated | Said | Pressed | Failed | Ended
)
