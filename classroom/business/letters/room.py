"""The room where letters come in and are handed to desks while the server runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from classroom.business.customers import Customers
from classroom.business.letters import told
from classroom.business.letters.book import Letters
from classroom.business.letters.mail import Incoming, read_mail
from classroom.business.letters.replies import House, number_of
from classroom.business.letters.smtp import HOST, Mail, MailDoor
from classroom.door.lang import Lang
from classroom.door.letters import LetterBrief, LetterPage
from classroom.errors import CannotStart, Refusal
from classroom.floor import Floor
from classroom.settings import Settings
from classroom.store.engine import Store
from classroom.store.letters import LetterRow
from classroom.store.people import Person
from classroom.words import say

FORGET_EVERY: Final = 3600.0
"""Seconds between two looks for letters whose days are over."""
LOOK_EVERY: Final = 2.0
"""Seconds between two looks at the line, which the command line changes too."""


_log = structlog.get_logger("letters")


def house_of(settings: Settings) -> House:
    """Who answers, as it is set."""
    school = settings.school
    return House(school.name_zh, school.name_en, school.lang, settings.letters)


class LetterRoom:
    """Hands letters to those who may have them, and tells every desk how many wait."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        customers: Customers,
        floor: Floor,
        named: Callable[[str], str],
    ) -> None:
        self.letters = Letters(store, customers, settings.mailbag, house_of(settings))
        self.place = settings.numbers.place
        self._floor, self.named, self._days = floor, named, settings.privacy.retention_days
        self.announce: Callable[[str], None] = floor.alarm
        """Tells who started the server where mail is taken."""
        self._door: MailDoor | None = None
        self._wanted: tuple[int | None, str, int] = (None, "", 0)

    def take(self, settings: Settings) -> None:
        """Sort what comes from now on by other rules."""
        self.letters.house = house_of(settings)

    async def watch(self) -> None:
        """Keep the number of those that wait true, and nothing for too long, until cancelled."""
        forgotten = 0.0
        while True:
            if not forgotten or time.monotonic() - forgotten >= FORGET_EVERY:
                forgotten = time.monotonic()
                await self._forget()
            await self.count()
            await self.open_door()
            await asyncio.sleep(LOOK_EVERY)

    async def _forget(self) -> None:
        try:
            while await self.letters.forget(self._days):
                pass  # there may be more of them than are deleted at once
        except (OSError, SQLAlchemyError) as error:  # a full disk; the next hour tries again
            _log.warning("old letters not deleted", why=type(error).__name__)

    async def count(self) -> None:
        """Tell every desk how many wait."""
        self._floor.set_letters(await self.letters.waiting())

    async def bring(self, letter: Incoming) -> LetterRow:
        """A letter comes in."""
        row = await self.letters.bring(letter)
        await self.count()
        return row

    async def bring_mail(
        self, data: bytes, *, envelope: str | None = None, receiver: str = ""
    ) -> LetterRow:
        """A mail comes in; it is read beside the calls, never before them."""
        data = self.letters.fitting(data)
        letter = await asyncio.to_thread(read_mail, data, envelope=envelope, receiver=receiver)
        return await self.bring(letter)

    async def open_door(self, *, first: bool = False) -> None:
        """Take mail of this machine where and as it is set by now; tells where, or why not.

        Raises CannotStart where the port cannot be had when the server starts (``first``).
        """
        area = self.letters.house.area
        wanted = (area.smtp_port, area.address.rpartition("@")[2], area.largest_mb << 20)
        if wanted == self._wanted:
            return
        await self.close_door()
        self._wanted, (port, domain, largest) = wanted, wanted
        if port is None:
            return
        door = MailDoor(port, domain, largest, self._from_wire)
        try:
            await door.open()
        except CannotStart as error:
            if first:
                raise
            return self._floor.alarm(str(error))
        self._door = door
        tell = self.announce if first else self._floor.alarm
        tell(say("taking_mail", host=HOST, port=door.port, address=area.address))

    async def close_door(self) -> None:
        """Take no more mail."""
        if self._door is not None:
            await self._door.close()
        self._door = None

    async def _from_wire(self, mail: Mail) -> str:
        row = await self.bring_mail(mail.data, envelope=mail.sender, receiver=mail.receiver)
        return number_of(row)

    # ── for those who ask ────────────────────────────────────────────────────

    async def hand_out(self, who: Person, lang: Lang) -> LetterPage:
        """The next letter for a desk that is ready; who talks, talks: a call always goes first."""
        desk = self._floor.desks.get(who.extension or "")
        if desk is None or desk.duty != "ready" or desk.activity != "idle":
            raise Refusal(409, "letter_not_ready")
        row = await self.letters.hand_out(who.login)
        await self.count()
        return await self.page(row, who, lang)

    async def listed(
        self, who: Person, states: tuple[str, ...], kind: str, find: str, limit: int, after: int
    ) -> list[LetterBrief]:
        """The letters that fit; a student finds the line and the own ones."""
        whose = who.login if who.role == "student" else None
        found = await self.letters.found(
            states=states, kind=kind, find=find, whose=whose, limit=limit, after=after
        )
        return [told.brief(row, who.login, self.named) for row in found]

    async def opened(self, number: int, who: Person) -> LetterRow:
        """A letter that this person may read; of others' a student knows nothing."""
        row = await self.letters.one(number)
        if who.role == "student" and row.taken_by != who.login:
            raise Refusal(404, "no_letter", number=number)
        return row

    async def page(self, row: LetterRow, who: Person, lang: Lang) -> LetterPage:
        """One letter, whole."""
        about = await self.letters.about(row)
        return told.page(row, *about, reader=who.login, named=self.named, lang=lang)
