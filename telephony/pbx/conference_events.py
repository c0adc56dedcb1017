"""What the board tells of conferences; ``call`` is the conference's id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ConferenceOpened:
    """A conference may be joined from now on."""

    call: str
    at: float
    name: str
    chair: str
    """The extension that opened it; empty: the console."""
    recorded: bool


@dataclass(frozen=True, slots=True)
class MemberInvited:
    """This number is being rung."""

    call: str
    at: float
    number: str


@dataclass(frozen=True, slots=True)
class MemberMissed:
    """This number does not come, and why in one word."""

    call: str
    at: float
    number: str
    why: str


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """A member is in the conference."""

    call: str
    at: float
    number: str
    members: int


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A member is out of it: ``hung_up``, ``lost``, ``kicked``."""

    call: str
    at: float
    number: str
    members: int
    why: str


@dataclass(frozen=True, slots=True)
class MemberMuted:
    """Nobody hears this member, or everybody again."""

    call: str
    at: float
    number: str
    muted: bool


@dataclass(frozen=True, slots=True)
class ConferenceLocked:
    """Nobody may step in uninvited, or everybody again."""

    call: str
    at: float
    locked: bool


@dataclass(frozen=True, slots=True)
class ConferenceEnded:
    """Nothing is left of the conference; ``most`` members were in it at a time."""

    call: str
    at: float
    why: str
    seconds: float
    most: int


ConferenceEvent: TypeAlias = (
    ConferenceOpened | MemberInvited | MemberMissed | MemberJoined | MemberLeft | MemberMuted
    | ConferenceLocked | ConferenceEnded
)  # fmt: skip
