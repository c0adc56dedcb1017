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


DeskOrder: TypeAlias = (
    Hold | Resume | Mute | HangUp | Transfer | Consult | CancelConsult | Toggle
    | CompleteTransfer | JoinAll
)  # fmt: skip
"""What an agent orders at a desk."""
