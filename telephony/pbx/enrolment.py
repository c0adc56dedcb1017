"""Our registration at one carrier: does it stand, and how long to wait before trying again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from telephony.machine import Machine

SOONEST: Final = 5.0
LATEST: Final = 600.0


class State(Enum):
    """Whether the carrier knows where we are."""

    OUT = "out"
    IN = "in"


class Step(Enum):
    """What a REGISTER brought."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


ENROLMENT: Final = Machine(
    "registration at a carrier",
    State.OUT,
    {
        (State.OUT, Step.ACCEPTED): State.IN,
        (State.OUT, Step.REFUSED): State.OUT,
        (State.IN, Step.ACCEPTED): State.IN,
        (State.IN, Step.REFUSED): State.OUT,
    },
)


@dataclass(slots=True)
class Enrolment:
    """One registration."""

    call_id: str
    sequence: int = 1
    state: State = ENROLMENT.first
    failures: int = 0
    """Since it last stood; they also choose the gateway to try."""
    least: int = 0
    """The shortest life the carrier accepts."""

    @property
    def stands(self) -> bool:
        """The carrier knows where we are."""
        return self.state is State.IN

    @property
    def pause(self) -> float:
        """How long to wait after so many failures: twice as long each time."""
        return min(LATEST, SOONEST * float(2 ** min(self.failures, 10)))

    def step(self, step: Step) -> None:
        """Move by the table."""
        self.state = ENROLMENT.step(self.state, step)
        self.failures = 0 if step is Step.ACCEPTED else self.failures + 1
