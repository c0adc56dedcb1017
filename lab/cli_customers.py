"""``lab customers``: the customers' records on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lab.options import Data, Json, Tongue
from lab.usage import Commands

customers = Commands()

PhoneNumber = Annotated[str, typer.Argument(metavar="NUMBER")]
Played = Annotated[bool, typer.Option("--played")]


@customers.command("list")
def list_all(
    data: Data, find: str = "", played: Played = False, as_json: Json = False, lang: Tongue = "zh"
) -> None:
    """The records in which every word of --find stands."""
    from lab import customers as book

    book.list_all(data, find, played=played, as_json=as_json)


@customers.command("add")
def add(
    number: PhoneNumber,
    data: Data,
    name: str = "",
    phone2: str = "",
    company: str = "",
    email: str = "",
    address: str = "",
    note: str = "",
    lang: Tongue = "zh",
) -> None:
    """Write a new record."""
    from lab import customers as book

    book.add(
        data, number,
        {"name": name, "phone2": phone2, "company": company, "email": email, "address": address,
         "note": note},
    )  # fmt: skip


@customers.command("edit")
def edit(
    number: PhoneNumber,
    data: Data,
    name: str | None = None,
    phone2: str | None = None,
    company: str | None = None,
    email: str | None = None,
    address: str | None = None,
    note: str | None = None,
    lang: Tongue = "zh",
) -> None:
    """Change a record; what is not given stays as it is."""
    from lab import customers as book

    book.edit(
        data, number,
        {"name": name, "phone2": phone2, "company": company, "email": email, "address": address,
         "note": note},
    )  # fmt: skip


@customers.command("remove")
def remove(number: PhoneNumber, data: Data, played: Played = False, lang: Tongue = "zh") -> None:
    """Take a record away; it stays in the store with its history."""
    from lab import customers as book

    book.remove(data, number, played=played)


@customers.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    data: Data,
    as_json: Json = False,
    lang: Tongue = "zh",
) -> None:
    """Take in a CSV file, whole or not at all."""
    from lab import customers as book

    book.take_in(data, file, as_json=as_json)


@customers.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    data: Data,
    find: str = "",
    lang: Tongue = "zh",
) -> None:
    """Write the school's own customers as CSV that a spreadsheet opens."""
    from lab import customers as book

    book.export(data, file, find)
