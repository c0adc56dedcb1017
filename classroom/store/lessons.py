"""Lessons: which customers called which class."""

from __future__ import annotations

from typing import Any

from sqlmodel import JSON, Column, Field, SQLModel


class Lesson(SQLModel, table=True):
    """One lesson, as it was ordered and how far it came."""

    id: int | None = Field(default=None, primary_key=True)
    started: float
    ended: float | None = None
    by: str = ""
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The ``wire.LessonOrder``."""
    placed: int = 0
    finished: int = 0
