"""The counter: each desk sees the customer of its call with the ring, and may change the record there.

A record that changes is shown anew at once to every desk that has a call with the same customer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from sqlalchemy.exc import OperationalError

from classroom.business.customers import MANY, Customers, values_of
from classroom.business.labels import TITLES, field_of, title
from classroom.door import wire
from classroom.door.customers import (
    FIELDS,
    CustomerChanged,
    CustomerEdit,
    CustomerFields,
    CustomerPage,
    CustomerShown,
    PastLetter,
)
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.practice.beside import Roll
from classroom.practice.opencall import OpenCall
from classroom.practice.shelf import Shelf
from classroom.store.customers import CustomerRow
from classroom.store.engine import Store
from classroom.store.past import past_calls

LOOK_EVERY = 1.0
"""Seconds between two looks at what was changed beside the server."""

_log = structlog.get_logger("customers")


@dataclass(frozen=True, slots=True)
class Who:
    """The customer of a call, before anything is looked up."""

    number: str
    """Empty: withheld, or a colleague."""
    played: str = ""
    name: str | None = None
    """Of a virtual customer."""


class Running(Protocol):
    """The calls that are not over."""

    calls: dict[str, OpenCall]

    def act(self, call_id: str, action: wire.Action, by: str = "") -> None:
        """Keep in a call's evidence what was done on screen."""


class Counter:
    """What desks see and change of the customers they talk with."""

    def __init__(
        self,
        store: Store,
        customers: Customers,
        floor: Floor,
        roll: Roll,
        shelf: Shelf,
        witness: Running,
        *,
        letters: Callable[[CustomerRow | None, str], Awaitable[list[PastLetter]]] | None = None,
    ) -> None:
        self._store, self.customers = store, customers
        self._floor, self._roll, self._shelf = floor, roll, shelf
        self._witness = witness
        self._letters = letters
        """The last letters of a customer, or from a number."""
        self._shown: dict[str, str] = {}
        """Which desk sees the customer of a running call."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._beside: int | None = None
        """The newest change that was looked at."""

    # ── showing ──────────────────────────────────────────────────────────────

    def show(self, call: OpenCall, extension: str) -> None:
        """A call is offered to this desk: the customer follows as soon as the record is read."""
        self._shown[call.id] = extension
        self._soon(call.id)

    def _soon(self, call_id: str) -> None:
        task = asyncio.get_running_loop().create_task(self._show(call_id), name="customer")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for what is being read."""
        await asyncio.gather(*self._tasks)

    async def _show(self, call_id: str) -> None:
        call, extension = self._running(call_id), self._shown.get(call_id, "")
        if call is None:
            self._shown.pop(call_id, None)
            return
        try:
            page = await self.page(call, self._roll.login_of(extension))
        except Exception:  # a card without its customer is better than no card
            _log.exception("customer not shown", call=call_id)
            return
        if self._shown.get(call_id) == extension:
            shown = CustomerShown(extension=extension, call_id=call_id, page=page)
            self._floor.show_customer(shown)

    def changed(self, row: CustomerRow) -> None:
        """A record is another now: whoever looks at it sees it, and instructors are told."""
        self._floor.customer_changed(
            CustomerChanged(phone=row.phone, by=self.customers.named(row.changed_by))
        )
        same = {row.phone, row.phone2} - {""}
        for call_id in list(self._shown):
            call = self._running(call_id)
            if call is None:
                self._shown.pop(call_id)
            elif self.customers.plain(self.who(call).number) in same:
                self._soon(call_id)

    def all_changed(self, by: str) -> None:
        """Many records are others now."""
        self._floor.customer_changed(CustomerChanged(phone="", by=self.customers.named(by)))
        for call_id in list(self._shown):
            self._soon(call_id)

    async def watch(self) -> None:
        """Show for ever what the command line changes beside the server."""
        while True:
            with contextlib.suppress(OperationalError):  # the file is busy: the next look tells
                await self.look_beside()
            await asyncio.sleep(LOOK_EVERY)

    async def look_beside(self) -> None:
        """Show what was changed beside the server since the last look."""
        self._beside, rows = await self.customers.changed_beside(self._beside)
        if len(rows) > MANY:
            self.all_changed(rows[0].changed_by)
            return
        for row in rows:
            self.changed(row)

    # ── one call's customer ──────────────────────────────────────────────────

    def who(self, call: OpenCall) -> Who:
        """Whom the call is with; a withheld number is nobody's, and a colleague is no customer."""
        row = call.row
        number = row.dialled if call.dialler else row.caller
        if number in ("", "withheld") or self._roll.login_of(number):
            return Who("")
        if call.ordered is None:
            return Who(number)
        name = call.facts.get("name", "")
        return Who(number, f"{call.ordered.scenario.id}/{name}", name)

    async def page(self, call: OpenCall, reader: str) -> CustomerPage:
        """What this reader may know of the customer."""
        who = self.who(call)
        base = self._base(call)
        if not who.number:
            return CustomerPage(number="", record={**base, **call.keyed})
        row = await self.customers.by_number(who.number, who.played)
        numbers = (who.number, row.phone, row.phone2) if row else (who.number,)
        calls = await past_calls(
            self._store, self.customers.writings(*numbers), reader=reader, but=call.id,
            name=who.name, titles=self._title_of,
        )  # fmt: skip
        known = values_of(row) if row else _fields_in(base)
        letters = []
        if self._letters is not None and not who.played:
            letters = await self._letters(row, who.number)
        return CustomerPage(
            number=who.number,
            record={**self._record(call, base, known), **call.keyed},
            fields=CustomerFields().model_copy(update=known),
            version=row.version if row else 0,
            changed_at=row.changed_at if row else None,
            changed_by=self.customers.named(row.changed_by) if row else "",
            calls=calls,
            letters=letters,
        )

    def _base(self, call: OpenCall) -> dict[str, str]:
        """The record as the scenario has it."""
        return self._shelf.record(call.ordered.scenario, call.facts) if call.ordered else {}

    def _record(
        self, call: OpenCall, base: dict[str, str], known: dict[str, str]
    ) -> dict[str, str]:
        """The scenario's record with what was written since; what it has no line for comes below."""
        lang: wire.Lang = "en" if call.row.lang == "en" else "zh"
        record, written = {}, set()
        for label, value in base.items():
            field = field_of(label)
            if field in known and field not in written:
                written.add(field)
                value = known[field]
            record[label] = value
        rest = [name for name in TITLES if known.get(name) and name not in written]
        return record | {title(name, lang): known[name] for name in rest}

    def _title_of(self, scenario: str, disposition: str) -> str:
        try:
            known = self._shelf.scenario(scenario).desk.dispositions
        except Refusal:  # it is in no pack any more
            return disposition
        return known.get(disposition, disposition)

    # ── changing ─────────────────────────────────────────────────────────────

    async def look(self, call_id: str, reader: str) -> CustomerPage:
        """The customer of a running call."""
        return await self.page(self._there(call_id), reader)

    async def edit(self, call_id: str, edit: CustomerEdit, by: str) -> CustomerPage:
        """Change the record on the spot; the first change of a customer writes the record."""
        call, changes = self._there(call_id), edit.changes()
        who = self.who(call)
        if not who.number or not self.customers.plain(who.number):
            raise Refusal(409, "no_customer_here")
        if not changes:
            raise Refusal(422, "nothing_to_change")
        row = await self.customers.by_number(who.number, who.played)
        if row is None:
            fields = {**_fields_in(self._base(call)), **changes}
            row = await self.customers.add(
                who.number, fields, by, played=who.played, call_id=call_id
            )
        else:
            assert row.id is not None
            row = await self.customers.edit(row.id, edit.version, changes, by, call_id)
        if self._running(call_id):
            action = wire.Action(what="edited_record", value=",".join(changes))
            self._witness.act(call_id, action, by)
        self.changed(row)
        return await self.page(call, by)

    def _running(self, call_id: str) -> OpenCall | None:
        return self._witness.calls.get(call_id)

    def _there(self, call_id: str) -> OpenCall:
        call = self._running(call_id)
        if call is None:
            raise Refusal(409, "call_is_over", call=call_id)
        return call


def _fields_in(base: dict[str, str]) -> dict[str, str]:
    """What of a scenario's record can be changed."""
    found = dict.fromkeys(FIELDS, "")
    for label, value in base.items():
        field = field_of(label)
        if field in found and not found[field]:
            found[field] = value
    return found
