"""The school's people: who they are, what proves it, what they agreed to, what they looked at."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import col, select

from classroom.school.demo import (
    CLASS_SIZE,
    FIRST_EXTENSION,
    INSTRUCTOR,
    INSTRUCTOR_EXTENSION,
    demo_password,
)
from classroom.school.notice import agreement
from classroom.store.engine import Store
from classroom.store.people import Audit, Consent, Person

# The smallest Argon2id that OWASP's password storage sheet calls enough: a class of 50 logs in
# within a second on two cores.
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19456, parallelism=1),))
_KNOWN = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""For a demo class, whose passwords everybody knows: nothing to protect, and a start a second shorter."""
_TEACHER = "教师 Teacher"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person just enrolled, with the log-in password that is shown this once."""

    login: str
    password: str
    role: str
    extension: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the roster; the SIP password only when it was asked for and audited."""

    login: str
    name: str
    role: str
    extension: str | None
    sip_password: str | None = None


class People:
    """Everybody who may come in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def enrol(
        self, login: str, name: str, role: str, extension: str | None, password: str = ""
    ) -> Enrolled:
        """Add one person; without a password one is made up."""
        found = await self.enrol_all([(login, name, role, extension, password)])
        return found[0]

    async def enrol_instructor(self) -> Enrolled:
        """Add the instructor, whose password is made up."""
        return await self.enrol(INSTRUCTOR, _TEACHER, "instructor", INSTRUCTOR_EXTENSION)

    async def enrol_class(self, *, demo: bool, size: int = CLASS_SIZE) -> list[Enrolled]:
        """Add whoever is missing of a class and its instructor; returns those that were added."""
        wanted: list[tuple[str, str, str, str | None, str]] = [
            (INSTRUCTOR, _TEACHER, "instructor", INSTRUCTOR_EXTENSION, "")
        ]
        for number in range(1, size + 1):
            extension = str(FIRST_EXTENSION + number - 1)
            wanted.append((f"s{number:02}", f"学员 {number:02}", "student", extension, ""))
        there = {person.login for person in await self.everybody()}
        return await self.enrol_all(
            [
                (login, name, role, extension, demo_password(login) if demo else "")
                for login, name, role, extension, _ in wanted
                if login not in there
            ]
        )

    async def enrol_all(
        self, wanted: Sequence[tuple[str, str, str, str | None, str]]
    ) -> list[Enrolled]:
        """Add people given as (login, name, role, extension, password or empty)."""
        added, rows = [], []
        for login, name, role, extension, given in wanted:
            password = given or _made_up(10)
            hasher = _KNOWN if password == demo_password(login) else _HASHER
            hashed = await asyncio.to_thread(hasher.hash, password)
            added.append(Enrolled(login, password, role, extension))
            rows.append(
                Person(
                    login=login,
                    name=name,
                    role=role,
                    extension=extension,
                    password_hash=hashed,
                    sip_password=_made_up(16) if extension else None,
                )
            )
        async with self._store.write() as session:
            session.add_all(rows)
        return added

    async def proved(self, login: str, password: str) -> Person | None:
        """Return the person if the password is right; takes as long for an unknown log-in."""
        person = await self.by_login(login)
        hashed = person.password_hash if person else await asyncio.to_thread(_nobody)
        right = await asyncio.to_thread(_HASHER.verify, password, hashed)
        return person if person and right and person.active else None

    async def by_login(self, login: str) -> Person | None:
        """Find a person by log-in."""
        async with self._store.read() as session:
            return (await session.exec(select(Person).where(Person.login == login))).first()

    async def everybody(self) -> Sequence[Person]:
        """Everybody, instructors first, then by extension."""
        async with self._store.read() as session:
            order = (col(Person.extension).is_not(None), col(Person.extension), col(Person.login))
            return (await session.exec(select(Person).order_by(*order))).all()

    async def roster(self, *, reveal: bool = False, by: str = "") -> list[Entry]:
        """List everybody; with ``reveal`` the SIP passwords too, which is audited under ``by``."""
        if reveal:
            await self.audit(by, "reveal_sip_passwords")
        return [
            Entry(
                person.login,
                person.name,
                person.role,
                person.extension,
                person.sip_password if reveal else None,
            )
            for person in await self.everybody()
        ]

    async def has_agreed(self, person: Person, notice: str) -> bool:
        """Say whether this person agreed to exactly this notice."""
        async with self._store.read() as session:
            wanted = select(Consent).where(Consent.person_id == person.id, Consent.notice == notice)
            return (await session.exec(wanted)).first() is not None

    async def agreed(self, retention_days: int) -> set[str]:
        """Give the log-ins of all who agreed to the notice as it is now."""
        notice = agreement(retention_days)
        async with self._store.read() as session:
            signed = select(Consent.person_id).where(Consent.notice == notice)
            found = await session.exec(select(Person.login).where(col(Person.id).in_(signed)))
            return set(found.all())

    async def agree(self, person: Person, notice: str) -> None:
        """Keep that this person agreed, and to which words."""
        if await self.has_agreed(person, notice) or person.id is None:
            return
        async with self._store.write() as session:
            session.add(Consent(person_id=person.id, at=time.time(), notice=notice))

    async def audit(self, who: str, what: str, about: str = "") -> None:
        """Keep that somebody did something that must be answerable for."""
        async with self._store.write() as session:
            session.add(Audit(at=time.time(), who=who, what=what, about=about))


def _made_up(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@cache
def _nobody() -> str:
    """Make what is verified against when the log-in is unknown, so that the time tells nothing."""
    return _HASHER.hash(_made_up(16))
