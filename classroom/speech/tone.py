"""The tone voice: every text becomes its own hum, at once and without any model.

It speaks where the neural voices are not installed, and in tests: the same text gives the same
samples on any machine, longer texts sound longer, and each voice has a pitch of its own.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np

from classroom.speech.errors import Unspeakable
from classroom.speech.voice import RATE, Pcm, Spoken, for_the_line, has_words
from classroom.words import say

WIDE = 0.16
"""Seconds that a Chinese character sounds."""
NARROW = 0.05
"""Seconds that a letter sounds."""
STEPS = (1.0, 9 / 8, 5 / 4, 3 / 2, 5 / 3)
"""A pentatonic scale: any text is bearable."""
PAUSES = frozenset(" ,.;:!?，。；：！？、…\n")


class ToneVoice:
    """A hummed melody, one note a character."""

    name = "tone"
    version = "tone/1"

    def voices(self) -> tuple[str, ...]:
        """Any name is a voice; none is listed."""
        return ()

    def say(self, line: Spoken) -> Pcm:
        """Hum one line."""
        if not has_words(line.text):
            raise Unspeakable(say("no_words"))
        notes = [note(character, line) for character in line.text]
        return for_the_line(np.concatenate(notes), RATE)


def pitch_of(voice: str) -> float:
    """Return the voice's own pitch in hertz, 110 to 250."""
    return 110.0 + zlib.crc32(voice.encode()) % 141


def note(character: str, line: Spoken) -> Pcm:
    """One character's note."""
    seconds = (WIDE if ord(character) > 0x2E7F else NARROW) / line.speed
    count = int(seconds * RATE)
    if character in PAUSES:
        return np.zeros(count, np.float32)
    step = zlib.crc32(character.encode()) % len(STEPS)
    return buzz(pitch_of(line.voice) * STEPS[step], count)


@lru_cache(maxsize=256)
def buzz(hertz: float, count: int) -> Pcm:
    """So many samples of six harmonics that survive the telephone band; a voice has few notes."""
    time = np.arange(count) / RATE
    sound = sum(np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 7))
    swell = np.sin(np.pi * np.linspace(0, 1, count)) ** 0.3
    return np.asarray(sound * swell, np.float32)
