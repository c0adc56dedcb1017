"""Who speaks: energy against a noise floor that follows the line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.media.control import SpeechBegan, SpeechEnded

ONSET_FRAMES: Final = 5
"""Speech is believed after 100 ms of it."""

HANGOVER_FRAMES: Final = 25
"""Silence is believed after 500 ms of it."""

MARGIN_DB: Final = 9.0
QUIETEST_DB: Final = -50.0
"""Nothing below this is speech, however quiet the line."""

_FLOOR_START: Final = -60.0
_FLOOR_MAX: Final = -38.0
_FALL: Final = 0.2
_RISE_QUIET: Final = 0.06
_RISE_SPEAKING: Final = 0.02
_FRAME: Final = 0.020


def levels(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Measure rows of samples in dB below full scale."""
    power = np.einsum("ij,ij->i", frames, frames) / frames.shape[1]
    result: npt.NDArray[np.float32] = 10 * np.log10(power / 32768.0**2 + 1e-10)
    return result


class Vad:
    """Turns one leg's levels into the beginnings and ends of speech."""

    def __init__(self, leg: str) -> None:
        self._leg = leg
        self._floor = _FLOOR_START
        self._loud = 0
        self._quiet = 0
        self._onset = 0.0
        self._sound_end = 0.0
        self._began: float | None = None

    def hear(self, level: float, at: float) -> Iterable[SpeechBegan | SpeechEnded]:
        """Take the level of the frame that begins ``at``."""
        loud = level > max(self._floor + MARGIN_DB, QUIETEST_DB)
        self._follow_floor(level)
        if loud:
            return self._hear_sound(at)
        return self._hear_silence()

    def _hear_sound(self, at: float) -> Iterable[SpeechBegan]:
        if not self._loud:
            self._onset = at
        self._loud += 1
        self._quiet = 0
        self._sound_end = at + _FRAME
        if self._began is None and self._loud >= ONSET_FRAMES:
            self._began = self._onset
            return (SpeechBegan(self._leg, self._began),)
        return ()

    def _hear_silence(self) -> Iterable[SpeechEnded]:
        self._quiet += 1
        if self._began is None:
            if self._quiet > 1:  # one quiet frame within the onset is forgiven
                self._loud = 0
            return ()
        if self._quiet < HANGOVER_FRAMES:
            return ()
        ended = SpeechEnded(self._leg, self._began, self._sound_end)
        self._began, self._loud = None, 0
        return (ended,)

    def _follow_floor(self, level: float) -> None:
        if level < self._floor:
            self._floor += (max(level, -80.0) - self._floor) * _FALL
            return
        rise = _RISE_QUIET if self._began is None else _RISE_SPEAKING
        self._floor = min(self._floor + rise, level, _FLOOR_MAX)
