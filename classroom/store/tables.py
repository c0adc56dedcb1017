"""Every table, by importing every subject."""

from __future__ import annotations

from sqlmodel import SQLModel

from classroom.store import answering, calls, customers, desks, lessons, letters, lists, people

SUBJECTS = (people, lessons, calls, desks, answering, lists, customers, letters)
METADATA = SQLModel.metadata
