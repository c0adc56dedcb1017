"""A voice: text in, telephone sound out; and how any engine's sound is made fit for the line.

The line carries 8 kHz, 300 to 3400 Hz. Every clip leaves here trimmed, band-limited and equally
loud, so that no customer shouts and no prompt whispers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import soxr
from numpy.typing import NDArray

RATE = 8000
LOUDNESS = -20.0
"""RMS of the speaking parts in dB below full scale."""
CEILING = 0.84
"""No sample goes beyond this: 1.5 dB below full scale."""

Pcm: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line to be rendered: who says it, and how fast (1.0 is the voice's own pace)."""

    text: str
    voice: str
    speed: float = 1.0


def has_words(text: str) -> bool:
    """Tell whether there is anything to say."""
    return any(character.isalnum() for character in text)


class Voice(Protocol):
    """An engine; `classroom/speech/tone.py` and `kokoro.py` are two."""

    name: str
    version: str
    """Part of every clip's key: another version means another sound."""

    def voices(self) -> tuple[str, ...]:
        """Name the voices it can speak with."""
        ...

    def say(self, line: Spoken) -> Pcm:
        """Render one line as 8 kHz mono between -1 and 1; raises Unspeakable."""
        ...


def for_the_line(sound: Pcm, rate: int, *, loudness: float = LOUDNESS) -> Pcm:
    """Make an engine's sound fit for a telephone line."""
    at_line_rate = sound if rate == RATE else soxr.resample(sound, rate, RATE, quality="HQ")
    return levelled(trimmed(band_limited(np.asarray(at_line_rate, np.float32))), loudness)


def band_limited(sound: Pcm) -> Pcm:
    """Keep what a telephone carries, 300 to 3400 Hz."""
    half = len(_BAND) // 2
    return np.convolve(sound, _BAND)[half : half + len(sound)].astype(np.float32)


def trimmed(sound: Pcm, *, below: float = -42.0, keep: float = 0.04) -> Pcm:
    """Cut silence off both ends, leaving ``keep`` seconds of it."""
    loud = np.flatnonzero(frame_levels(sound) > below)
    if not loud.size:
        return sound[:0]
    edge = int(keep * RATE)
    first, last = int(loud[0]) * FRAME, (int(loud[-1]) + 1) * FRAME
    return sound[max(0, first - edge) : last + edge]


def levelled(sound: Pcm, loudness: float = LOUDNESS) -> Pcm:
    """Bring the speaking parts to ``loudness``; peaks are bent below the ceiling, never cut."""
    active = loudness_of(sound)
    if active == -np.inf:
        return sound
    louder = sound * np.float32(10 ** ((loudness - active) / 20))
    knee = np.float32(0.6 * CEILING)
    room = np.float32(CEILING) - knee
    beyond = np.maximum(np.abs(louder) - knee, 0)
    bent = np.sign(louder) * (np.minimum(np.abs(louder), knee) + room * np.tanh(beyond / room))
    return np.asarray(bent, np.float32)


def loudness_of(sound: Pcm) -> float:
    """RMS in dB of the frames within 25 dB of the loudest one: pauses do not count."""
    frames = _frames(sound)
    power = np.mean(frames**2, axis=1) if len(frames) else np.zeros(0)
    if not power.size or power.max() <= 1e-10:
        return float(-np.inf)
    return float(10 * np.log10(np.mean(power[power > power.max() * 10**-2.5])))


FRAME = RATE // 100
"""Ten milliseconds."""


def frame_levels(sound: Pcm) -> NDArray[np.float64]:
    """RMS in dB of every ten milliseconds, against the loudest sample."""
    peak = float(np.max(np.abs(sound), initial=0.0))
    power = np.mean(_frames(sound) ** 2, axis=1, dtype=np.float64)
    return np.asarray(10 * np.log10(power / max(peak**2, 1e-12) + 1e-12))


def _frames(sound: Pcm) -> Pcm:
    whole = -(-len(sound) // FRAME) * FRAME
    return np.pad(sound, (0, whole - len(sound))).reshape(-1, FRAME)


def _band(low: float, high: float, taps: int) -> Pcm:
    """Return a windowed-sinc band-pass for 8 kHz."""
    time = np.arange(taps) - (taps - 1) / 2
    ideal = 2 * high / RATE * np.sinc(2 * high / RATE * time)
    ideal -= 2 * low / RATE * np.sinc(2 * low / RATE * time)
    return np.asarray(ideal * np.hamming(taps), np.float32)


_BAND = _band(280.0, 3450.0, 161)
