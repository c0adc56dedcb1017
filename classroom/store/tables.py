"""Every table, by importing every subject."""

from __future__ import annotations

from sqlmodel import SQLModel

from classroom.store import answering, calls, desks, lessons, lists, people

SUBJECTS = (people, lessons, calls, desks, answering, lists)
METADATA = SQLModel.metadata
