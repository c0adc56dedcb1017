"""``lab customers``: the records of a data folder, whether or not a server runs."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from classroom.business import sheet
from classroom.business.customers import COMMAND_LINE, Customers, told
from classroom.door.customers import Customer, CustomerEdit, CustomerFields, TakenIn
from classroom.errors import Refusal
from classroom.misfit import misfit
from classroom.school.people import People
from classroom.store.customers import CustomerRow
from classroom.store.engine import Store
from classroom.words import spoken
from lab.given import bad_option
from lab.roster import settings_of
from lab.words import Words

COLUMNS = ("phone", "name", "phone2", "company", "email", "address", "note")


@asynccontextmanager
async def _open(data: Path) -> AsyncIterator[tuple[Customers, People]]:
    settings = settings_of(data)
    store = Store(settings.database)
    try:
        yield Customers(store, settings.numbers.place), People(store)
    finally:
        await store.close()


def _me() -> str:
    return f"{getpass.getuser()} {COMMAND_LINE}"


def list_all(data: Path, find: str, *, played: bool, as_json: bool) -> None:
    """Print the records that fit."""

    async def look() -> Sequence[CustomerRow]:
        async with _open(data) as (customers, _):
            return await customers.found(find, played=played, limit=-1)

    rows, words = [told(row) for row in asyncio.run(look())], Words(spoken())
    if as_json:
        print(json.dumps([row.model_dump() for row in rows], ensure_ascii=False))
    elif not rows:
        print(words("customers.none"))
    else:
        _print(rows, words)


def _print(rows: Sequence[Customer], words: Words) -> None:
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(words(f"customer.{name}"), overflow="fold", no_wrap=name == "phone")
    for row in rows:
        table.add_row(*(_plain(getattr(row, name)) for name in COLUMNS))
    Console().print(table)
    print(words("customers.count", n=len(rows)))


def _plain(text: str) -> str:
    """A text with no markup of its own."""
    return text.replace("[", "\\[")


def add(data: Path, number: str, fields: Mapping[str, str]) -> None:
    """Write a new record."""
    try:
        read = CustomerFields.model_validate(fields)
    except ValidationError as error:
        raise _misfit(error) from error

    async def write() -> CustomerRow:
        async with _open(data) as (customers, _):
            return await customers.add(number, read.model_dump(), _me())

    print(Words(spoken())("customers.added", phone=asyncio.run(write()).phone))


def edit(data: Path, number: str, fields: Mapping[str, str | None]) -> None:
    """Change the record of a number."""
    try:
        changes = CustomerEdit.model_validate({"version": 0, **fields}).changes()
    except ValidationError as error:
        raise _misfit(error) from error
    if not changes:
        raise Refusal(422, "nothing_to_change")

    async def write() -> CustomerRow:
        async with _open(data) as (customers, _):
            phone = customers.sure(number)
            row = await customers.by_number(phone)
            if row is None:
                raise Refusal(404, "no_customer_of", phone=phone)
            return await customers.edit(cast(int, row.id), row.version, changes, _me())

    print(Words(spoken())("customers.edited", phone=asyncio.run(write()).phone))


def remove(data: Path, number: str, *, played: bool) -> None:
    """Take the record of a number away; of a virtual customer's number all of them."""

    async def take_away() -> str:
        async with _open(data) as (customers, people):
            phone = customers.sure(number)
            rows = await customers.found(phone, played=played, limit=-1)
            gone = [row for row in rows if row.phone == phone]
            if not gone:
                raise Refusal(404, "no_customer_of", phone=phone)
            for row in gone:
                await customers.remove(cast(int, row.id), _me())
            await people.audit(_me(), "customer_removed", phone)
            return phone

    print(Words(spoken())("customers.removed", phone=asyncio.run(take_away())))


def take_in(data: Path, file: Path, *, as_json: bool) -> None:
    """Take in a file, whole or not at all."""
    with file.open("rb") as source:
        text = source.read(sheet.LARGEST + 1)

    async def write() -> TakenIn:
        async with _open(data) as (customers, people):
            given = sheet.read(text, customers.place)
            taken = await customers.take_in(given, _me())
            await people.audit(_me(), "customers_imported", str(len(given)))
            return taken

    taken = asyncio.run(write())
    if as_json:
        print(taken.model_dump_json())
    else:
        print(Words(spoken())("customers.taken", **taken.model_dump()))


def export(data: Path, file: Path, find: str) -> None:
    """Write a file that only its owner reads; it is there whole or not at all."""

    async def look() -> tuple[int, bytes]:
        async with _open(data) as (customers, people):
            rows = await customers.found(find, limit=-1)
            await people.audit(_me(), "customers_exported", str(len(rows)))
            return len(rows), sheet.write(rows, customers.place, spoken())

    count, text = asyncio.run(look())
    draft = file.with_name(f"{file.name}.part")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(text)
    draft.replace(file)
    print(Words(spoken())("customers.written", n=count, file=file))


def _misfit(error: ValidationError) -> Exception:
    where, _ = misfit(error)
    return bad_option(f"--{where}", Words(spoken())("customers.unreadable"))
