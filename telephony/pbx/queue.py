"""A queue: who waits, since when, at which position, for how long yet."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from telephony.pbx.desk import Desk
from telephony.pbx.plan import QueuePlan
from telephony.pbx.strategy import STRATEGIES

REMEMBERED = 20
"""So many last talks make the expected wait."""


@dataclass(slots=True)
class Queue:
    """First come, first served."""

    plan: QueuePlan
    waiting: OrderedDict[str, float] = field(default_factory=OrderedDict)
    """Call id → since when; a call being offered to a desk keeps its place."""
    offered: set[str] = field(default_factory=set)
    talks: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def join(self, call: str, now: float) -> int:
        """Take a call at the end of the line; returns its position."""
        self.waiting[call] = now
        return len(self.waiting)

    def leave(self, call: str) -> None:
        """Forget a call: answered, gone, or tired of waiting."""
        self.waiting.pop(call, None)
        self.offered.discard(call)

    def position(self, call: str) -> int:
        """Say how many calls stand up to and including this one; 0 when it does not wait."""
        for place, name in enumerate(self.waiting, start=1):
            if name == call:
                return place
        return 0

    def learn(self, talked: float) -> None:
        """Remember how long a talk took."""
        self.talks.append(talked)

    def expected_wait(self, position: int, staffed: int) -> float:
        """Guess the wait at this position from the last talks and the staffed desks."""
        talk = sum(self.talks) / len(self.talks) if self.talks else self.plan.first_guess
        return position * talk / max(1, staffed)

    def next_unoffered(self) -> str | None:
        """Find the call that has waited longest and rings nowhere yet."""
        if len(self.offered) == len(self.waiting):
            return None
        return next((call for call in self.waiting if call not in self.offered), None)

    def members(self, desks: Mapping[str, Desk]) -> Iterable[Desk]:
        """List the desks that serve this queue."""
        if self.plan.members is None:
            return desks.values()
        return [desks[name] for name in self.plan.members if name in desks]

    def match(self, desks: Mapping[str, Desk], now: float) -> tuple[str, list[Desk]] | None:
        """Pair the first waiting call with the desks to ring for it."""
        call = self.next_unoffered()
        if call is None:
            return None
        free = [desk for desk in self.members(desks) if desk.available(now)]
        chosen = STRATEGIES[self.plan.strategy](free)
        return (call, chosen) if chosen else None
