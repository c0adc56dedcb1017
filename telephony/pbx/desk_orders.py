"""What an agent orders at a desk: about the talk there, or to begin one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Hold:
    """Let the far end hear music; nothing of it is seen on the wire."""

    extension: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with the talk."""

    extension: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Let nobody hear this desk, or everybody again."""

    extension: str
    muted: bool = True


@dataclass(frozen=True, slots=True)
class HangUp:
    """Put the handset of this desk down."""

    extension: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Send whoever the desk talks to on to a number, without asking there (single step)."""

    extension: str
    number: str


@dataclass(frozen=True, slots=True)
class Consult:
    """Put the customer on hold and ring somebody to ask."""

    extension: str
    number: str


@dataclass(frozen=True, slots=True)
class CancelConsult:
    """Let the consulted go and turn back to the customer."""

    extension: str


@dataclass(frozen=True, slots=True)
class Toggle:
    """Turn from the customer to the consulted, or back."""

    extension: str


@dataclass(frozen=True, slots=True)
class CompleteTransfer:
    """Hand the customer over to the consulted."""

    extension: str


@dataclass(frozen=True, slots=True)
class JoinAll:
    """Let customer, agent and consulted talk with each other: a three-way call."""

    extension: str


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring the agent's own telephone, and when it is lifted call this number."""

    extension: str
    number: str
    auto_answer: bool | None = None
    """Ask the telephone to lift by itself; None: as the plan says."""


@dataclass(frozen=True, slots=True)
class Park:
    """Put whoever the desk talks to into a slot; the event says which."""

    extension: str
    slot: str = ""
    """Empty: the first that is free."""


@dataclass(frozen=True, slots=True)
class Retrieve:
    """Ring the desk's telephone for the call in a slot."""

    extension: str
    slot: str


@dataclass(frozen=True, slots=True)
class PickUp:
    """Ring the desk's telephone for a call that rings at another."""

    extension: str
    at: str | None = None
    """Where it rings; None: anywhere in the desk's group."""


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Record the talk from now on."""

    extension: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Record the talk no more."""

    extension: str


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Let the recording hold silence while a card number is said, or end that."""

    extension: str
    paused: bool = True
    reason: str = "card"


@dataclass(frozen=True, slots=True)
class Rate:
    """Leave the customer to the rating; the desk's part of the call is over (SEA-10, SEA-11)."""

    extension: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Let the desk's telephone lift by itself, where it can be told to."""

    extension: str


@dataclass(frozen=True, slots=True)
class SendNote:
    """Write to another desk, outside any call."""

    extension: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a short message to a mobile telephone outside."""

    extension: str
    number: str
    text: str
    ref: str = ""
    """The sender's own name for it, told with what became of it."""


@dataclass(frozen=True, slots=True)
class Redial:
    """Dial the number that this desk dialled last."""

    extension: str


@dataclass(frozen=True, slots=True)
class WorkOutside:
    """Serve from the telephone outside that the house set for this desk, or at the desk again (TEL-28)."""

    extension: str
    outside: bool = True


DeskOrder: TypeAlias = (
    Hold | Resume | Mute | HangUp | Transfer | Consult | CancelConsult | Toggle
    | CompleteTransfer | JoinAll | Dial | Park | Retrieve | PickUp
    | StartRecording | StopRecording | PauseRecording | Rate | Answer | SendNote | SendText | Redial
    | WorkOutside
)  # fmt: skip
"""What an agent orders at a desk."""
