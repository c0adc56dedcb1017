"""Whom a queue rings next: plain functions from the free desks to those that ring together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from telephony.pbx.desk import Desk

Strategy: TypeAlias = Callable[[Sequence[Desk]], list[Desk]]


def longest_idle(free: Sequence[Desk]) -> list[Desk]:
    """Ring the desk that has been idle for the longest time."""
    return [min(free, key=lambda desk: (desk.idle_since, desk.extension))] if free else []


def fewest_calls(free: Sequence[Desk]) -> list[Desk]:
    """Ring the desk that has taken the fewest calls, the longest idle of equals."""
    return (
        [min(free, key=lambda desk: (desk.calls, desk.idle_since, desk.extension))] if free else []
    )


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "longest-idle": longest_idle,
    "fewest-calls": fewest_calls,
}
