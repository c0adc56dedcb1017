"""How a mood moves, and the mark it gives in the end."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.model import Waiting

Mood = dict[str, int]
STEP = 10.0
"""Waiting counts in whole steps of so many seconds, so that a busy machine changes no mood."""


def move(mood: Mood, effect: Mapping[str, int]) -> None:
    """Add an effect, within 0 to 100."""
    for name, change in effect.items():
        mood[name] = max(0, min(100, mood[name] + change))


def steps(waited: float, waiting: Waiting) -> int:
    """Count the whole ten seconds past what is allowed."""
    return max(0, int((waited - waiting.allows) // STEP))


def rating(outcome: str, mood: Mapping[str, int]) -> int:
    """Give the customer's mark from 1 to 5 for an outcome in this mood."""
    feeling = sum(mood.values()) / len(mood)
    best, middle, high, low = {
        "satisfied": (5, 4, 50, 30),
        "policy_broken": (5, 4, 50, 30),
        "unresolved": (3, 2, 60, 0),
        "refused_justly": (3, 2, 55, 20),
    }.get(outcome, (1, 1, 100, 0))
    if feeling >= high:
        return best
    return middle if feeling >= low else max(1, middle - 1)
