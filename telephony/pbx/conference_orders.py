"""What people order about conferences; ``name`` is the conference, ``number`` a member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class OpenConference:
    """Open a conference of this name: digits, so that it can be dialled."""

    name: str
    chair: str = ""
    """The extension that leads it; its outside invitations show that desk's number."""
    record: bool = True


@dataclass(frozen=True, slots=True)
class Invite:
    """Ring an extension or an outside number for the conference."""

    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Kick:
    """Put a member out, or take an invitation back."""

    name: str
    number: str


@dataclass(frozen=True, slots=True)
class MuteMember:
    """Let nobody hear a member, or everybody again."""

    name: str
    number: str
    muted: bool = True


@dataclass(frozen=True, slots=True)
class LockConference:
    """Let nobody step in uninvited, or everybody again."""

    name: str
    locked: bool = True


@dataclass(frozen=True, slots=True)
class EndConference:
    """Send everybody home."""

    name: str


ConferenceOrder: TypeAlias = (
    OpenConference | Invite | Kick | MuteMember | LockConference | EndConference
)
