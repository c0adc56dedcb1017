"""What a school decides of its seats: the reasons for being not ready, and the locked screen."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from classroom.door.seats import BusyReason, SeatRules
from classroom.words import reason as told

MOST_REASONS = 9
"""Each is chosen by one digit."""


class Reason(BaseModel):
    """One reason (示忙原因) as the school words it."""

    model_config = ConfigDict(extra="forbid")

    zh: str = Field(min_length=1, max_length=16)
    en: str = Field(min_length=1, max_length=24)
    rest: bool = False
    """Time of this reason counts as break (小休), not as work away from the telephone."""


def _usual() -> dict[str, Reason]:
    return {
        "rest": Reason(zh="小休", en="short break", rest=True),
        "meal": Reason(zh="用餐", en="meal", rest=True),
        "training": Reason(zh="培训", en="training"),
        "meeting": Reason(zh="会议", en="meeting"),
        "review": Reason(zh="看评分", en="reading scores"),
    }


class Seats(BaseModel):
    """``[seats]`` of ``lab.toml`` (SEA-04, SEA-05, IMP-11)."""

    model_config = ConfigDict(extra="forbid")

    lock: bool = True
    """The screen locks with the reason; only the agent's password unlocks it."""
    reasons: dict[str, Reason] = Field(default_factory=_usual)
    """Id → reason, in the order in which they are offered; writing one replaces them all."""

    @field_validator("reasons")
    @classmethod
    def _countable(cls, reasons: dict[str, Reason]) -> dict[str, Reason]:
        if not 1 <= len(reasons) <= MOST_REASONS:
            raise ValueError(told("reasons_too_many", most=MOST_REASONS))
        return reasons

    @property
    def resting(self) -> frozenset[str]:
        """The reasons that count as break."""
        return frozenset(name for name, reason in self.reasons.items() if reason.rest)

    def rules(self) -> SeatRules:
        """Write them as they cross the door."""
        rows = [BusyReason(id=name, **reason.model_dump()) for name, reason in self.reasons.items()]
        return SeatRules(lock=self.lock, reasons=rows)
