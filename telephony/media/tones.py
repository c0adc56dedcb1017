"""Sounds made by code: tones, the tone plans of countries, silence and the music on hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.media.codec import RATE
from telephony.media.errors import UnknownClip

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CallTone:
    """A call progress tone: its pitches together, and how long it sounds and is silent."""

    hertz: tuple[float, ...]
    cadence: tuple[tuple[float, float], ...]
    """Seconds on, seconds off, round and round; one that is never off has no seam."""


_CHINA: Final = (450.0,)
PLANS: Final[dict[str, dict[str, CallTone]]] = {
    # YD/T 729, GB/T 3380: everything at 450 Hz; a ring is 1 s on, 4 s off, so three rings are 15 s
    "cn": {
        "dial": CallTone(_CHINA, ((1.0, 0.0),)),
        "ringback": CallTone(_CHINA, ((1.0, 4.0),)),
        "busy": CallTone(_CHINA, ((0.35, 0.35),)),
        "congestion": CallTone(_CHINA, ((0.7, 0.7),)),
        "vacant": CallTone(_CHINA, ((0.1, 0.1), (0.1, 0.1), (0.1, 0.1), (0.4, 0.4))),
        "waiting": CallTone(_CHINA, ((0.4, 4.0),)),
    },
    # the precise tone plan of North America (ITU-T E.180 supplement 2)
    "us": {
        "dial": CallTone((350.0, 440.0), ((1.0, 0.0),)),
        "ringback": CallTone((440.0, 480.0), ((2.0, 4.0),)),
        "busy": CallTone((480.0, 620.0), ((0.5, 0.5),)),
        "congestion": CallTone((480.0, 620.0), ((0.25, 0.25),)),
        "vacant": CallTone((480.0, 620.0), ((0.25, 0.25),)),
        "waiting": CallTone((440.0,), ((0.3, 9.7),)),
    },
}
"""Country → the tones that its telephones know."""
HOME: Final = "cn"
CADENCES: Final = PLANS[HOME]
"""The tones of a name without a country."""
PLAN_DBFS: Final = -16.0
MAX_SECONDS: Final = 3600.0


def silence(seconds: float) -> Sound:
    """Make nothing, for a while."""
    return np.zeros(_samples(seconds), np.float32)


def tone(hertz: list[float], seconds: float, dbfs: float = PLAN_DBFS) -> Sound:
    """Make a tone of one or more pitches, each of them ``dbfs`` loud, with soft edges of 5 ms."""
    if not hertz or not all(0 < pitch < RATE / 2 for pitch in hertz):
        raise UnknownClip("a tone's pitches lie between 0 and 4,000 Hz")
    time = np.arange(_samples(seconds)) / RATE
    wave = sum((np.sin(2 * np.pi * pitch * time) for pitch in hertz), np.zeros(len(time)))
    wave *= 32767.0 * 10 ** (min(dbfs, 0.0) / 20)
    return _soft_edges(np.clip(wave, -32767, 32767).astype(np.float32))


def cadence(name: str) -> Sound:
    """Make one period of a call progress tone: ``busy``, or ``us.busy`` for another country's."""
    country, _, kind = name.rpartition(".")
    plan = PLANS.get(country or HOME, {})
    if kind not in plan:
        known = ", ".join(f"{place}.{tone}" for place, tones in PLANS.items() for tone in tones)
        raise UnknownClip(f"no cadence is called {name}; there are {known}")
    said = plan[kind]
    level = PLAN_DBFS - 3.0 * (len(said.hertz) - 1)
    if all(off == 0.0 for _, off in said.cadence):
        return _seamless(said.hertz, level)
    parts = [
        part for on, off in said.cadence for part in (tone([*said.hertz], on, level), silence(off))
    ]
    return np.concatenate(parts)


def _seamless(hertz: tuple[float, ...], dbfs: float) -> Sound:
    """Make a second of whole cycles, so that a loop of it has no seam."""
    time = np.arange(RATE) / RATE
    wave = sum((np.sin(2 * np.pi * pitch * time) for pitch in hertz), np.zeros(RATE))
    return np.asarray(wave * 32767.0 * 10 ** (dbfs / 20), np.float32)


def music() -> Sound:
    """Make the music on hold: 32 seconds of slow broken chords that loop without a seam."""
    beat = 0.5
    chords = (  # pentatonic, so that nothing grates at 8 kHz
        (220.0, 261.63, 329.63, 440.0),
        (174.61, 261.63, 349.23, 440.0),
        (196.0, 293.66, 392.0, 493.88),
        (261.63, 329.63, 392.0, 523.25),
    )
    pattern = (0, 1, 2, 3, 2, 1, 2, 1)
    total = int(len(chords) * len(pattern) * 2 * beat * RATE)
    mix = np.zeros(total)
    for step in range(len(chords) * len(pattern) * 2):
        chord = chords[step // (2 * len(pattern)) % len(chords)]
        note = _pluck(chord[pattern[step % len(pattern)]])
        start = int(step * beat * RATE)
        places = (start + np.arange(len(note))) % total
        mix[places] += note
    return np.asarray(mix * (32767 * 0.18 / np.abs(mix).max()), np.float32)


def _pluck(hertz: float) -> npt.NDArray[np.float64]:
    """Make one note: a few harmonics that die away, the higher the sooner."""
    time = np.arange(int(1.8 * RATE)) / RATE
    wave = np.zeros(len(time))
    for harmonic, level in ((1, 1.0), (2, 0.35), (3, 0.12)):
        wave += level * np.sin(2 * np.pi * hertz * harmonic * time) * np.exp(-2.2 * harmonic * time)
    return wave * np.minimum(time / 0.012, 1.0)


def made(spec: str) -> Sound | None:
    """Make the sound that a specification names; None when it is a path."""
    kind, _, rest = spec.partition(":")
    try:
        match kind:
            case "silence":
                return silence(float(rest))
            case "tone":
                pitches, *numbers = rest.split(":")
                return tone([float(p) for p in pitches.split("+")], *(float(n) for n in numbers))
            case "cadence":
                return cadence(rest)
            case "music":
                return music()
    except (ValueError, TypeError) as error:
        raise UnknownClip(f"the clip {spec} cannot be made: {error}") from error
    return None


def _samples(seconds: float) -> int:
    if not 0 <= seconds <= MAX_SECONDS:
        raise UnknownClip("a made sound lasts from 0 to 3,600 seconds")
    return round(seconds * RATE)


def _soft_edges(wave: Sound) -> Sound:
    edge = min(40, len(wave) // 2)
    if edge:
        ramp = np.arange(1, edge + 1, dtype=np.float32) / edge
        wave[:edge] *= ramp
        wave[-edge:] *= ramp[::-1]
    return wave
