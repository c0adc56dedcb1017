"""What the board tells of calls in progress: consulted, handed on, parked, picked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

TransferHow: TypeAlias = Literal["blind", "attended", "intercepted"]


@dataclass(frozen=True, slots=True)
class Transferred:
    """A desk handed the call on."""

    call: str
    at: float
    extension: str
    """The desk that did."""
    to: str
    how: TransferHow
    queue_log: str = "BLINDTRANSFER"


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """Nobody took the transferred call; it comes back."""

    call: str
    at: float
    extension: str
    to: str
    why: str


@dataclass(frozen=True, slots=True)
class Consulted:
    """The agent put the customer on hold and rings somebody to ask."""

    call: str
    at: float
    extension: str
    to: str


@dataclass(frozen=True, slots=True)
class ConsultMissed:
    """Nobody answered who could be asked."""

    call: str
    at: float
    extension: str
    to: str
    why: str


@dataclass(frozen=True, slots=True)
class ConsultEnded:
    """Whoever was asked is out of the call again."""

    call: str
    at: float
    extension: str
    why: str


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """Customer, agent and whoever was asked talk with each other."""

    call: str
    at: float
    extension: str
    with_: str


@dataclass(frozen=True, slots=True)
class NotLifted:
    """The agent ordered a call and did not lift; nobody was called."""

    call: str
    at: float
    extension: str
    number: str
    why: str


@dataclass(frozen=True, slots=True)
class NotReached:
    """The number that an agent dialled cannot be had."""

    call: str
    at: float
    number: str
    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Parked:
    """The call waits in a slot."""

    call: str
    at: float
    extension: str
    slot: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A desk fetched the parked call."""

    call: str
    at: float
    extension: str
    slot: str


@dataclass(frozen=True, slots=True)
class ParkTimedOut:
    """Nobody fetched the parked call; it goes back to the desk that parked it."""

    call: str
    at: float
    extension: str
    slot: str


@dataclass(frozen=True, slots=True)
class PickedUp:
    """A desk takes a call that rings at another."""

    call: str
    at: float
    extension: str
    rang: str
    """The desk it rang at."""


@dataclass(frozen=True, slots=True)
class RecordingPaused:
    """From now on the recording holds silence in both channels; ``reason`` says what is not kept."""

    call: str
    at: float
    extension: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordingResumed:
    """The recording holds what is said again; it was ``paused`` so many seconds."""

    call: str
    at: float
    extension: str
    """The desk that ended the pause; empty: it ended by itself."""
    paused: float


@dataclass(frozen=True, slots=True)
class NoteSent:
    """A desk wrote to another, outside any call."""

    at: float
    sender: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class ResumeMissed:
    """The agent wanted to go on and did not lift; the customer is still on hold."""

    call: str
    at: float
    extension: str
    why: str


CallPlay: TypeAlias = (
    Transferred | TransferFailed | Consulted | ConsultMissed | ConsultEnded | ThreeWay | NotLifted
    | NotReached | Parked | Retrieved | ParkTimedOut | PickedUp
    | RecordingPaused | RecordingResumed | NoteSent | ResumeMissed
)  # fmt: skip
