"""The loudest few of a conference: the others' columns are shut, so that thirty rooms make no noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

FALLS: Final = 0.9
"""A level falls to this part of itself in a frame of silence: half in about 130 ms."""
STAYS: Final = 1.5
"""Who is heard stays heard until another is so many times louder."""

Floats = npt.NDArray[np.float32]


class Loudest:
    """Picks, frame by frame, who of a group of columns is let through."""

    def __init__(self, speakers: Sequence[str], most: int) -> None:
        self.speakers = tuple(speakers)
        self._most = most
        self._levels: dict[str, float] = {}
        self._open: set[str] = set()

    def regroup(self, speakers: Sequence[str], most: int) -> None:
        """Change who belongs to it; who is heard just now stays heard."""
        self.speakers, self._most = tuple(speakers), most
        kept = set(speakers)
        self._levels = {name: level for name, level in self._levels.items() if name in kept}
        self._open &= kept

    def gates(self, spoken: Floats, columns: dict[str, int]) -> list[tuple[int, float, float]]:
        """Say for each shut or moving column its gain before and after this frame."""
        present = [name for name in self.speakers if name in columns]
        places = [columns[name] for name in present]
        powers = np.sqrt(np.mean(np.square(spoken[places]), axis=1)) if places else []
        for name, power in zip(present, powers, strict=True):
            self._levels[name] = max(float(power), self._levels.get(name, 0.0) * FALLS)
        before, self._open = self._open, self._pick(present)
        return [
            (place, float(name in before), float(name in self._open))
            for name, place in zip(present, places, strict=True)
            if name not in before or name not in self._open
        ]

    def _pick(self, present: list[str]) -> set[str]:
        if len(present) <= self._most:
            return set(present)

        def rank(name: str) -> float:
            return self._levels[name] * (STAYS if name in self._open else 1.0)

        return set(sorted(present, key=rank, reverse=True)[: self._most])
