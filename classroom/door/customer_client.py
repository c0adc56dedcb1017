"""The customers' part of the client: one call's for the seat, all of them for instructors."""

from __future__ import annotations

from classroom.door.asking import Asking
from classroom.door.customers import (
    Customer,
    CustomerEdit,
    CustomerPage,
    CustomerTrace,
    NewCustomer,
    TakenIn,
)


class CustomerDoor(Asking):
    """The customers, from outside."""

    async def customer(self, call_id: str) -> CustomerPage:
        """The customer of a running call: the record, and the last calls with this number."""
        return CustomerPage.model_validate_json(await self._ask("GET", f"calls/{call_id}/customer"))

    async def edit_customer(self, call_id: str, edit: CustomerEdit) -> CustomerPage:
        """Change it on the spot; status 409 where somebody else changed it in between."""
        answer = await self._ask("PUT", f"calls/{call_id}/customer", edit)
        return CustomerPage.model_validate_json(answer)

    async def customers(
        self, find: str = "", *, played: bool = False, limit: int = 100, after: str = ""
    ) -> list[Customer]:
        """The records in which every word stands; instructors only, as all that follow."""
        query = {"find": find, "played": played, "limit": limit, "after": after}
        return await self._list(Customer, "customers", query)

    async def add_customer(self, customer: NewCustomer) -> Customer:
        """Write a new record; status 409 where the number has one."""
        return Customer.model_validate_json(await self._ask("POST", "customers", customer))

    async def change_customer(self, customer: int, edit: CustomerEdit) -> Customer:
        """Change a record; status 409 where somebody else changed it in between."""
        return Customer.model_validate_json(await self._ask("PUT", f"customers/{customer}", edit))

    async def remove_customer(self, customer: int) -> None:
        """Take a record away; its history stays."""
        await self._ask("DELETE", f"customers/{customer}")

    async def import_customers(self, data: bytes) -> TakenIn:
        """Take in a CSV file; status 422 names every row that is wrong."""
        answer = await self._ask("POST", "customers/import", data)
        return TakenIn.model_validate_json(answer)

    async def export_customers(self, find: str = "") -> bytes:
        """The school's own customers as CSV."""
        return await self._ask("GET", "customers/export", query={"find": find})

    async def customer_history(self, customer: int) -> list[CustomerTrace]:
        """Every change of one record, the newest first."""
        return await self._list(CustomerTrace, f"customers/{customer}/history")
