"""What a tape of one talk holds: the partner's pitch, since when, with which gaps, and who else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 8000
LEVEL: Final = -16.0
"""Decibels below full scale at which everybody hums."""
_WINDOW: Final = 1600
_HOP: Final = 800
_HERTZ_A_BIN: Final = RATE / _WINDOW
_HEARD: Final = -26.0
"""A pitch this loud is heard; a window that holds it by half is louder."""
_DISTURBS: Final = -32.0
"""A stranger this loud, for half a second on end, is one too many."""
_STEADY: Final = 5
"""So many windows on end; announcements change their note sooner."""

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """The judgement of one tape."""

    after: float | None
    """Seconds until the partner was heard; None: never, which is one-way audio."""
    missing: float
    """Seconds, after that, in which the partner was not heard."""
    stranger: int | None
    """The pitch of somebody else who was heard."""
    seconds: float


def judge(sound: Sound, partner: int, pitches: Iterable[int]) -> Heard:
    """Look for the partner's pitch, window by window, and for those of others."""
    seconds = len(sound) / RATE
    if len(sound) < _WINDOW:
        return Heard(None, 0.0, None, seconds)
    levels = _levels(sound)
    there = _at(levels, partner) > _HEARD
    if not there.any():
        return Heard(None, 0.0, _stranger(levels, partner, pitches), seconds)
    first = int(there.argmax())
    missing = float((~there[first:]).sum()) * _HOP / RATE
    return Heard(first * _HOP / RATE, missing, _stranger(levels[first:], partner, pitches), seconds)


def _levels(sound: Sound) -> npt.NDArray[np.float64]:
    """The level of every pitch in every window, in decibels of a full-scale sine."""
    count = (len(sound) - _WINDOW) // _HOP + 1
    starts = np.arange(count)[:, None] * _HOP
    windows = sound[starts + np.arange(_WINDOW)[None, :]] * np.hanning(_WINDOW)
    spectrum = np.abs(np.fft.rfft(windows, axis=1)) * 4 / _WINDOW
    return np.asarray(20 * np.log10(np.maximum(spectrum, 1e-6)))


def _at(levels: npt.NDArray[np.float64], hertz: int) -> npt.NDArray[np.float64]:
    return np.asarray(levels[:, round(hertz / _HERTZ_A_BIN)])


def _stranger(levels: npt.NDArray[np.float64], partner: int, pitches: Iterable[int]) -> int | None:
    for hertz in sorted(set(pitches) - {partner}):
        steady = np.convolve(_at(levels, hertz) > _DISTURBS, np.ones(_STEADY), "valid")
        if (steady >= _STEADY).any():
            return hertz
    return None
