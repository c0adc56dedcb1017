"""The prompts of a walk through a flow, spoken: to the sound card, or into a file where there is none."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classroom.speech.cache import as_wav
from classroom.speech.errors import SpeechError, Unspeakable
from classroom.speech.kokoro import KokoroVoice
from classroom.speech.prompts import ANNOUNCERS
from classroom.speech.voice import RATE, Pcm, Spoken, Voice, has_words
from lab.errors import LabError, NoPlayer
from lab.parts.player import Player
from lab.words import Lang

PAUSE = np.zeros(int(0.4 * RATE), np.float32)
"""Between two prompts in the file."""


class NoVoice(LabError):
    """Nothing on this machine can speak."""


class Aloud:
    """Speaks one prompt after the other."""

    def __init__(
        self, voice: Voice | None = None, ways: Sequence[Sequence[str]] | None = None
    ) -> None:
        """Find a voice and a way to be heard; raises NoVoice."""
        try:
            self._voice = voice or KokoroVoice()
        except SpeechError as error:
            raise NoVoice(str(error)) from error
        self._player = Player(ways)
        self._heard = bool(self._player.ways)
        self._kept: list[Pcm] = []

    def say(self, text: str, lang: Lang) -> None:
        """Speak a prompt and return when it was heard; without a sound card it is kept."""
        if not has_words(text):
            return
        try:
            sound = self._voice.say(Spoken(text, *ANNOUNCERS[lang]))
        except Unspeakable:
            return
        if self._heard:
            path = self._player.keep("prompt", as_wav(sound))
            try:
                asyncio.run(self._player.play(path, 0.0))
            except NoPlayer:
                self._heard = False
        if not self._heard:
            self._kept += [sound, PAUSE]

    def close(self, name: str) -> Path | None:
        """End; where prompts were kept, give the file that holds them."""
        asyncio.run(self._player.close())
        shutil.rmtree(self._player.folder, ignore_errors=True)
        if not self._kept:
            return None
        path = Path(tempfile.mkdtemp(prefix="lab-ivr-")) / f"{name}.wav"
        path.write_bytes(as_wav(np.concatenate(self._kept)))
        return path
