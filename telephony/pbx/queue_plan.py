"""How a queue works, as people decide it: who serves, who goes first, how one leaves unserved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from telephony.pbx.errors import PlanError

Crew: TypeAlias = Literal["nobody", "logged-in", "ready", "free"]
"""Who must be there at least: nobody, one logged in (a break counts), one who takes calls, a free one."""

WayKind: TypeAlias = Literal[
    "back", "queue", "extension", "flow", "voicemail", "say", "busy", "callback"
]
NAMED: Final = ("queue", "extension", "flow", "say")
"""Ways that lead somewhere by name."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a caller goes who leaves the line unserved.

    ``back`` is the node of the flow that asked for the queue, else a sentence and the end; ``say`` is
    a prompt and the end; ``busy`` the busy tone; ``voicemail`` a box; ``callback`` keeps the place.
    """

    kind: WayKind
    name: str = ""

    def __post_init__(self) -> None:
        """Refuse a way to nowhere."""
        if self.kind in NAMED and not self.name:
            raise PlanError("way_unnamed", kind=self.kind)


@dataclass(frozen=True, slots=True)
class RatingPlan:
    """What the caller is asked after the agent has hung up."""

    ask: tuple[str, ...] = ("rate.ask",)
    thanks: tuple[str, ...] = ("rate.thanks",)
    wrong: tuple[str, ...] = ("rate.wrong",)
    keys: str = "12345"
    seconds: float = 8.0
    tries: int = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a waiting caller is told, and when."""

    first: float = 10.0
    """Seconds after joining."""
    every: float = 30.0
    last_position: int = 20
    """Positions beyond this are not told, only the wait."""
    wait: bool = True
    least_wait: float = 0.0
    """An expected wait below this is not told."""
    most_minutes: int = 30
    """Longer waits are told as this."""
    offer: tuple[str, ...] = ()
    """Prompts that offer the keys by which one may leave (ARC-05)."""
    offer_from: float = 0.0
    """Offer them only when the expected wait is at least this long."""


@dataclass(frozen=True, slots=True)
class CallbackPlan:
    """How a caller who hung up and kept the place is called back."""

    tries: int = 3
    interval: float = 300.0
    """Seconds from a failed try to the next."""
    ring_seconds: float = 30.0
    """How long the caller's telephone rings."""
    confirm_seconds: float = 8.0
    """How long a key is waited for while the number is confirmed."""
    longest_number: int = 15
    shortest_number: int = 5


MOST_WRAPUP: Final = 600.0


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """How callers wait and who serves them."""

    name: str
    members: tuple[str, ...] | None = None
    """Extensions, in the order that linear and round robin follow; None means every desk."""
    strategy: str = "longest-idle"
    ring_seconds: float = 20.0
    rest_seconds: float = 5.0
    """How long a desk that did not answer is left alone."""
    auto_pause: int = 0
    """So many unanswered rings in a row send a desk on a break; 0: never."""

    max_wait: float = 600.0
    timed_out: Way = Way("back")
    max_length: int | None = None
    full: Way = Way("busy")
    join_if: Crew = "nobody"
    stay_if: Crew = "nobody"
    empty: Way = Way("back")
    """Where one goes who finds, or is left with, too few to serve."""
    keys: Mapping[str, Way] = field(default_factory=dict)
    """Keys that leave the line."""

    spoken: Spoken = Spoken()
    first_guess: float = 120.0
    """Length of a talk before any is known, for the expected wait."""

    priority: int = 0
    """Of all its callers, against other queues that share desks."""
    ageing: float = 60.0
    """Seconds of waiting that weigh as much as one level of priority, so that nobody starves."""
    skill: str = ""
    levels: tuple[tuple[float, int], ...] = ((0.0, 1),)
    """After so many seconds this level of the skill is enough: ``((0, 8), (30, 5), (60, 1))``."""
    sticky: float = 0.0
    """So long a caller waits for the desk of the last talk, if somebody works there."""
    ask_last_agent: bool = False
    """Ask the caller whether to be put through to that desk, if it is free (TEL-26)."""

    wrapup: float | None = None
    """Seconds to write the summary; None: as the desk has it."""
    most_wrapup: float = MOST_WRAPUP
    """Extensions end here."""
    service_level: float = 20.0
    """An answer within this counts as in time."""
    short_abandon: float = 5.0
    """Who hangs up sooner than this is no loss."""

    callback: CallbackPlan = CallbackPlan()
    rating: RatingPlan | None = RatingPlan()
    announce_agent: bool = True
    """Tell the caller who serves: prompt ``agent.EXTENSION``."""
    record: bool = True
    shows: str = ""
    """The number of ours that its callbacks show; empty: the trunk's first."""
    ways: tuple[Way, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        """Gather the ways out; refuse levels that do not widen."""
        found = (self.timed_out, self.full, self.empty, *self.keys.values())
        object.__setattr__(self, "ways", found)
        if self.stay_if == "free":
            raise PlanError("stay_if_free", queue=self.name)
        times, levels = [at for at, _ in self.levels], [level for _, level in self.levels]
        if times[0] != 0 or times != sorted(times) or levels != sorted(levels, reverse=True):
            raise PlanError("levels_wrong", queue=self.name)

    def overflows(self) -> set[str]:
        """List the queues where its callers go on to without asking for it."""
        ways = (self.timed_out, self.full, self.empty)
        return {way.name for way in ways if way.kind == "queue"}

    def level_after(self, waited: float) -> int:
        """The level of the skill that is enough by now."""
        return min((level for after, level in self.levels if after <= waited), default=0)


def circle_in(queues: Mapping[str, QueuePlan]) -> list[str]:
    """Find a way from a queue back to itself that a caller goes who presses nothing; none: empty."""
    for start in queues:
        ways, seen = [[start]], set[str]()
        while ways:
            way = ways.pop()
            for onward in sorted(queues[way[-1]].overflows() - seen):
                if onward == start:
                    return [*way, start]
                seen.add(onward)
                ways.append([*way, onward])
    return []
