"""What crosses the door about customers: their records, their last calls, what a seat changes."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field

from classroom.door.entry import Part, one_line

FIELDS: Final = ("name", "phone2", "company", "email", "address", "note")
"""What is written of a customer, besides the number that the customer calls from."""
LetterKind: TypeAlias = Literal["mail", "fax"]
LetterState: TypeAlias = Literal["waiting", "at_desk", "returned", "answered", "closed"]


Short: TypeAlias = Annotated[str, Field(max_length=120), AfterValidator(one_line)]
Long: TypeAlias = Annotated[str, Field(max_length=1000), AfterValidator(one_line)]


class CustomerFields(Part):
    """What is written of a customer."""

    name: Short = ""
    phone2: Short = ""
    company: Short = ""
    email: Short = ""
    address: Long = ""
    note: Long = ""


class NewCustomer(CustomerFields):
    """``POST /api/customers``: a customer of the school's own."""

    phone: Short
    """The number the customer calls from, in any writing."""


class Customer(NewCustomer):
    """One row of ``GET /api/customers``."""

    id: int
    played: str = ""
    """The scenario of a virtual customer; empty: one of the school's own."""
    version: int
    changed_at: float
    """UTC."""
    changed_by: str


class CustomerEdit(Part):
    """What is to be changed, of which version; what is none stays as it is."""

    version: int = Field(ge=0)
    """The version that was looked at; 0 where there was no record yet."""
    name: Short | None = None
    phone2: Short | None = None
    company: Short | None = None
    email: Short | None = None
    address: Long | None = None
    note: Long | None = None

    def changes(self) -> dict[str, str]:
        """The fields that are to be changed."""
        return self.model_dump(include=set(FIELDS), exclude_none=True)


class PastCall(Part):
    """One earlier call with a customer: what the next agent must know, and no more."""

    at: float
    """UTC."""
    out: bool = False
    """We called the customer."""
    queue: str = ""
    answered: bool = False
    talk_seconds: float = 0.0
    result: str = ""
    """How it ended, in the switchboard's word."""
    disposition: str = ""
    """How the agent closed it, in words."""
    summary: str = ""
    """The beginning of the agent's summary."""
    mine: bool = False
    """The reader's own call; another agent's name is not told."""


class PastLetter(Part):
    """One earlier letter of a customer: what the next agent must know, and no more."""

    at: float
    """UTC."""
    kind: LetterKind
    state: LetterState
    number: str
    subject: str = ""
    category: str = ""
    answer: str = ""
    """The beginning of what was answered."""


class CustomerPage(Part):
    """``GET /api/calls/{id}/customer``: who is in this call."""

    number: str
    """The customer's; empty when withheld."""
    record: dict[str, str] = Field(default_factory=dict)
    """The whole record as label → value, labels in the call's language."""
    fields: CustomerFields = CustomerFields()
    """What of it can be changed."""
    version: int = 0
    """0: nothing was written of this customer yet."""
    changed_at: float | None = None
    changed_by: str = ""
    """The desk of whoever changed it last, or the log-in of one without a desk."""
    calls: list[PastCall] = Field(default_factory=list)
    """The last ones, the newest first."""
    letters: list[PastLetter] = Field(default_factory=list)
    """The last mails and faxes, the newest first."""


class CustomerShown(Part):
    """A desk sees the customer of its call: with the ring, and again whenever the record changes."""

    type: Literal["customer"] = "customer"
    extension: str
    call_id: str
    page: CustomerPage


class CustomerChanged(Part):
    """A record was changed, or with no number: many were; instructors only."""

    type: Literal["customer_changed"] = "customer_changed"
    phone: str
    by: str


class CustomerTrace(Part):
    """One row of ``GET /api/customers/{id}/history``."""

    at: float
    by: str
    what: Literal["added", "edited", "removed", "imported"]
    call_id: str = ""
    before: dict[str, str] = Field(default_factory=dict)
    after: dict[str, str] = Field(default_factory=dict)


class TakenIn(Part):
    """The answer to an import: how many records are new, and how many have changed."""

    added: int
    changed: int
    same: int
