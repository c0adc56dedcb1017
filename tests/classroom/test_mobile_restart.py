"""A mobile seat is the desk's choice: it stands in the store and outlives a restart (TEL-28)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classroom.outside import MobileSeats
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from telephony.pbx.commands import Command, SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.desk_orders import WorkOutside
from telephony.pbx.errors import NotNow
from telephony.pbx.events import DeskChanged

pytestmark = pytest.mark.unit

READY = DeskChanged(
    extension="1001", duty="ready", reason="", activity="idle", since=1.0, duty_since=1.0, call=None,
    at=1.0, registered=True, mobile=True,
)  # fmt: skip


class Run:
    """One start of a server on the same store."""

    def __init__(self, store: Store, *, allowed: bool = True) -> None:
        self.ledger, self.told, self.allowed = Ledger(store, self._say), list[Command](), allowed
        self.said: list[str] = []
        self.seats = MobileSeats(store, self.ledger, self._say)

    def _say(self, text: str) -> None:
        self.said.append(text)

    def _command(self, command: Command) -> None:
        if not self.allowed:
            raise NotNow("mobile_no_way", "No line leads there.")
        self.told.append(command)

    async def __aenter__(self) -> Run:
        self.ledger.start()
        await self.seats.restore(self._command)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.ledger.close()


@pytest.mark.feature("TEL-28")
async def test_mode_and_duty_come_back_until_the_agent_is_at_the_desk_again(store: Store) -> None:
    at_desk = replace(READY, extension="1002", mobile=False)
    async with Run(store) as run:
        assert run.told == []
        run.seats.hear(at_desk)
        run.seats.hear(READY)
        run.seats.hear(replace(READY, duty="break", reason="lunch"))
    async with Run(store) as run:
        assert run.told == [WorkOutside("1001"), SetDuty("1001", Duty.BREAK, "lunch")]
        run.seats.hear(replace(READY, mobile=False))
    async with Run(store) as run:
        assert run.told == []


@pytest.mark.feature("TEL-28")
async def test_a_seat_that_may_not_any_more_is_told_once_and_forgotten(store: Store) -> None:
    async with Run(store) as run:
        run.seats.hear(replace(READY, duty="off"))
    async with Run(store, allowed=False) as run:
        assert len(run.said) == 1 and "1001" in run.said[0]
    async with Run(store) as run:
        assert (run.told, run.said) == ([], [])
