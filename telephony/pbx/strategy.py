"""Whom a queue rings next: plain functions from the free desks to those that ring together.

The free desks come in the order of their turns, so the first of equals has been idle for the longest time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from telephony.pbx.desk import Desk


def no_dice(size: int) -> bytes:
    """Draw nothing but zeros."""
    return bytes(size)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a strategy may know besides the free desks."""

    order: Sequence[str] = ()
    """The queue's desks in the order of its plan."""
    last: str = ""
    """The desk that this queue rang last."""
    skill: str = ""
    entropy: Callable[[int], bytes] = no_dice


PLAIN: Final = Asking()

Strategy: TypeAlias = Callable[[Sequence[Desk], Asking], list[Desk]]


def longest_idle(free: Sequence[Desk], asking: Asking = PLAIN) -> list[Desk]:
    """Ring the desk that has been idle for the longest time."""
    return list(free[:1])


def fewest_calls(free: Sequence[Desk], asking: Asking = PLAIN) -> list[Desk]:
    """Ring the desk that has taken the fewest calls, the longest idle of equals."""
    return [min(free, key=lambda desk: desk.calls)] if free else []


def least_talk(free: Sequence[Desk], asking: Asking = PLAIN) -> list[Desk]:
    """Ring the desk that has talked the least, the longest idle of equals."""
    return [min(free, key=lambda desk: desk.talked)] if free else []


def most_skilled(free: Sequence[Desk], asking: Asking = PLAIN) -> list[Desk]:
    """Ring the desk best at the queue's skill, the longest idle of equals."""
    return [max(free, key=lambda desk: desk.skills.get(asking.skill, 0))] if free else []


def linear(free: Sequence[Desk], asking: Asking = PLAIN) -> list[Desk]:
    """Ring the first free desk of the plan's order, always from its beginning."""
    places = {extension: place for place, extension in enumerate(asking.order)}
    last = len(places)
    found = sorted(free, key=lambda desk: (places.get(desk.extension, last), desk.extension))
    return found[:1]


def round_robin(free: Sequence[Desk], asking: Asking = PLAIN) -> list[Desk]:
    """Ring the next free desk after the one that was rung last, round and round."""
    order = list(asking.order)
    order += sorted(desk.extension for desk in free if desk.extension not in order)
    begin = order.index(asking.last) + 1 if asking.last in order else 0
    desks = {desk.extension: desk for desk in free}
    turn = order[begin:] + order[:begin]
    return [desks[extension] for extension in turn if extension in desks][:1]


def ring_all(free: Sequence[Desk], asking: Asking = PLAIN) -> list[Desk]:
    """Ring every free desk; the first to answer has the call."""
    return list(free)


def at_random(free: Sequence[Desk], asking: Asking = PLAIN) -> list[Desk]:
    """Ring any free desk, each as likely as the others."""
    if not free:
        return []
    drawn = int.from_bytes(asking.entropy(8), "big")  # 2^64 draws: the bias of the rest is nothing
    return [free[drawn % len(free)]]


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "longest-idle": longest_idle,
    "fewest-calls": fewest_calls,
    "least-talk": least_talk,
    "round-robin": round_robin,
    "ring-all": ring_all,
    "random": at_random,
    "linear": linear,
    "most-skilled": most_skilled,
}


def able(desks: Sequence[Desk], needs: Mapping[str, int]) -> Sequence[Desk]:
    """Keep the desks that have every skill at its level."""
    if not needs:
        return desks
    return [d for d in desks if all(d.skills.get(skill, 0) >= n for skill, n in needs.items())]
