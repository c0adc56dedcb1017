"""G.722 at the edge of an 8 kHz matrix: 16 kHz of sound outside, its lower half inside.

Both ways pass a low-pass of our own, as the codec's filters let 4 to 5 kHz fold back into the voice.
A codec remembers the sound before, so each leg has one for each way.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from G722 import G722

from telephony.media.codec import FRAME, RATE

Sound: TypeAlias = npt.NDArray[np.float32]

_WIDE_RATE: Final = 2 * RATE
_BITS: Final = 64_000
_TAPS: Final = 63
"""Flat to 3.4 kHz, 60 dB down from 4.6 kHz on, and 2 ms of delay."""


def _low_pass() -> Sound:
    at = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = np.sinc(at / 2) * np.kaiser(_TAPS, 5.7)
    lowered: Sound = (taps / taps.sum()).astype(np.float32)
    return lowered


_LOW_PASS: Final = _low_pass()


class _Filter:
    """The low-pass, frame by frame: the end of each frame is kept for the next."""

    def __init__(self) -> None:
        self._before = np.zeros(_TAPS - 1, np.float32)

    def __call__(self, sound: Sound) -> Sound:
        whole = np.concatenate([self._before, sound])
        self._before = whole[len(sound) :]
        passed: Sound = np.convolve(whole, _LOW_PASS, "valid")
        return passed


class Encoder:
    """What a leg sends: 160 samples of the matrix become 160 bytes."""

    def __init__(self) -> None:
        self._codec = G722(_WIDE_RATE, _BITS)
        self._filter = _Filter()

    def encode(self, heard: Sound) -> npt.NDArray[np.uint8]:
        """Code the next frame."""
        spread = np.zeros(2 * FRAME, np.float32)
        spread[::2] = 2 * heard
        wide = np.clip(np.rint(self._filter(spread)), -32768, 32767).astype(np.int16)
        return np.frombuffer(self._codec.encode(wide), np.uint8)


class Decoder:
    """What a leg hears: 160 bytes become 160 samples for the matrix."""

    def __init__(self) -> None:
        self._codec = G722(_WIDE_RATE, _BITS)
        self._filter = _Filter()

    def decode(self, codes: bytes) -> Sound:
        """Decode the next frame."""
        wide = np.frombuffer(self._codec.decode(codes), np.int16).astype(np.float32)
        return self._filter(wide)[::2]
