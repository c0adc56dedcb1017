"""A queue: who waits, since when, at which position, for how long yet, and for which desk.

The line is ordered by rank: the moment a caller joined, moved back by ``ageing`` seconds for each level of
priority. A rank never changes, so a caller can be overtaken only by those who joined within that
many seconds, and nobody starves. Ranks of queues that share desks compare.
"""

from __future__ import annotations

import heapq
from bisect import bisect, insort
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from telephony.pbx.desk import Activity, Desk
from telephony.pbx.free import free_of
from telephony.pbx.plan import QueuePlan
from telephony.pbx.queue_events import Choice
from telephony.pbx.queue_plan import Crew
from telephony.pbx.strategy import STRATEGIES, Asking, able, no_dice

REMEMBERED: Final = 20
"""So many last talks make the expected wait."""
ORDERED: Final = frozenset({"linear", "round-robin"})
"""Strategies that follow the plan's order of desks."""
ASKED: Final = 30.0
"""So long a caller who asked for a desk waits for it, where the plan says nothing."""
OVERDUE: Final = 0.25
"""A talk longer than usual is expected to last this share of a usual one yet."""
WANTED: Final = "wanted"
"""How a desk was found that the caller waited for."""
NO_NEEDS: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(slots=True)
class Place:
    """One place in the line: a caller's, or kept for one who will be called back."""

    name: str
    """The call, or the callback."""
    since: float
    rank: float
    number: int
    """Of two with the same rank the smaller was first."""
    needs: Mapping[str, int] = field(default_factory=dict)
    """Skills that this caller needs besides the queue's own."""
    wants: str = ""
    """The desk that this caller waits for, until ``wants_until``."""
    wants_until: float = 0.0
    first_position: int = 0
    away: bool = False
    """Keeps the place but takes no desk: books a callback, or was not reached and is tried later."""
    callback: bool = False
    shuns: dict[str, float] = field(default_factory=dict)
    """Desks whose agents hung up while this caller was being called back → until when they are let be."""

    def suits(self, desk: str, now: float) -> bool:
        """Say whether this desk may be rung for it."""
        return self.shuns.get(desk, now) <= now

    def next_free(self, now: float) -> float | None:
        """Say when the next of the desks that it shuns may be rung for it again."""
        return min((until for until in self.shuns.values() if until > now), default=None)

    @property
    def order(self) -> tuple[float, int]:
        """Who comes first."""
        return (self.rank, self.number)


def _order(place: Place) -> tuple[float, int]:
    return place.order


@dataclass(slots=True)
class Queue:
    """First come, first served, priority counted as time."""

    plan: QueuePlan
    entropy: Callable[[int], bytes] = no_dice
    waiting: dict[str, Place] = field(default_factory=dict)
    """By call; a call being offered to a desk keeps its place."""
    line: list[Place] = field(default_factory=list)
    offered: set[str] = field(default_factory=set)
    talks: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    wraps: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    last: str = ""
    """The desk that was rung last."""
    found: tuple[str, int] = ("", 0)
    """How the last desk was looked for, and among how many."""
    _joined: int = 0

    # ── places ───────────────────────────────────────────────────────────────

    def join(
        self,
        call: str,
        now: float,
        *,
        priority: int = 0,
        needs: Mapping[str, int] = NO_NEEDS,
        wants: str = "",
    ) -> int:
        """Take a call into the line; returns its position."""
        self._joined += 1
        rank = now - self.plan.ageing * (self.plan.priority + priority)
        place = Place(call, now, rank, self._joined, needs, wants)
        place.wants_until = now + (self.plan.sticky or ASKED) if wants else 0.0
        self._take(place)
        place.first_position = self.position(call)
        return place.first_position

    def rejoin(self, place: Place) -> None:
        """Put a kept place back where it belongs."""
        self._joined = max(self._joined, place.number)
        self._take(place)

    def hand_over(self, call: str, name: str) -> Place:
        """Give a call's place to its callback."""
        place = self.waiting.pop(call)
        self.offered.discard(call)
        place.name = name
        self.waiting[name] = place
        return place

    def leave(self, call: str) -> Place | None:
        """Forget a call: answered, gone, or tired of waiting."""
        self.offered.discard(call)
        place = self.waiting.pop(call, None)
        if place is not None:
            del self.line[bisect(self.line, place.order, key=_order) - 1]
        return place

    def position(self, call: str) -> int:
        """Say how many calls stand up to and including this one; 0 when it does not wait."""
        place = self.waiting.get(call)
        return bisect(self.line, place.order, key=_order) if place else 0

    def _take(self, place: Place) -> None:
        self.waiting[place.name] = place
        insort(self.line, place, key=_order)

    # ── how long yet ─────────────────────────────────────────────────────────

    def learn(self, talked: float) -> None:
        """Remember how long a talk took."""
        self.talks.append(talked)

    def learn_wrapup(self, seconds: float) -> None:
        """Remember how long a summary took."""
        self.wraps.append(seconds)

    def usual(self) -> tuple[float, float]:
        """Tell how long a talk and a summary usually take."""
        talk = sum(self.talks) / len(self.talks) if self.talks else self.plan.first_guess
        wrap = sum(self.wraps) / len(self.wraps) if self.wraps else 0.0
        return talk, wrap

    def expected_wait(self, call: str, desks: Mapping[str, Desk], now: float) -> float:
        """Guess how long a call waits yet; one that rings somewhere waits no longer."""
        upto = self.line[: self.position(call)]
        behind = sum(place.name not in self.offered for place in upto)
        return 0.0 if call in self.offered else self.wait_behind(behind, self.crew(desks), now)

    def wait_behind(self, behind: int, crew: Sequence[Desk], now: float) -> float:
        """Guess the wait of the n-th in line: let the desks at work serve it as they come free.

        A desk in a talk is taken to end it after a usual talk's length. With nobody at work one desk is
        supposed to be busy with a whole talk, as no better guess can be had.
        """
        talk, wrap = self.usual()
        free_in = [_free_in(desk, talk, wrap, now) for desk in _once_a_call(crew)]
        free_in = free_in or [talk + wrap]
        heapq.heapify(free_in)
        for _ in range(behind - 1):
            heapq.heapreplace(free_in, free_in[0] + talk + wrap)
        return free_in[0]

    # ── whom to ring ─────────────────────────────────────────────────────────

    def members(self, desks: Mapping[str, Desk]) -> Sequence[Desk]:
        """List the desks that serve this queue, in the order of its plan."""
        if self.plan.members is None:
            return list(desks.values())
        return [desks[name] for name in self.plan.members if name in desks]

    def serves(self, extension: str) -> bool:
        """Say whether this desk serves this queue."""
        return self.plan.members is None or extension in self.plan.members

    def crew(self, desks: Mapping[str, Desk]) -> list[Desk]:
        """List the desks at which somebody serves this queue, free or not."""
        return [desk for desk in self.members(desks) if desk.staffed()]

    def has(self, crew: Crew, desks: Mapping[str, Desk], now: float) -> bool:
        """Say whether at least such a crew is there."""
        if crew == "nobody":
            return True
        members = self.members(desks)
        if crew == "logged-in":
            return any(desk.logged_in() for desk in members)
        if crew == "ready":
            return any(desk.staffed() for desk in members)
        return any(desk.available(now) for desk in members)

    def match(
        self, desks: Mapping[str, Desk], now: float, free: Sequence[Desk] | None = None
    ) -> tuple[str, list[Desk]] | None:
        """Pair the first waiting call that a free desk may take with the desks to ring for it.

        ``free`` are the desks that may be rung, in turn, if that is known; else they are looked for.
        """
        if len(self.offered) == len(self.waiting):
            return None
        free = free_of(desks, now) if free is None else free
        if self.plan.members is not None:
            members = frozenset(self.plan.members)
            free = [desk for desk in free if desk.extension in members]
        if not free:
            return None
        order = self.members(desks) if self.plan.strategy in ORDERED else ()
        asking = Asking([d.extension for d in order], self.last, self.plan.skill, self.entropy)
        for place in self.line:
            if place.away or place.name in self.offered:
                continue
            if chosen := self._choose(place, free, desks, asking, now):
                self.last = chosen[0].extension
                return place.name, chosen
        return None

    def first_rank(self) -> float:
        """The rank of the first who waits for a desk; queues that share desks are served by it."""
        waits = (p.rank for p in self.line if not p.away and p.name not in self.offered)
        return next(waits, float("inf"))

    def next_change(self, call: str, now: float) -> float | None:
        """Say when more desks may take this call than now: its desk is given up, a level sinks."""
        place = self.waiting.get(call)
        if place is None:
            return None
        steps = [place.since + after for after, _ in self.plan.levels] if self.plan.skill else []
        return min((at for at in (*steps, place.wants_until) if at > now), default=None)

    def _choose(
        self,
        place: Place,
        free: Sequence[Desk],
        desks: Mapping[str, Desk],
        asking: Asking,
        now: float,
    ) -> list[Desk]:
        wanted = desks.get(place.wants)
        if (
            wanted
            and now < place.wants_until
            and wanted.staffed()
            and place.suits(place.wants, now)
        ):
            self.found = (WANTED, 1)
            return [wanted] if wanted.available(now) else []
        needs = dict(place.needs)
        if self.plan.skill:
            level = self.plan.level_after(now - place.since)
            needs[self.plan.skill] = max(level, needs.get(self.plan.skill, 0))
        if place.shuns:
            free = [desk for desk in free if place.suits(desk.extension, now)]
        fit = able(free, needs)
        self.found = (self.plan.strategy, len(fit))
        return STRATEGIES[self.plan.strategy](fit, asking)

    def why(self, desk: Desk, now: float) -> Choice:
        """Say what spoke for a desk that is being rung."""
        by, free = self.found
        skill = desk.skills.get(self.plan.skill, 0)
        return Choice(by, free, now - desk.idle_since, desk.calls, desk.talked, skill)


def _once_a_call(crew: Sequence[Desk]) -> list[Desk]:
    """Count a call that rings at several desks once; the others will be free."""
    owners = {desk.owner for desk in crew if desk.activity is Activity.OFFERED}
    found = [desk for desk in crew if desk.activity is not Activity.OFFERED]
    return found + [next(desk for desk in crew if desk.owner == owner) for owner in owners]


def _free_in(desk: Desk, talk: float, wrap: float, now: float) -> float:
    """Guess when a desk takes its next call."""
    spent = now - desk.since
    if desk.activity is Activity.IDLE:
        return 0.0
    if desk.activity is Activity.WRAPPING:
        return min(max(wrap - spent, 0.0), max((desk.deadline or now) - now, 0.0))
    if desk.activity is Activity.OFFERED:
        return talk + wrap
    return max(talk - spent, talk * OVERDUE) + wrap


def next_pair(
    queues: Iterable[Queue],
    desks: Mapping[str, Desk],
    now: float,
    free: Sequence[Desk] | None = None,
) -> tuple[str, list[Desk]] | None:
    """Pair a call with desks; of queues that share desks the one whose first call ranks first."""
    waiting = [queue for queue in queues if len(queue.offered) < len(queue.waiting)]
    for queue in sorted(waiting, key=Queue.first_rank):
        if pair := queue.match(desks, now, free):
            return pair
    return None
