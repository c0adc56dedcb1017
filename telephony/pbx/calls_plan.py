"""What people decide about calls in progress: codes, slots, groups, automatic answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class CallsPlan:
    """The settings of transfers, parking, pickup and dialling for a desk."""

    auto_answer: bool = False
    """Ask an agent's own telephone to lift by itself when a desk order rings it."""
    resume_rings: bool = False
    """Holding lets the agent's telephone go; resuming rings it again."""
    park_code: str = "700"
    """A transfer to this number parks in the first free slot."""
    park_slots: tuple[str, ...] = tuple(str(slot) for slot in range(701, 721))
    park_seconds: float = 60.0
    """A parked call that nobody fetched by then comes back to the desk that parked it."""
    pickup_code: str = "*8"
    """Dialled at a desk: take a call that rings in its group."""
    pickup_prefix: str = "**"
    """Before an extension: take the call that rings there."""
    conference_prefix: str = "*6"
    """Before a conference's name: step into it."""
    conference_tones: bool = True
    """Everybody hears who steps in or out: prompts ``conference.joined``, ``conference.left``."""
    loudest: int = 3
    """So many members of a conference are heard at a time."""
    longest_conference: float = 14_400.0
    record: Literal["always", "on demand", "never"] = "always"
    longest_pause: float = 180.0
    """A recording that was paused for a card number goes on by itself after so long."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Desks that may pick up for each other; a desk in no group may pick up anywhere."""

    def mates(self, extension: str) -> frozenset[str] | None:
        """List the desks that this one may pick up for; None: every desk."""
        own = [frozenset(group) for group in self.groups.values() if extension in group]
        return frozenset().union(*own) if own else None
