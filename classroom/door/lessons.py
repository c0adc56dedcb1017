"""What crosses the door about lessons: the customers there are, which of them call, how far a lesson is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from classroom.door.entry import Lang, Part


class ScenarioRow(Part):
    """One row of ``GET /api/scenarios``."""

    id: str
    title: str
    lang: Lang
    level: int


class LessonOrder(Part):
    """``POST /api/lessons``: these customers call these seats."""

    scenarios: list[str] = Field(default_factory=list, max_length=1_000)
    """Empty: every scenario of the language."""
    lang: Lang = "zh"
    seed: int = Field(0, ge=-(2**63), lt=2**63)
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    """What every call is judged by; none: the level of its own scenario."""
    gap_seconds: float = Field(3.0, ge=0, le=86_400)
    """How long after a desk is ready its next customer rings."""
    calls: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Stop after so many; none: go on until ended."""
    know_menu: bool = False
    """Customers press their key at once, so that seats ring some seconds sooner."""


class LessonState(Part):
    """A lesson under way."""

    id: int
    order: LessonOrder
    placed: int
    finished: int
    running: bool
    prepared: int = 0
    """Sentences rendered so far, of ``to_prepare``; customers call when all are."""
    to_prepare: int = 0
