"""Letters: mail and faxes that came in, what became of them, and what went out for them."""

from __future__ import annotations

from typing import Any

from sqlmodel import JSON, Column, Field, Index, SQLModel


class LetterRow(SQLModel, table=True):
    """One letter; it is deleted when the days that records are kept are over."""

    __table_args__ = (Index("ix_letterrow_line", "state", "rank", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    """The number that its sender is told."""
    kind: str
    """``mail`` or ``fax``."""
    state: str
    """One of ``classroom.business.letters.states``."""
    came: float = Field(index=True)
    """UTC."""
    sender: str = Field(index=True)
    """An address in small letters, or a number in the one form we keep; empty: nobody signed it."""
    sender_name: str = ""
    reply_to: str = ""
    """Where the answer goes; empty: to the sender."""
    receiver: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = Field(default="", index=True)
    """What the sender's machine calls it (RFC 5322)."""
    thread: str = ""
    """The letters before it, as its machine named them."""
    pages: int = 0
    attached: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    file: str = ""
    """The letter as it came, in the folder of letters."""
    automatic: str = ""
    """Why a machine may not answer it (RFC 3834); empty: it may."""
    customer_id: int | None = Field(default=None, foreign_key="customerrow.id", index=True)
    category: str = ""
    priority: int = 0
    reasons: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    rank: float
    """When it came, less its priority as time: the lowest is the next."""
    taken_by: str = Field(default="", index=True)
    """The log-in of whoever has it, or had it last."""
    taken_at: float | None = None
    done_at: float | None = None
    version: int = 1
    """Counts the steps: whoever takes a step from a version that is no longer there is told so."""


class LetterStep(SQLModel, table=True):
    """Who did what with a letter, and when."""

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letterrow.id", index=True)
    at: float
    by: str
    what: str
    note: str = ""


class SentLetter(SQLModel, table=True):
    """The out-box: there is no outside in the lab, so what goes out is kept here to be read."""

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letterrow.id", index=True)
    at: float = Field(index=True)
    kind: str
    what: str
    """``receipt``: by itself; ``answer``: an agent's."""
    by: str = ""
    sender: str
    receiver: str = Field(index=True)
    subject: str = ""
    text: str
    parameters: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """A mail's own header lines; a fax's header line, resolution and pages."""
