"""What crosses the door about letters: mail and faxes, what is done with them, what went out."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from classroom.door.customers import LetterKind, LetterState, Short
from classroom.door.entry import Part

_HIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _readable(text: str) -> str:
    """Keep its lines; what would move a screen's cursor or turn its text round is refused."""
    text = text.replace("\r\n", "\n").strip()
    if found := _HIDDEN.search(text):
        raise ValueError(f"U+{ord(found[0]):04X}")
    return text


class LetterBrief(Part):
    """One row of ``GET /api/letters``."""

    id: int
    number: str
    """What its sender was told."""
    kind: LetterKind
    state: LetterState
    came: float
    """UTC."""
    sender: str
    sender_name: str = ""
    subject: str = ""
    category: str = ""
    priority: int = 0
    pages: int = 0
    desk: str = ""
    """Who has it, or had it last: the extension."""
    mine: bool = False


class LetterReason(Part):
    """One rule that fitted, what it found and where."""

    rule: str
    where: Literal["subject", "text", "sender", "record", "kind", "machine"]
    found: str
    priority: int


class LetterFile(Part):
    """One thing attached to a mail."""

    name: str
    size: int


class LetterTrace(Part):
    """One step of a letter."""

    at: float
    by: str
    what: Literal["taken", "returned", "answered", "closed"]
    note: str = ""


class Sent(Part):
    """One row of the out-box, ``GET /api/letters/out``."""

    id: int
    letter_id: int
    at: float
    kind: LetterKind
    what: Literal["receipt", "answer"]
    by: str = ""
    sender: str
    receiver: str
    subject: str = ""
    text: str
    parameters: dict[str, str | int] = Field(default_factory=dict)
    """A mail's own header lines; a fax's header line, resolution and pages."""


class LetterPage(LetterBrief):
    """``GET /api/letters/{id}``: one letter, whole."""

    receiver: str = ""
    text: str = ""
    attached: list[LetterFile] = Field(default_factory=list)
    automatic: Literal["", "machine", "list", "bounce", "no_sender", "own", "often"] = ""
    """Why no receipt was sent."""
    reasons: list[LetterReason] = Field(default_factory=list)
    record: dict[str, str] = Field(default_factory=dict)
    """The customer's record, empty where nobody's address or number fits."""
    version: int
    steps: list[LetterTrace] = Field(default_factory=list)
    sent: list[Sent] = Field(default_factory=list)


class FaxParameters(Part):
    """By what an answer is faxed; what is not given stays as the school has set it."""

    number: Short = ""
    header: Short = ""
    resolution: Literal["standard", "fine", "superfine"] | None = None


class LetterAnswer(Part):
    """``POST /api/letters/{id}/answer``."""

    version: int
    """The version that was looked at; 409 where somebody else has it by now."""
    text: Annotated[str, AfterValidator(_readable), Field(min_length=1, max_length=20_000)]
    fax: FaxParameters = FaxParameters()


class LetterEnd(Part):
    """``POST /api/letters/{id}/return`` and ``/close``."""

    version: int
    note: Short = ""


class LettersWaiting(Part):
    """How many letters wait in the line; told to everybody."""

    type: Literal["letters"] = "letters"
    waiting: int
