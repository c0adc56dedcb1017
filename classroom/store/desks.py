"""Duty and activity of every desk, each change with its time."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class DeskLog(SQLModel, table=True):
    """A desk was in this duty and activity from ``began`` (UTC) until its next row."""

    id: int | None = Field(default=None, primary_key=True)
    extension: str = Field(index=True)
    login: str = ""
    began: float = Field(index=True)
    duty: str
    reason: str = ""
    activity: str
    call_id: str | None = None


class MobileRow(SQLModel, table=True):
    """An agent who serves from a telephone outside, and the duty reported; gone once at the desk again."""

    extension: str = Field(primary_key=True)
    duty: str
    reason: str = ""
