"""``[calls]`` and ``[recording]`` of ``lab.toml``: how long things may last, codes, what is recorded."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from telephony.media.control import Codec
from telephony.pbx.calls_plan import CallsPlan

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Code = Annotated[str, Field(pattern=r"^[0-9*#]{1,8}$")]


class Recording(BaseModel):
    """What is recorded of calls; a queue may record less (``record``)."""

    model_config = ConfigDict(extra="forbid")

    when: Literal["always", "on demand", "never"] = "always"
    longest_pause: Seconds = 180.0
    """A recording that was paused for a card number goes on by itself after so long."""


class Calls(BaseModel):
    """Limits of every call, and the codes that desks dial."""

    model_config = ConfigDict(extra="forbid")

    dial_seconds: Seconds = 30.0
    outside_seconds: Seconds = 60.0
    longest_talk: Seconds = 7200.0
    longest_hold: Seconds = 1800.0
    longest_setup: Seconds = 900.0
    most_transfers: int = Field(10, ge=1, le=100)
    codecs: list[Codec] | None = Field(None, min_length=1)
    """None: as the switchboard prefers them."""
    auto_answer: bool = False
    resume_rings: bool = False
    park_code: Code = "700"
    park_slots: list[Code] = Field(default_factory=lambda: [str(slot) for slot in range(701, 721)])
    park_seconds: Seconds = 60.0
    pickup_code: Code = "*8"
    pickup_prefix: Code = "**"
    pickup_groups: dict[str, list[str]] = Field(default_factory=dict)
    """Name → extensions that may pick up for each other; a desk in none may pick up anywhere."""
    conference_prefix: Code = "*6"
    conference_tones: bool = True
    loudest: int = Field(3, ge=1, le=10)
    longest_conference: Seconds = 14_400.0

    def limits(self) -> dict[str, Any]:
        """Write what the board's plan takes of it beside ``calls``."""
        names = ("dial_seconds", "outside_seconds", "longest_talk", "longest_hold",
                 "longest_setup", "most_transfers")  # fmt: skip
        found = {name: getattr(self, name) for name in names}
        return found | ({"codecs": tuple(self.codecs)} if self.codecs else {})

    def plan(self, recording: Recording) -> CallsPlan:
        """Write it as the switchboard takes it."""
        return CallsPlan(
            auto_answer=self.auto_answer,
            resume_rings=self.resume_rings,
            park_code=self.park_code,
            park_slots=tuple(self.park_slots),
            park_seconds=self.park_seconds,
            pickup_code=self.pickup_code,
            pickup_prefix=self.pickup_prefix,
            conference_prefix=self.conference_prefix,
            conference_tones=self.conference_tones,
            loudest=self.loudest,
            longest_conference=self.longest_conference,
            record=recording.when,
            longest_pause=recording.longest_pause,
            groups={name: tuple(desks) for name, desks in self.pickup_groups.items()},
        )
