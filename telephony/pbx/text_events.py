"""What the board tells of short messages to the outside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextSent:
    """A carrier took a short message, or none did; its words stay with the sender."""

    call: str | None
    """The call that the desk was in."""
    at: float
    extension: str
    number: str
    ref: str
    """The sender's own name for it."""
    parts: int
    """So many messages it is at a mobile telephone."""
    trunk: str
    status: int
    why: str = ""
    """Empty: the carrier took it."""
