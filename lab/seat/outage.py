"""What a seat was doing when its server went, and what is left of it when the server is back."""

from __future__ import annotations

from dataclasses import dataclass

from classroom.door.wire import DeskState, Duty


@dataclass(frozen=True, slots=True)
class Outage:
    """The moment in which the server was lost."""

    duty: Duty
    reason: str
    in_call: bool
    summing: bool
    """The call summary was being written."""

    def forgotten(self, desk: DeskState) -> bool:
        """Whether the server came back without knowing of this seat, as after a kill."""
        lost = (self.in_call or self.summing) and desk.activity == "idle"
        return lost or (self.duty != "off" and desk.duty == "off")

    def sentence(self) -> str:
        """The key, in the section ``outage``, of what the agent is told."""
        if self.in_call:
            return "call"
        return "summary" if self.summing else "desk"
