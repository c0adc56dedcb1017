"""What the switchboard must not forget in a restart: who is to be called back, each desk's last calls."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class CallbackRow(SQLModel, table=True):
    """A caller who keeps a place in a line; gone once the callback is over. Times are UTC."""

    callback: str = Field(primary_key=True)
    queue: str
    number: str
    caller: str = ""
    line: str
    since: float
    rank: float
    tries: int = 0
    lang: str = ""
    """What the caller chose to hear; empty: the school's language."""


class RecentRow(SQLModel, table=True):
    """One of a desk's last calls; a desk has so many places, the newest takes the oldest's."""

    extension: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    at: float
    """UTC."""
    kind: str
    """``dialled``, ``answered`` or ``missed``."""
    number: str = ""
    """Empty: withheld."""
    call_id: str = ""
