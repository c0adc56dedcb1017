"""Customers: the one of a call, for who has the call; all of them, for instructors."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from classroom.business import sheet
from classroom.business.counter import Counter
from classroom.business.customers import told
from classroom.door.api.calls import HandledCall
from classroom.door.api.house import Anybody, HouseHere, Instructor, LangHere, RowNumber
from classroom.door.api.openapi import a_file, sent_as
from classroom.door.customers import (
    FIELDS,
    Customer,
    CustomerEdit,
    CustomerPage,
    CustomerTrace,
    NewCustomer,
    TakenIn,
)
from classroom.errors import Refusal

router = APIRouter(prefix="/api")


def counter(house: HouseHere) -> Counter:
    """The keeper of the customers; refuses where the house has none."""
    if house.counter is None:
        raise Refusal(404, "no_customer")
    return house.counter


Keeper = Annotated[Counter, Depends(counter)]


@router.get("/calls/{call_id}/customer")
async def look(call_id: HandledCall, who: Anybody, keeper: Keeper) -> CustomerPage:
    """The customer of a running call: the record, and the last calls with this number."""
    return await keeper.look(call_id, who.login)


@router.put("/calls/{call_id}/customer")
async def edit_here(
    edit: CustomerEdit, call_id: HandledCall, who: Anybody, keeper: Keeper
) -> CustomerPage:
    """Change the customer's record on the spot; 409 where somebody else changed it in between."""
    return await keeper.edit(call_id, edit, who.login)


@router.get("/customers")
async def customers(
    _: Instructor,
    keeper: Keeper,
    find: Annotated[str, Query(max_length=120)] = "",
    played: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: str = "",
) -> list[Customer]:
    """The customers in whose records every word of ``find`` stands; ``played``: the virtual ones."""
    found = await keeper.customers.found(find, played=played, limit=limit, after=after)
    return [told(row) for row in found]


@router.post("/customers", status_code=201)
async def add(customer: NewCustomer, who: Instructor, keeper: Keeper) -> Customer:
    """Write a new record; 409 where the number has one."""
    fields = customer.model_dump(include=set(FIELDS))
    row = await keeper.customers.add(customer.phone, fields, who.login)
    keeper.changed(row)
    return told(row)


@router.get("/customers/export", response_class=Response, responses=sent_as("text/csv"))
async def export(
    who: Instructor, house: HouseHere, lang: LangHere, keeper: Keeper, find: str = ""
) -> Response:
    """The school's own customers as CSV that a spreadsheet opens; audited."""
    rows = await keeper.customers.found(find, limit=-1)
    await house.people.audit(who.login, "customers_exported", str(len(rows)))
    text = await asyncio.to_thread(sheet.write, rows, keeper.customers.place, lang)
    headers = {"Content-Disposition": 'attachment; filename="customers.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/customers/import", openapi_extra=a_file("text/csv"))
async def take_in(request: Request, who: Instructor, house: HouseHere, keeper: Keeper) -> TakenIn:
    """Take in a CSV file, whole or not at all; 422 names every row that is wrong."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > sheet.LARGEST:
            break
    given = await asyncio.to_thread(sheet.read, bytes(data), keeper.customers.place)
    taken = await keeper.customers.take_in(given, who.login)
    await house.people.audit(who.login, "customers_imported", str(len(given)))
    keeper.all_changed(who.login)
    return taken


@router.get("/customers/{number}")
async def customer(number: RowNumber, _: Instructor, keeper: Keeper) -> Customer:
    """One record."""
    return told(await keeper.customers.one(number))


@router.put("/customers/{number}")
async def edit(number: RowNumber, edit: CustomerEdit, who: Instructor, keeper: Keeper) -> Customer:
    """Change a record; 409 where somebody else changed it in between."""
    row = await keeper.customers.edit(number, edit.version, edit.changes(), who.login)
    keeper.changed(row)
    return told(row)


@router.delete("/customers/{number}", status_code=204)
async def remove(number: RowNumber, who: Instructor, house: HouseHere, keeper: Keeper) -> None:
    """Take a record away; its history stays."""
    row = await keeper.customers.remove(number, who.login)
    await house.people.audit(who.login, "customer_removed", row.phone)
    keeper.changed(row)


@router.get("/customers/{number}/history")
async def history(number: RowNumber, _: Instructor, keeper: Keeper) -> list[CustomerTrace]:
    """Every change of one record, the newest first, also of a removed one."""
    return await keeper.customers.history(number)
