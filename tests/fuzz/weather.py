"""What every storm has in common: so many changed packets by one seed, and the memory they cost."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol

import psutil

USUAL = 100_000
MOST_GROWTH = 5 * 1024 * 1024


class Storm(Protocol):
    """Something that is exposed to mutated packets."""

    count: int
    """Mutated packets so far."""

    def run(self, count: int, watch: Callable[[int], None]) -> None:
        """Go on until so many came; ``watch`` is told now and then how many those are."""

    def trace(self) -> str:
        """Let everything come to its end; what is not as it was before, in a line, empty: nothing."""

    def told(self) -> str:
        """What else was seen, in a line."""


def blow(make: Callable[[int], Storm], arguments: list[str]) -> int:
    """Run a storm of COUNT packets by SEED and say what was seen; 1 where it left a trace."""
    count = int(arguments[0]) if arguments else USUAL
    seed = int(arguments[1]) if len(arguments) > 1 else int.from_bytes(os.urandom(4), "big")
    process, early = psutil.Process(), 0

    def watch(done: int) -> None:
        nonlocal early
        if done >= count * 0.2 and not early:
            early = process.memory_info().rss

    storm = make(seed)
    storm.run(count, watch)
    growth = process.memory_info().rss - early
    trace = storm.trace()
    print(f"seed {seed}: {storm.count} mutated packets, RSS {growth / 2**20:+.1f} MB since 20 %")
    print(f"left: {trace or 'nothing'}; {storm.told()}")
    return 1 if trace or growth > MOST_GROWTH else 0
