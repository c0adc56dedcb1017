"""Who serves from a telephone outside: the desk's choice, kept in the store for the board of after a restart.

An agent outside has no screen that would say it again, so the duty that was reported stands, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import structlog
from sqlmodel import select

from classroom.store.desks import MobileRow
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.words import say
from telephony.pbx.commands import Command, SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.desk_orders import WorkOutside
from telephony.pbx.errors import NotNow, PbxError
from telephony.pbx.events import BoardEvent, DeskChanged

_log = structlog.get_logger("mobile")

Choice: TypeAlias = tuple[str, str]
"""Duty and its reason."""


class MobileSeats:
    """The desks whose agents serve from outside."""

    def __init__(self, store: Store, ledger: Ledger, alarm: Callable[[str], None]) -> None:
        self._store, self._ledger, self._alarm = store, ledger, alarm
        self._outside: dict[str, Choice] = {}

    async def restore(self, command: Callable[[Command], None]) -> None:
        """Tell the board what stood before, as far as it still may be; what may not is told and forgotten."""
        async with self._store.read() as session:
            rows = (await session.exec(select(MobileRow))).all()
        for row in rows:
            self._outside[row.extension] = (row.duty, row.reason)
            try:
                command(WorkOutside(row.extension))
                if row.duty != Duty.OFF.value:
                    command(SetDuty(row.extension, Duty(row.duty), row.reason))
            except PbxError as error:
                code = error.code if isinstance(error, NotNow) else ""
                _log.warning("mobile seat not restored", desk=row.extension, why=code)
                self._alarm(say("mobile_not_restored", extension=row.extension))
                self._forget(row.extension)

    def hear(self, event: BoardEvent) -> None:
        """Keep what became of a desk."""
        if not isinstance(event, DeskChanged):
            return
        desk, choice = event.extension, (event.duty, event.reason)
        if not event.mobile:
            self._forget(desk)
        elif self._outside.get(desk) != choice:
            self._outside[desk] = choice
            self._ledger.keep(MobileRow(extension=desk, duty=event.duty, reason=event.reason))

    def _forget(self, desk: str) -> None:
        if self._outside.pop(desk, None) is not None:
            self._ledger.drop(MobileRow, desk)
