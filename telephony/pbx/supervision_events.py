"""What the board tells of supervisors: each act on the call's log, with its begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class SupervisionBegan:
    """From now on a supervisor takes part in a desk's call in this way."""

    call: str
    at: float
    supervisor: str
    extension: str
    act: str
    """listen, whisper, barge, intercept, answer_for, force_release, force_transfer."""


@dataclass(frozen=True, slots=True)
class SupervisionEnded:
    """A supervisor takes part in this way no longer; what is done at once ends as it begins."""

    call: str
    at: float
    supervisor: str
    extension: str
    act: str
    began: float


@dataclass(frozen=True, slots=True)
class SupervisionMissed:
    """The supervisor's own telephone was not lifted."""

    call: str
    at: float
    supervisor: str
    extension: str
    why: str


SupervisionEvent: TypeAlias = SupervisionBegan | SupervisionEnded | SupervisionMissed
