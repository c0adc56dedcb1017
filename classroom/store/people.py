"""The school's people, what they agreed to, and who looked at what."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Person(SQLModel, table=True):
    """One person who may come in."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True, index=True)
    name: str
    role: str
    extension: str | None = Field(default=None, unique=True)
    password_hash: str
    """Argon2id; the log-in password itself is nowhere."""
    sip_password: str | None = None
    """Made by the machine, never chosen; kept readable, see the room's README."""
    active: bool = True


class Consent(SQLModel, table=True):
    """A person read the notice and agreed."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    at: float
    notice: str


class Audit(SQLModel, table=True):
    """Somebody did something that must be answerable for."""

    id: int | None = Field(default=None, primary_key=True)
    at: float = Field(index=True)
    who: str
    what: str
    about: str = ""
