"""What a supervisor orders over a desk in the own charge (TEL-04, TEL-11, PER-01, PER-02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from telephony.pbx.party import Mode


@dataclass(frozen=True, slots=True)
class Supervise:
    """Ring the supervisor's telephone and stand behind a desk; if that is so already, change how."""

    supervisor: str
    extension: str
    mode: Mode = Mode.LISTEN


@dataclass(frozen=True, slots=True)
class StopSupervising:
    """Leave the call that is supervised; it goes on."""

    supervisor: str


@dataclass(frozen=True, slots=True)
class Intercept:
    """Take the call over from a desk."""

    supervisor: str
    extension: str


@dataclass(frozen=True, slots=True)
class AnswerFor:
    """Take the call that rings at a desk."""

    supervisor: str
    extension: str


@dataclass(frozen=True, slots=True)
class ForceRelease:
    """End the call of a desk on both sides."""

    supervisor: str
    extension: str


@dataclass(frozen=True, slots=True)
class ForceTransfer:
    """Send the customer of a desk on to a number; the customer dials nothing again."""

    supervisor: str
    extension: str
    number: str


SupervisorOrder: TypeAlias = (
    Supervise | StopSupervising | Intercept | AnswerFor | ForceRelease | ForceTransfer
)
