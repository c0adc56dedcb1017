"""Calls that nobody takes: each desk's forwards, voice messages, the boxes' PINs."""

from __future__ import annotations

from typing import Any

from sqlmodel import JSON, Column, Field, SQLModel


class ForwardRow(SQLModel, table=True):
    """What one desk wishes for calls it does not take."""

    extension: str = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class VoiceMessageRow(SQLModel, table=True):
    """One voice message; a deleted one stays as a row without its file."""

    id: str = Field(primary_key=True)
    box: str = Field(index=True)
    caller: str = ""
    left_at: float
    """Seconds since 1970."""
    path: str
    """Relative to the data folder."""
    seconds: float
    state: str = "new"


class BoxRow(SQLModel, table=True):
    """What the owner of a mailbox chose."""

    name: str = Field(primary_key=True)
    pin: str = ""
