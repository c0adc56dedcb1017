"""The house's records as flows ask them: customers, orders, bills; from running and past calls."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Protocol

from sqlmodel import col, select

from classroom.flows.accounts import ACCOUNTS, asked
from classroom.queues.members import Member, find
from classroom.store.calls import Call
from classroom.store.engine import Store
from scenarios.words import normalise
from telephony.pbx.ivr.lookup import Shape

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "customer": Shape(
            frozenset({"number"}), frozenset({"name", "title", "account", "surname"})
        ),
        "order_status": Shape(
            frozenset({"order"}), frozenset({"status", "day", "amount", "order"})
        ),
        "bill_amount": Shape(frozenset({"number"}), frozenset({"amount", "account"})),
        "member": Shape(frozenset({"number", "pin"}), frozenset({"priority", "name"})),
        "note": Shape(frozenset({"text"})),
        **ACCOUNTS,
    }
)
"""What a flow may ask: what each takes, what it gives. ``note`` writes a line into the call's record."""
REMEMBERED: Final = 500
"""So many past calls are searched for an order."""


class Running(Protocol):
    """A call that is not over."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def row(self) -> Call:
        """Its row."""

    @property
    def facts(self) -> Mapping[str, str]:
        """What is known of its customer."""


class Directory:
    """Finds people and their orders by what a caller keys in."""

    def __init__(
        self,
        store: Store,
        running: Callable[[], Iterable[Running]],
        today: Callable[[], date] = date.today,
        members: Mapping[str, Member] = MappingProxyType({}),
    ) -> None:
        self._store, self._running, self._today = store, running, today
        self._members = members

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Every look-up by its name."""
        return SHAPES

    async def look_up(self, call: str, ask: str, given: Mapping[str, str]) -> dict[str, str] | None:
        """Find it; None when the records hold nothing of the kind."""
        match ask:
            case "customer":
                facts = await self._customer(call, given["number"])
                return facts and {
                    name: facts.get(name, "") for name in sorted(SHAPES["customer"].gives)
                }
            case "bill_amount":
                facts = await self._customer(call, given["number"])
                return facts and {"amount": bill(facts), "account": facts.get("account", "")}
            case "member":
                return find(self._members, given["number"], given["pin"])
            case "order_status":
                return await self._order(call, given["order"])
            case _ if ask in ACCOUNTS:
                return asked(ask, given)
        return None

    async def _customer(self, call: str, number: str) -> dict[str, str] | None:
        """Know a caller by number: from this very call, another running one, or the latest past one."""
        if not number:
            return None
        for one in sorted(self._running(), key=lambda one: one.id != call):
            if one.row.caller == number and one.facts:
                return dict(one.facts)
        async with self._store.read() as session:
            query = select(Call).where(Call.caller == number).order_by(col(Call.started).desc())
            rows = (await session.exec(query.limit(20))).all()
        return next((dict(row.facts) for row in rows if row.facts), None)

    async def _order(self, call: str, order: str) -> dict[str, str] | None:
        known = [one.facts for one in sorted(self._running(), key=lambda one: one.id != call)]
        async with self._store.read() as session:
            query = select(Call).order_by(col(Call.started).desc()).limit(REMEMBERED)
            known += [row.facts for row in (await session.exec(query)).all()]
        facts = next((one for one in known if one and one.get("account") == order), None)
        if facts is None:
            return None
        day = self._today() + timedelta(days=1 + zlib.crc32(order.encode()) % 3)
        return {
            "order": order,
            "status": facts.get("order_status", "on_the_way"),
            "day": f"{day:%Y%m%d}",
            "amount": facts.get("order_amount") or invented(order, "order"),
        }


def bill(facts: Mapping[str, str]) -> str:
    """Read the month's bill from the cast, where it may be written in words."""
    found = re.search(r"\d+(?:\.\d+)?", normalise(facts.get("bill", ""), "zh"))
    return found[0] if found else invented(facts.get("account", ""), "bill")


def invented(account: str, what: str) -> str:
    """Make up an amount, always the same for one account."""
    cents = 2_000 + zlib.crc32(f"{account}/{what}".encode()) % 30_000
    return f"{cents // 100}.{cents % 100:02}"
