"""Customers: one record a telephone number, and every change ever made to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Column, Field, SQLModel


class CustomerRow(SQLModel, table=True):
    """One customer; who is removed stays as a row, and comes back when the number is added again."""

    __table_args__ = (UniqueConstraint("phone", "played", name="uq_customer_phone"),)

    id: int | None = Field(default=None, primary_key=True)
    phone: str
    """The number the customer calls from, in the one form we keep (``telephony.pbx.numbering``)."""
    played: str = ""
    """``scenario/name`` of a virtual customer; empty: a customer of the school's own."""
    name: str = ""
    phone2: str = Field(default="", index=True)
    company: str = ""
    email: str = ""
    address: str = ""
    note: str = ""
    version: int = 1
    """Counts the changes: whoever changes a version that is no longer there is told so."""
    changed_at: float = 0.0
    """UTC."""
    changed_by: str = ""
    removed_at: float | None = None


class CustomerChange(SQLModel, table=True):
    """Who changed what of a customer, and what stood there before."""

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customerrow.id", index=True)
    at: float
    by: str
    what: str
    """``added``, ``edited``, ``removed`` or ``imported``."""
    call_id: str = ""
    """The call in which it was done, if it was in one."""
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
