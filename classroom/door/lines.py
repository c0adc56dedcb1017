"""What crosses the door about the switchboard's lines: channels, who waits, conferences."""

from __future__ import annotations

from classroom.door.entry import Part


class ChannelRow(Part):
    """One telephone's end of a call."""

    call_id: str
    extension: str
    name: str
    """Who sits there; empty for an end outside."""
    trunk: str
    number: str
    state: str
    """``calling``, ``ringing``, ``talking``, ``holding``."""
    seconds: float
    """How long the channel has been in use."""
    codec: str
    secured: bool


class WaitingRow(Part):
    """One caller in a queue."""

    queue: str
    call_id: str
    caller: str
    position: int
    waited: float
    expected: float
    """Seconds that this caller is expected to wait yet."""
    offered: bool
    """A desk's telephone rings for this caller."""


class MemberRow(Part):
    """One member of a conference."""

    number: str
    name: str
    state: str
    muted: bool


class ConferenceRow(Part):
    """One conference that is open."""

    name: str
    chair: str
    seconds: float
    locked: bool
    recorded: bool
    members: list[MemberRow]


class ConferenceTape(Part):
    """One row of ``GET /api/conferences``: a recording of a conference that is over."""

    id: str
    name: str
    """The conference's number."""
    began: float
    seconds: float


class LinesState(Part):
    """``GET /api/lines``: the switchboard at one moment; for instructors and leaders."""

    channels: list[ChannelRow]
    waiting: list[WaitingRow]
    conferences: list[ConferenceRow]
