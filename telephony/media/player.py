"""Sources: columns that play clips. Files are read and resampled away from the tick, and cached."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.media.chores import Chores
from telephony.media.codec import FRAME, RATE
from telephony.media.errors import UnknownClip
from telephony.media.tones import Sound, made

CACHE_BYTES: Final = 128 * 1024 * 1024
_FADE_OUT: Final = np.maximum(1 - np.arange(1, FRAME + 1) / 40, 0.0).astype(np.float32)


def prepare() -> None:
    """Import what reads files, before the clock runs: an import would hold up ticks."""
    import soundfile
    import soxr

    del soundfile, soxr


def load(path: str) -> Sound:
    """Read a WAV of any rate and coding as mono sound at 8 kHz."""
    import soundfile  # slow to import, and a worker that plays only tones needs none of it
    import soxr

    try:
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise UnknownClip(f"the sound file {path} cannot be read: {error}") from error
    mono = sound.mean(axis=1) if sound.shape[1] > 1 else sound[:, 0]
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE)
    # libsndfile maps full scale to 1.0 = 32768
    return np.asarray(mono * 32768.0, np.float32)


class Library:
    """Clips ready to play, by specification and time of change; the longest unused go first."""

    def __init__(self, chores: Chores, limit: int = CACHE_BYTES) -> None:
        self._chores = chores
        self._limit = limit
        self._sounds: OrderedDict[tuple[str, int], Sound] = OrderedDict()

    def fetch(self, spec: str, ready: Callable[[Sound | UnknownClip], None]) -> None:
        """Hand the sound over, now or when it is loaded."""
        self._chores.do(lambda: ready(self._find(spec)))

    def _find(self, spec: str) -> Sound | UnknownClip:
        try:
            changed = os.stat(spec).st_mtime_ns if os.path.exists(spec) else 0
            key = (spec, changed)
            if key not in self._sounds:
                sound = made(spec)
                self._keep(key, load(spec) if sound is None else sound)
            self._sounds.move_to_end(key)
            return self._sounds[key]
        except (UnknownClip, OSError) as error:
            return error if isinstance(error, UnknownClip) else UnknownClip(str(error))

    def _keep(self, key: tuple[str, int], sound: Sound) -> None:
        self._sounds[key] = sound
        while len(self._sounds) > 1 and sum(s.nbytes for s in self._sounds.values()) > self._limit:
            self._sounds.popitem(last=False)


class Source:
    """One column: clips one after the other, silence while the next one is still being read."""

    def __init__(self, clips: Sequence[str], loop: bool, library: Library) -> None:
        self._clips = tuple(clips)
        self._loop = loop
        self._library = library
        self._sounds: list[Sound | UnknownClip | None] = [None] * len(self._clips)
        self._index = 0
        self._place = 0
        self._stopping = False
        self._over = False
        self.begun = False
        """A frame of its clips was given."""
        self.failed: list[tuple[str, str]] = []
        for index, clip in enumerate(self._clips):
            library.fetch(clip, self._receiver(index))

    def _receiver(self, index: int) -> Callable[[Sound | UnknownClip], None]:
        def receive(sound: Sound | UnknownClip) -> None:
            if isinstance(sound, UnknownClip):
                self.failed.append((self._clips[index], str(sound)))
            self._sounds[index] = sound

        return receive

    def stop(self) -> None:
        """Fade out within one more frame."""
        self._stopping = True

    def next_frame(self) -> npt.NDArray[np.float32] | None:
        """Give the next 20 ms; None after the last."""
        if self._over:
            return None
        frame = self._take()
        self._over = self._stopping or frame is None
        return frame * _FADE_OUT if self._stopping and frame is not None else frame

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping

    def _take(self) -> npt.NDArray[np.float32] | None:
        frame: npt.NDArray[np.float32] | None = None
        filled = 0
        while filled < FRAME:
            if self._index >= len(self._clips) and not self._rewind():
                return frame
            sound = self._sounds[self._index]
            if sound is None:
                return np.zeros(FRAME, np.float32) if frame is None else frame
            piece = self._piece(sound, FRAME - filled)
            if len(piece) == FRAME:
                return piece
            if len(piece):
                frame = np.zeros(FRAME, np.float32) if frame is None else frame
                frame[filled : filled + len(piece)] = piece
                filled += len(piece)
        return frame

    def _piece(self, sound: Sound | UnknownClip, wanted: int) -> npt.NDArray[np.float32]:
        """Cut from the present clip; step to the next when this one is used up."""
        if isinstance(sound, UnknownClip):
            self._index, self._place = self._index + 1, 0
            return np.zeros(0, np.float32)
        piece = sound[self._place : self._place + wanted]
        self.begun = True
        self._place += len(piece)
        if self._place >= len(sound):
            self._index, self._place = self._index + 1, 0
        return piece

    def _rewind(self) -> bool:
        """Start the clips again if they loop and any of them sounds."""
        sounds = self._sounds
        if not self._loop or not any(isinstance(s, np.ndarray) and len(s) for s in sounds):
            return False
        self._index, self._place = 0, 0
        return True
