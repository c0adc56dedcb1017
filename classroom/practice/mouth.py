"""What a customer speaks with: clips rendered before the call, tones where there are none."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from pathlib import Path

from classroom.speech.cache import ClipCache
from classroom.speech.errors import SpeechError
from classroom.speech.tone import ToneVoice
from classroom.speech.voice import Spoken
from scenarios.acts import Say

SILENT = "silence:0.5"
"""Played for a sentence that cannot be spoken at all."""
_TONE = ToneVoice()


class Mouth:
    """The sentences of one customer: key → sound."""

    def __init__(
        self, clips: Mapping[str, str | None], tones: ClipCache, voice: str, speed: float
    ) -> None:
        self._clips = clips
        self._tones = tones
        self._voice = voice
        self._speed = speed
        self._found: dict[tuple[str, str], tuple[str, float]] = {}

    def clip(self, say: Say) -> str:
        """Return what the media worker is to play."""
        return self._sound(say)[0]

    def seconds(self, say: Say) -> float:
        """Return how long the sentence sounds."""
        return self._sound(say)[1]

    def _sound(self, say: Say) -> tuple[str, float]:
        """Find a sentence's sound when it is about to be said: it may be rendered meanwhile."""
        known = (say.key, say.text)
        if known not in self._found:
            self._found[known] = self._rendered(say.key) or self._hummed(say.text)
        return self._found[known]

    def _rendered(self, key: str) -> tuple[str, float] | None:
        path = self._clips.get(key)
        seconds = sounding(Path(path)) if path else 0.0
        return (str(path), seconds) if seconds else None

    def _hummed(self, text: str) -> tuple[str, float]:
        line = Spoken(text, self._voice, self._speed)
        clip = self._tones.find(_TONE.version, line)
        try:
            clip = clip or self._tones.keep(_TONE.version, line, _TONE.say(line))
        except (SpeechError, OSError):
            return SILENT, 0.5
        return str(clip.path), clip.seconds


def sounding(path: Path) -> float:
    """Return how many seconds a WAV lasts; 0 for a file that is none."""
    try:
        with wave.open(str(path)) as clip:
            return float(clip.getnframes() / clip.getframerate())
    except (OSError, EOFError, wave.Error):
        return 0.0
