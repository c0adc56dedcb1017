"""Calls and all that hangs on them: evidence, recordings, wrap-ups, scorecards, verdicts.

Evidence is only ever appended, at the moment it happens. An item keeps the monotonic second it
happened at (``clock``); the call keeps the second it was answered at, so ``at`` is a subtraction
and what happened before the answer need not be written twice.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import JSON, Column, Field, SQLModel


class Call(SQLModel, table=True):
    """One call, from its first packet on."""

    id: str = Field(primary_key=True)
    lesson_id: int | None = Field(default=None, foreign_key="lesson.id", index=True)
    line: str = "practice"
    direction: str = ""
    """``in``, ``out`` or ``inside``; a callback is ``out`` once the caller's number is dialled."""
    state: str = Field(default="queued", index=True)
    scenario: str | None = None
    seed: int = 0
    lang: str = "zh"
    level: int = 1
    caller: str = Field(default="", index=True)
    dialled: str = Field(default="", index=True)
    queue: str = ""
    extension: str = ""
    """The desk that answered (or was rung last)."""
    agent: str = Field(default="", index=True)
    """Log-in of the person at that desk at the time."""
    dialled_by: str = Field(default="", index=True)
    """Log-in of the person who dialled; empty for a call from outside."""
    started: float = Field(index=True)
    """UTC, once a call; everything else is monotonic."""
    began_clock: float
    answered_clock: float | None = None
    ended_clock: float | None = None
    queue_seconds: float = 0.0
    ring_seconds: float = 0.0
    talk_seconds: float = 0.0
    outcome: str = ""
    result: str = ""
    """How it ended, as the switchboard says (``telephony.pbx.results``)."""
    ungraded: str = ""
    """Why there are no marks: ``no_scenario``, ``not_answered`` or ``grading_failed``."""
    mood: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    rating: int | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    transport: str = ""
    codec: str = ""

    @property
    def zero(self) -> float:
        """The monotonic second that counts as 0: the answer, else the beginning."""
        return self.began_clock if self.answered_clock is None else self.answered_clock


class CallPart(SQLModel, table=True):
    """One agent had the call from ``began_clock`` on; a call that is handed on has several."""

    call_id: str = Field(primary_key=True, foreign_key="call.id")
    no: int = Field(primary_key=True)
    extension: str
    agent: str = Field(default="", index=True)
    began_clock: float
    ended_clock: float | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The facts as this desk had them."""


class EvidenceRow(SQLModel, table=True):
    """One item of the timeline, written as it happened and never changed."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    clock: float
    until_clock: float | None = None
    kind: str
    """``utterance``, ``line`` or ``action``; ``more`` is laid over an utterance, ``trace`` is for the
    call's trace alone."""
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Recording(SQLModel, table=True):
    """Where a call's sound lies."""

    call_id: str = Field(primary_key=True, foreign_key="call.id")
    path: str
    """Relative to the data folder."""
    began_clock: float | None = None
    seconds: float = 0.0
    channels: int = 2
    sample_rate: int = 8000
    mark: str = ""
    """Why it is not whole (``disk_full``, ``broken_off``); ``open`` while it is being written."""


class RecordingPiece(SQLModel, table=True):
    """One piece of a talk that is recorded by order; gone once the pieces are one recording."""

    call_id: str = Field(primary_key=True, foreign_key="call.id")
    no: int = Field(primary_key=True)
    path: str
    """Relative to the data folder."""
    began_clock: float


class WrapupRow(SQLModel, table=True):
    """The agent's summary; a later one stands beside an earlier one."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    at: float
    by: str
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class WrapupDraft(SQLModel, table=True):
    """A summary that is being written, as it stood a second ago; gone once it is handed in."""

    call_id: str = Field(primary_key=True, foreign_key="call.id")
    by: str = Field(primary_key=True)
    at: float
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class ScorecardRow(SQLModel, table=True):
    """The automatic marks; grading again adds a row, the newest counts."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    part: int = 0
    agent: str = ""
    """Whose marks they are."""
    at: float
    rubric: str
    version: str
    score: float
    passed: bool
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class VerdictRow(SQLModel, table=True):
    """An instructor's word, beside the score and never over it."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    at: float
    by: str
    score: float
    comment: str = ""
