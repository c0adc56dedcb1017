"""The book of letters: taken in, queued, handed out one by one, answered; every step is kept."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, func, tuple_, update
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from classroom.business.customers import Customers, values_of
from classroom.business.letters import replies, told
from classroom.business.letters.mail import Incoming
from classroom.business.letters.replies import FaxWish, House
from classroom.business.letters.rules import Sorted, sort
from classroom.business.letters.states import DONE, IN_LINE, LETTER, State, Step
from classroom.door.customers import PastLetter
from classroom.errors import Refusal
from classroom.store.customers import CustomerRow
from classroom.store.engine import Store
from classroom.store.letters import LetterRow, LetterStep, SentLetter

RECEIPTS_AN_HOUR: Final = 5
"""So many receipts go to one address: two machines that answer each other soon fall silent."""
LAST: Final = 5
"""So many of a customer's letters stand on the card."""
FORGOTTEN: Final = 500
"""So many old letters are deleted at a time."""
AS_SET: Final = FaxWish()


class Letters:
    """Every letter; none is lost before its days are over, and one is at one desk at most."""

    def __init__(
        self,
        store: Store,
        customers: Customers,
        folder: Path,
        house: House,
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._customers, self._folder = store, customers, folder
        self.house, self._wall = house, wall

    # ── coming in ────────────────────────────────────────────────────────────

    def fitting(self, data: bytes) -> bytes:
        """The letter itself; refuses one that is empty or too large."""
        if not data.strip():
            raise Refusal(422, "letter_empty")
        if len(data) > self.house.area.largest_mb << 20:
            raise Refusal(413, "letter_too_large", most=self.house.area.largest_mb)
        return data

    async def bring(self, letter: Incoming) -> LetterRow:
        """Take a letter in: kept as it came, matched, sorted, queued, acknowledged; a mail once only."""
        self.fitting(letter.data)
        customer = await self._customer_of(letter)
        record = values_of(customer) if customer else {}
        found = sort(letter, record, self.house.area.rules)
        file = await asyncio.to_thread(self._keep, letter)
        try:
            async with self._store.write() as session:
                if row := await _known(session, letter):
                    (self._folder / file).unlink(missing_ok=True)
                    return row
                row = self._row(letter, found, customer, file)
                session.add(row)
                await session.flush()
                await self._acknowledge(session, row, letter, found)
        except BaseException:
            (self._folder / file).unlink(missing_ok=True)
            raise
        return row

    def _keep(self, letter: Incoming) -> str:
        """Write it down as it came, under a name that is ours."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{secrets.token_hex(8)}{letter.suffix}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(self._folder / name, flags, 0o600), "wb") as out:
            out.write(letter.data)
        return name

    def _row(
        self, letter: Incoming, found: Sorted, customer: CustomerRow | None, file: str
    ) -> LetterRow:
        now, area = self._wall(), self.house.area
        own = letter.kind == "mail" and area.address.casefold() in (letter.sender, letter.envelope)
        names = ("kind", "sender", "sender_name", "reply_to", "receiver", "subject", "text",
                 "message_id", "thread", "pages")  # fmt: skip
        return LetterRow(
            **{name: getattr(letter, name) for name in names},
            state=State.WAITING.value, came=now, file=file,
            attached=[{"name": name, "size": size} for name, size in letter.attached],
            automatic="own" if own else letter.automatic,
            customer_id=customer.id if customer else None,
            category=found.category, priority=found.priority,
            reasons=[asdict(one) for one in found.reasons],
            rank=now - 60 * area.minutes_a_point * found.priority,
        )  # fmt: skip

    async def _acknowledge(
        self, session: AsyncSession, row: LetterRow, letter: Incoming, found: Sorted
    ) -> None:
        """Tell the sender number and time, unless a machine would be told or was told too often."""
        to = (letter.envelope or row.sender).casefold()
        if row.kind not in self.house.area.receipts or row.automatic:
            return
        lately = select(func.count(col(SentLetter.id))).where(
            SentLetter.receiver == to, SentLetter.what == "receipt",
            SentLetter.at > row.came - 3600,
        )  # fmt: skip
        if (await session.exec(lately)).one() >= RECEIPTS_AN_HOUR:
            row.automatic = "often"
            return
        before = select(func.count(col(LetterRow.id))).where(
            col(LetterRow.state).in_(IN_LINE),
            tuple_(col(LetterRow.rank), col(LetterRow.id)) < (row.rank, row.id),
        )
        sent = replies.receipt(
            self.house, row, ahead=(await session.exec(before)).one(), now=row.came,
            replies=found.replies, to=to,
        )  # fmt: skip
        sent.at = row.came
        session.add(sent)

    async def _customer_of(self, letter: Incoming) -> CustomerRow | None:
        """Whose address or number it is; an address that two have is nobody's."""
        if letter.kind == "fax" or not letter.sender:
            return await self._customers.by_number(letter.sender)
        wanted = select(CustomerRow).where(
            func.lower(CustomerRow.email) == letter.sender, CustomerRow.played == "",
            col(CustomerRow.removed_at).is_(None),
        )  # fmt: skip
        async with self._store.read() as session:
            found = (await session.exec(wanted.limit(2))).all()
        return found[0] if len(found) == 1 else None

    # ── the line ─────────────────────────────────────────────────────────────

    async def waiting(self) -> int:
        """How many letters are in the line."""
        count = select(func.count(col(LetterRow.id))).where(col(LetterRow.state).in_(IN_LINE))
        async with self._store.read() as session:
            return (await session.exec(count)).one()

    async def hand_out(self, login: str) -> LetterRow:
        """The letter that this agent has, or the first of the line; refuses where none waits."""
        while True:
            async with self._store.write() as session:
                own = select(LetterRow).where(
                    LetterRow.taken_by == login, LetterRow.state == State.AT_DESK.value
                )
                if row := (await session.exec(own.limit(1))).first():
                    return row
                row = (await session.exec(self._line().limit(1))).first()
                if row is None:
                    raise Refusal(404, "no_letter_waits")
                if await self._take_step(session, row, Step.TAKE, login):
                    return row

    def _line(self) -> SelectOfScalar[LetterRow]:
        """Who is next: those in the line and those too long at a desk, by priority as time."""
        late = self._wall() - 60 * self.house.area.desk_minutes
        lying = and_(LetterRow.state == State.AT_DESK.value, col(LetterRow.taken_at) < late)
        wanted = select(LetterRow).where(or_(col(LetterRow.state).in_(IN_LINE), lying))
        return wanted.order_by(col(LetterRow.rank), col(LetterRow.id))

    # ── done with ────────────────────────────────────────────────────────────

    async def answer(
        self,
        number: int,
        version: int,
        text: str,
        by: str,
        wish: FaxWish = AS_SET,
        *,
        takes: bool = False,
    ) -> LetterRow:
        """Send an agent's answer to the out-box; refuses where somebody else has the letter by now.

        ``takes``: who teaches may take it from the line, or from a desk, for that.
        """
        if wish.number:
            wish = FaxWish(self._customers.sure(wish.number), wish.header, wish.resolution)
        async with self._store.write() as session:
            row = await self._mine(session, number, version, by, takes)
            sent = replies.answer(self.house, row, text, wish, self._wall())
            if not sent.receiver:
                raise Refusal(422, "letter_no_sender", number=replies.number_of(row))
            sent.at, sent.by = self._wall(), by
            session.add(sent)
            await self._step(session, row, Step.ANSWER, by)
        return row

    async def put_back(
        self, number: int, version: int, by: str, note: str = "", *, takes: bool = False
    ) -> LetterRow:
        """Give it back to the line, at its old place."""
        async with self._store.write() as session:
            row = await self._mine(session, number, version, by, takes)
            await self._step(session, row, Step.RETURN, by, note)
        return row

    async def close(
        self, number: int, version: int, by: str, note: str = "", *, takes: bool = False
    ) -> LetterRow:
        """Be done with it without an answer."""
        async with self._store.write() as session:
            row = await self._mine(session, number, version, by, takes)
            await self._step(session, row, Step.CLOSE, by, note)
        return row

    async def _mine(
        self, session: AsyncSession, number: int, version: int, by: str, takes: bool
    ) -> LetterRow:
        """The letter at this person's desk."""
        row = await _there(session, number)
        here = row.state == State.AT_DESK.value and row.taken_by == by
        if row.version != version or row.state in DONE or not (here or takes):
            raise self._gone(row)
        if not here:
            await self._step(session, row, Step.TAKE, by)
        return row

    async def _step(
        self, session: AsyncSession, row: LetterRow, step: Step, by: str, note: str = ""
    ) -> None:
        """Take one step; refuses where somebody else was quicker."""
        if not await self._take_step(session, row, step, by, note):
            await session.refresh(row)
            raise self._gone(row)

    async def _take_step(
        self, session: AsyncSession, row: LetterRow, step: Step, by: str, note: str = ""
    ) -> bool:
        """Take one step from the version that was read; False: another process was quicker."""
        after, now = LETTER.after(State(row.state), step), self._wall()
        if after is None:
            return False
        values: Mapping[str, Any] = {"state": after.value, "version": row.version + 1}
        if step is Step.TAKE:
            values = {**values, "taken_by": by, "taken_at": now}
        elif step is not Step.RETURN:
            values = {**values, "done_at": now}
        wanted = update(LetterRow).where(
            col(LetterRow.id) == row.id, col(LetterRow.version) == row.version
        )
        done = await session.exec(wanted.values(**values))
        if done.rowcount != 1:
            await session.rollback()
            return False
        session.add(LetterStep(letter_id=row.id or 0, at=now, by=by, what=step.value, note=note))
        await session.flush()
        await session.refresh(row)
        return True

    def _gone(self, row: LetterRow) -> Refusal:
        at = time.strftime("%H:%M:%S", time.localtime(row.done_at or row.taken_at or row.came))
        who = self._customers.named(row.taken_by) or "-"
        key = "letter_done" if row.state in DONE else "letter_gone"
        return Refusal(409, key, number=replies.number_of(row), by=who, at=at)

    # ── looking ──────────────────────────────────────────────────────────────

    async def one(self, number: int) -> LetterRow:
        """One letter; refuses where it is not there."""
        async with self._store.read() as session:
            return await _there(session, number)

    async def found(
        self,
        *,
        states: Sequence[str] = (),
        kind: str = "",
        find: str = "",
        whose: str | None = None,
        limit: int = 100,
        after: int = 0,
    ) -> Sequence[LetterRow]:
        """Letters as the line has them, then the done ones, the newest first.

        ``whose``: only the line and what this person has or had.
        """
        wanted = select(LetterRow)
        if states:
            wanted = wanted.where(col(LetterRow.state).in_(states))
        if kind:
            wanted = wanted.where(LetterRow.kind == kind)
        for word in find.split():
            places = ("sender", "sender_name", "subject", "text", "category")
            holds = (getattr(LetterRow, name).contains(word, autoescape=True) for name in places)
            wanted = wanted.where(or_(*holds))
        if whose is not None:
            line = col(LetterRow.state).in_(IN_LINE)
            wanted = wanted.where(or_(line, LetterRow.taken_by == whose))
        open_first = col(LetterRow.done_at).is_not(None)
        order = (open_first, col(LetterRow.done_at).desc(), col(LetterRow.rank), col(LetterRow.id))
        async with self._store.read() as session:
            return (await session.exec(wanted.order_by(*order).offset(after).limit(limit))).all()

    async def about(
        self, row: LetterRow
    ) -> tuple[CustomerRow | None, Sequence[LetterStep], Sequence[SentLetter]]:
        """The customer of a letter, its steps and what went out for it."""
        steps = select(LetterStep).where(LetterStep.letter_id == row.id)
        sent = select(SentLetter).where(SentLetter.letter_id == row.id)
        async with self._store.read() as session:
            customer = await session.get(CustomerRow, row.customer_id) if row.customer_id else None
            return (
                customer,
                (await session.exec(steps.order_by(col(LetterStep.id)))).all(),
                (await session.exec(sent.order_by(col(SentLetter.id)))).all(),
            )

    async def past(self, customer: CustomerRow | None, number: str) -> list[PastLetter]:
        """The last letters of a customer, or from a number that nobody's record has."""
        phone = self._customers.plain(number)
        mine = LetterRow.customer_id == customer.id if customer else LetterRow.sender == phone
        if customer is None and not phone:
            return []
        wanted = select(LetterRow).where(mine).order_by(col(LetterRow.id).desc()).limit(LAST)
        async with self._store.read() as session:
            rows = (await session.exec(wanted)).all()
            said = select(SentLetter).where(
                col(SentLetter.letter_id).in_([row.id for row in rows]), SentLetter.what == "answer"
            )
            answers = {one.letter_id: one.text for one in (await session.exec(said)).all()}
        return [told.past(row, answers.get(row.id or 0, "")) for row in rows]

    async def out(self, limit: int = 100, receiver: str = "") -> Sequence[SentLetter]:
        """The out-box, the newest first."""
        wanted = select(SentLetter).order_by(col(SentLetter.id).desc()).limit(limit)
        if receiver:
            wanted = wanted.where(SentLetter.receiver == receiver)
        async with self._store.read() as session:
            return (await session.exec(wanted)).all()

    async def forget(self, days: int) -> int:
        """Delete letters that were done with so many days ago, as people were promised; tells how many.

        The newest letter stays: a number that somebody was told is never given again.
        """
        newest = select(func.max(LetterRow.id)).scalar_subquery()
        old = select(LetterRow).where(
            col(LetterRow.done_at) < self._wall() - days * 86_400, col(LetterRow.id) < newest
        )
        async with self._store.write() as session:
            rows = (await session.exec(old.limit(FORGOTTEN))).all()
            ids = [row.id for row in rows]
            for table in (LetterStep, SentLetter):
                await session.exec(delete(table).where(col(table.letter_id).in_(ids)))
            await session.exec(delete(LetterRow).where(col(LetterRow.id).in_(ids)))
        for row in rows:
            self.file(row).unlink(missing_ok=True)
        return len(rows)

    def file(self, row: LetterRow) -> Path:
        """Where a letter lies as it came."""
        return self._folder / row.file


async def _known(session: AsyncSession, letter: Incoming) -> LetterRow | None:
    """The same mail, brought before."""
    if not letter.message_id:
        return None
    same = select(LetterRow).where(
        LetterRow.message_id == letter.message_id, LetterRow.sender == letter.sender
    )
    return (await session.exec(same.limit(1))).first()


async def _there(session: AsyncSession, number: int) -> LetterRow:
    row = await session.get(LetterRow, number)
    if row is None:
        raise Refusal(404, "no_letter", number=number)
    return row
