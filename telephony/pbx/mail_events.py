"""What the board tells of voice messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from telephony.pbx.mailbox import Message


@dataclass(frozen=True, slots=True)
class MessageLeft:
    """Somebody left a message; its file is whole."""

    at: float
    call: str
    message: Message


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message was heard, saved or deleted; a deleted one's file may go."""

    at: float
    message: Message


@dataclass(frozen=True, slots=True)
class MessageDropped:
    """Nobody said anything: this file may go."""

    at: float
    call: str
    path: str


@dataclass(frozen=True, slots=True)
class BoxOpened:
    """A caller reached a mailbox, to leave a message (``leaving``) or to listen."""

    at: float
    call: str
    box: str
    leaving: bool


MailEvent: TypeAlias = MessageLeft | MessageChanged | MessageDropped | BoxOpened
