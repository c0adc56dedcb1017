"""What crosses the door first: who comes in, the telephone account, the desks.

Importable on a student's Windows PC, as all of ``wire``, which hands these names on.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from classroom.door import lang

Lang: TypeAlias = lang.Lang
Duty: TypeAlias = Literal["off", "ready", "break"]
Activity: TypeAlias = Literal["idle", "offered", "talking", "holding", "wrapping"]
Line: TypeAlias = Literal["practice", "live"]
Role: TypeAlias = Literal["student", "instructor", "admin"]
CallState: TypeAlias = Literal[
    "queued", "ringing", "talking", "wrapping", "graded", "ended", "broken_off", "abandoned"
]

_BLANK: Final = re.compile(r"[\s\u2028\u2029]+")
_HIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """Write it in one line; what would move a screen's cursor or turn its text round is refused."""
    text = _BLANK.sub(" ", text).strip()
    if found := _HIDDEN.search(text):
        raise hidden(found[0])
    return text


def lines(text: str) -> str:
    """Let lines and tabs be, and refuse every other character that cannot be seen."""
    text = text.replace("\r\n", "\n")
    if found := _HIDDEN.search(text.replace("\n", " ").replace("\t", " ")):
        raise hidden(found[0])
    return text


def hidden(letter: str) -> PydanticCustomError:
    """Say which character cannot be seen."""
    code = f"U+{ord(letter):04X}"
    return PydanticCustomError("hidden_letter", "hidden character {code}", {"code": code})


Reason: TypeAlias = Annotated[str, Field(max_length=64), AfterValidator(one_line)]
"""Why somebody is not ready: it stands on screens and in ``queue_log``."""


class Part(BaseModel):
    """Strict: an unknown field is an error, on both sides; so is a number without end."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


# ── coming in ────────────────────────────────────────────────────────────────


class Login(Part):
    """``POST /api/login``."""

    login: str
    password: str


class SecuredLine(Part):
    """The server's TLS: telephones believe the school's certificate and pin its fingerprint."""

    port: int
    fingerprint: str
    """SHA-256 of the school's certificate, as ``lab tls show`` prints it."""
    ca: str
    """The school's certificate (PEM)."""


class SipAccount(Part):
    """The seat's own telephone account."""

    extension: str
    password: str
    host: str
    port: int
    transport: Literal["udp", "tcp", "tls"] = "udp"
    secured: SecuredLine | None = None
    """How to come by TLS, where the server offers it."""


class Session(Part):
    """Who came in; ``token`` goes into ``Authorization: Bearer``."""

    token: str
    login: str
    name: str
    role: Role
    sip: SipAccount | None = None
    consented: bool
    notice: str
    """What is recorded, who may listen, until when; shown until agreed (``POST /api/consent``)."""


class Person(Part):
    """One row of ``GET /api/people``."""

    login: str
    name: str
    role: Role
    extension: str | None = None


# ── desks ────────────────────────────────────────────────────────────────────


class DeskState(Part):
    """Duty (chosen by the agent) and activity (done by the machine), with when each began (UTC)."""

    extension: str
    name: str
    duty: Duty
    reason: str = ""
    rest: bool = False
    """The reason counts as break (小休); else the desk is not ready for other work (示忙)."""
    activity: Activity
    since: float
    call_id: str | None = None
    registered: bool = False
    until: float | None = None
    """When the activity ends by itself (UTC): the end of wrap-up, unless more time is asked for."""
    mobile: bool = False
    """The agent works at a telephone outside; ``registered`` then says that it can be rung."""


class DutyChange(Part):
    """``POST /api/desk``."""

    duty: Duty
    reason: Reason = ""
