"""The customers of the school: looked up, written, changed one version after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast, get_args

from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from classroom.business.sheet import Given
from classroom.business.taking import Taking
from classroom.door.customers import FIELDS, Customer, CustomerTrace, TakenIn
from classroom.errors import Refusal
from classroom.store.customers import CustomerChange, CustomerRow
from classroom.store.engine import Store
from telephony.pbx.numbering import Country, Place, Style

PAGE = 100
COMMAND_LINE = "(command line)"
"""So ends the name of whoever changes records beside the server."""
MANY = 50
"""So many records changed at once are told as one change."""


class Customers:
    """Every record; who is removed is found no more, but nothing of the record is lost."""

    def __init__(
        self,
        store: Store,
        place: Place,
        *,
        wall: Callable[[], float] = time.time,
        called: Callable[[str], str] = lambda login: login,
    ) -> None:
        self._store, self.place, self._wall = store, place, wall
        self._called = called
        """How whoever has this log-in is named to others."""

    # ── numbers ──────────────────────────────────────────────────────────────

    def plain(self, number: str) -> str:
        """A number in the one form we keep; empty where it is none."""
        found = self.place.read(number)
        return found.text if found else ""

    def sure(self, number: str) -> str:
        """The same; refuses what is no number."""
        found = self.plain(number)
        if not found:
            raise Refusal(422, "bad_customer_phone", phone=number[:40])
        return found

    def writings(self, *numbers: str) -> set[str]:
        """Every way in which a call may carry these numbers."""
        found: set[str] = set()
        for number in filter(None, numbers):
            read = self.place.read(number)
            found.add(number)
            if read is not None:
                found |= {self.place.write(read, style) for style in get_args(Style)}
                found |= _with_prefixes(read.text, self.place.country)
        return found - {"withheld"}

    # ── looking ──────────────────────────────────────────────────────────────

    async def by_number(self, number: str, played: str = "") -> CustomerRow | None:
        """Who calls from this number; by a second number only where it is one customer's alone."""
        phone = self.plain(number)
        if not phone:
            return None
        wanted = select(CustomerRow).where(
            or_(col(CustomerRow.phone) == phone, col(CustomerRow.phone2) == phone),
            CustomerRow.played == played,
            col(CustomerRow.removed_at).is_(None),
        )
        async with self._store.read() as session:
            found = (await session.exec(wanted.limit(3))).all()
        first = next((row for row in found if row.phone == phone), None)
        return first or (found[0] if len(found) == 1 else None)

    async def one(self, number: int) -> CustomerRow:
        """One record; refuses where it is not there."""
        async with self._store.read() as session:
            return _there(await session.get(CustomerRow, number))

    async def found(
        self, find: str = "", *, played: bool = False, limit: int = PAGE, after: str = ""
    ) -> Sequence[CustomerRow]:
        """Records in which every word of ``find`` stands somewhere, by number."""
        wanted = select(CustomerRow).where(col(CustomerRow.removed_at).is_(None))
        wanted = wanted.where(CustomerRow.played != "" if played else CustomerRow.played == "")
        for word in find.split():
            wanted = wanted.where(or_(*self._holds(word)))
        wanted = wanted.where(col(CustomerRow.phone) > after)
        order = (col(CustomerRow.phone), col(CustomerRow.id))
        async with self._store.read() as session:
            return (await session.exec(wanted.order_by(*order).limit(limit))).all()

    def _holds(self, word: str) -> Iterable[ColumnElement[bool]]:
        for name in ("phone", *FIELDS):
            yield getattr(CustomerRow, name).contains(word, autoescape=True)
        if number := self.plain(word):
            yield col(CustomerRow.phone) == number
            yield col(CustomerRow.phone2) == number

    async def changed_beside(self, after: int | None) -> tuple[int, Sequence[CustomerRow]]:
        """What the command line changed after that change, at most one more than ``MANY``.

        With it comes the number of the newest change, which to ask after next.
        """
        change = CustomerChange
        async with self._store.read() as session:
            last = (await session.exec(select(func.max(change.id)))).one() or 0
            if after is None or last <= after:
                return last, []
            new = col(change.id) > after, col(change.by).endswith(COMMAND_LINE, autoescape=True)
            whose = select(change.customer_id).where(*new)
            wanted = select(CustomerRow).where(col(CustomerRow.id).in_(whose)).limit(MANY + 1)
            return last, (await session.exec(wanted)).all()

    async def history(self, number: int) -> list[CustomerTrace]:
        """Every change of one record, the newest first."""
        wanted = select(CustomerChange).where(CustomerChange.customer_id == number)
        async with self._store.read() as session:
            found = await session.exec(wanted.order_by(col(CustomerChange.id).desc()))
            return [
                CustomerTrace.model_validate(row.model_dump(exclude={"id", "customer_id"}))
                for row in found.all()
            ]

    # ── writing ──────────────────────────────────────────────────────────────

    async def add(
        self, phone: str, fields: Mapping[str, str], by: str, *, played: str = "", call_id: str = ""
    ) -> CustomerRow:
        """Write a new record; refuses a number that has one."""
        phone, fields = self.sure(phone), self._read(fields)
        try:
            async with self._store.write() as session:
                known = select(CustomerRow).where(
                    CustomerRow.phone == phone, CustomerRow.played == played
                )
                row = (await session.exec(known)).first()
                if row is None:
                    row = CustomerRow(phone=phone, played=played, version=0)
                elif row.removed_at is None:
                    raise self._late(row) if call_id else self._known(phone)
                await self._put(session, row, fields, by, "added", call_id)
        except IntegrityError as error:  # somebody at the command line was quicker
            raise self._known(phone) from error
        return row

    def _known(self, phone: str) -> Refusal:
        return Refusal(409, "customer_known", phone=phone)

    async def edit(
        self, number: int, version: int, changes: Mapping[str, str], by: str, call_id: str = ""
    ) -> CustomerRow:
        """Change one version of a record; refuses where another change came in between."""
        changes = self._read(changes)
        async with self._store.write() as session:
            row = _there(await session.get(CustomerRow, number))
            if row.version != version:
                raise self._late(row)
            if all(getattr(row, name) == value for name, value in changes.items()):
                return row
            await self._put(session, row, changes, by, "edited", call_id)
        return row

    async def remove(self, number: int, by: str) -> CustomerRow:
        """Take a record away; it stays in the store with its history."""
        async with self._store.write() as session:
            row = _there(await session.get(CustomerRow, number))
            await self._put(session, row, {}, by, "removed")
        return row

    async def take_in(self, given: Sequence[Given], by: str) -> TakenIn:
        """Write the rows of a file: new numbers are added, known ones get the file's columns."""
        taking = Taking(given, by, self._wall())
        await self._store.carry_out(taking.work)
        return taking.told()

    async def _put(
        self,
        session: AsyncSession,
        row: CustomerRow,
        changes: Mapping[str, str],
        by: str,
        what: str,
        call_id: str = "",
    ) -> None:
        """Write the next version and what it was before; refuses where another process was quicker."""
        now, before = self._wall(), values_of(row)
        was, blank = row.version, dict.fromkeys(FIELDS, "") if what == "added" else {}
        gone = now if what == "removed" else None
        stamp: dict[str, Any] = {"version": was + 1, "changed_at": now, "changed_by": by}
        new = {**blank, **changes, **stamp, "removed_at": gone}
        if row.id is None:
            session.add(row)
            await session.flush()
        wanted = update(CustomerRow).where(
            col(CustomerRow.id) == row.id, col(CustomerRow.version) == was
        )
        done = await session.exec(wanted.values(**new))
        if done.rowcount != 1:
            raise self._late(row)
        await session.refresh(row)
        session.add(trace(row, before, what, call_id))

    def _late(self, row: CustomerRow) -> Refusal:
        at = time.strftime("%m-%d %H:%M:%S", time.localtime(row.changed_at))
        return Refusal(409, "customer_changed", by=self.named(row.changed_by), at=at)

    def named(self, login: str) -> str:
        """How whoever has this log-in is named to others."""
        return self._called(login)

    def _read(self, fields: Mapping[str, str]) -> dict[str, str]:
        """The second number in the one form we keep, too; refuses where it is none."""
        read = dict(fields)
        if read.get("phone2"):
            read["phone2"] = self.sure(read["phone2"])
        return read


def _with_prefixes(text: str, country: Country) -> set[str]:
    """A number behind every prefix that one may dial before it; short codes have none."""
    digits = text.removeprefix("+")
    if digits == text:
        return set()
    found = {country.abroad + digits}
    if digits.startswith(country.code):
        found.add(country.inside + digits.removeprefix(country.code))
    return found


def trace(
    row: CustomerRow, before: Mapping[str, str], what: str, call_id: str = ""
) -> CustomerChange:
    """What a change has done: only the fields that are others now."""
    after = values_of(row)
    others = [name for name in FIELDS if before[name] != after[name]]
    return CustomerChange(
        customer_id=cast(int, row.id), at=row.changed_at, by=row.changed_by, what=what,
        call_id=call_id, before={name: before[name] for name in others},
        after={name: after[name] for name in others},
    )  # fmt: skip


def values_of(row: CustomerRow) -> dict[str, str]:
    """What is written of a customer."""
    return {name: getattr(row, name) for name in FIELDS}


def told(row: CustomerRow) -> Customer:
    """Write a record for the door."""
    known = row.model_dump(exclude={"removed_at"})
    return Customer.model_validate({**known, "played": row.played.partition("/")[0]})


def _there(row: CustomerRow | None) -> CustomerRow:
    if row is None or row.removed_at is not None:
        raise Refusal(404, "no_customer")
    return row
