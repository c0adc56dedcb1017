"""What crosses the door first: who comes in, the telephone account, the desks.

Importable on a student's Windows PC, as all of ``wire``, which hands these names on.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from classroom.door import lang

Lang: TypeAlias = lang.Lang
Duty: TypeAlias = Literal["off", "ready", "break"]
Activity: TypeAlias = Literal["idle", "offered", "talking", "holding", "wrapping"]
Line: TypeAlias = Literal["practice", "live"]
Role: TypeAlias = Literal["student", "instructor", "admin"]
CallState: TypeAlias = Literal[
    "queued", "ringing", "talking", "wrapping", "graded", "ended", "broken_off", "abandoned"
]


class Part(BaseModel):
    """Strict: an unknown field is an error, on both sides."""

    model_config = ConfigDict(extra="forbid")


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
    reason: str = ""
