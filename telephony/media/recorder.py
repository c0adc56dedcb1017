"""Recordings: two channels of raw mu-law in a WAV, written by a thread, a second at a time.

The seconds of different recordings end on different ticks, so that no tick hands over many. The
header is made true at the close; a file whose process was killed is made whole by ``recover``.
"""

from __future__ import annotations

import os
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from telephony.media.chores import Chores
from telephony.media.codec import FRAME, MU_LAW, RATE, SILENCE
from telephony.media.control import MediaEvent, RecordingBegan, RecordingBroken, RecordingClosed

HEADER_BYTES: Final = 58
FRAMES_A_FLUSH: Final = 50
_FRAME_SECONDS: Final = FRAME / RATE
_STEP: Final = 7
"""Recordings begin their first second at different places; 7 and 50 share no factor."""


def wav_header(sound_bytes: int) -> bytes:
    """Write the 58 bytes before two channels of mu-law at 8 kHz."""
    return (
        struct.pack("<4sI4s", b"RIFF", HEADER_BYTES - 8 + sound_bytes, b"WAVE")
        + struct.pack("<4sIHHIIHHH", b"fmt ", 18, 7, 2, RATE, RATE * 2, 2, 8, 0)
        + struct.pack("<4sII", b"fact", 4, sound_bytes // 2)
        + struct.pack("<4sI", b"data", sound_bytes)
    )


def recover(path: str | os.PathLike[str]) -> float:
    """Make the header of a recording true after a crash; returns its seconds.

    Raises:
        ValueError: The file is no recording of ours.
    """
    with open(path, "r+b") as file:
        head = file.read(HEADER_BYTES)
        size = file.seek(0, os.SEEK_END)
        if size == 0 or wav_header(0)[:4] != head[:4] or (size >= 38 and head[12:36] != _FORMAT):
            raise ValueError(f"{os.fspath(path)} is not a recording of this laboratory")
        sound = max(0, size - HEADER_BYTES) // 2 * 2
        file.seek(0)
        file.write(wav_header(sound))
        file.truncate(HEADER_BYTES + sound)
        return sound / 2 / RATE


_FORMAT: Final = wav_header(0)[12:36]


@dataclass(slots=True)
class _Tape:
    """What the writer thread knows of one file."""

    recording: str
    path: str
    file: BinaryIO | None = None
    written: int = 0
    broken: bool = False


@dataclass(slots=True)
class _Reel:
    """What the tick knows of one recording; the second being filled lies at ``place``."""

    tape: _Tape
    place: int
    rows: tuple[int, int]
    since: float | None
    """The moment of position 0."""
    first: int
    begun: bool = False
    paused: bool = False
    resumes: float | None = None
    """The moment from which a paused one goes on."""


class Recorder:
    """Every open recording; ``events`` come from the writer when it is done with a file.

    The seconds being filled are one array, so that a tick writes to all recordings in one step.
    """

    def __init__(self, chores: Chores, capacity: int = 8) -> None:
        self._chores = chores
        self._reels: dict[str, _Reel] = {}
        self._events: deque[MediaEvent] = deque()
        self._opened = 0
        self._free = list(range(capacity - 1, -1, -1))
        self._sound = np.empty((capacity, FRAMES_A_FLUSH, FRAME, 2), np.uint8)
        self._frames, self._fill = np.zeros((2, capacity), np.int64)  # in all; of this second
        self._arrange()

    def __contains__(self, recording: str) -> bool:
        return recording in self._reels

    def open(
        self, recording: str, path: str, rows: tuple[int, int], since: float | None = None
    ) -> None:
        """Begin a recording of two rows of the matrix: left and right; ``since`` is position 0."""
        if not self._free:
            self._grow()
        first = self._opened * _STEP % FRAMES_A_FLUSH
        reel = _Reel(_Tape(recording, path), self._free.pop(), rows, since, first)
        self._frames[reel.place], self._fill[reel.place] = 0, first
        self._opened += 1
        self._reels[recording] = reel
        self._arrange()
        self._chores.do(lambda: self._create(reel.tape))

    def _grow(self) -> None:
        old = len(self._sound)
        self._free.extend(range(2 * old - 1, old - 1, -1))
        self._sound, self._frames, self._fill = (
            np.concatenate([array, np.zeros_like(array)])
            for array in (self._sound, self._frames, self._fill)
        )

    def _arrange(self) -> None:
        """Line the reels up for the vectorised steps."""
        reels = self._lined_up = list(self._reels.values())
        self._places = np.array([reel.place for reel in reels], np.intp)
        self._left = np.array([reel.rows[0] for reel in reels], np.intp)
        self._right = np.array([reel.rows[1] for reel in reels], np.intp)
        self._paused = np.array([reel.paused for reel in reels], np.bool_)
        self._since = np.array([reel.since or 0.0 for reel in reels])
        self._all_begun = all(reel.begun for reel in reels)
        self._resuming = [reel for reel in reels if reel.resumes is not None]

    def pause(self, recording: str, paused: bool, at: float | None = None) -> None:
        """Write silence from now on; or go on, at once or with the sound of that moment."""
        reel = self._reels[recording]
        reel.paused = paused or (reel.paused and at is not None)
        reel.resumes = None if paused else at
        self._arrange()

    def _resume(self, now: float) -> None:
        for reel in self._resuming:
            if reel.resumes is not None and now >= reel.resumes:
                reel.paused, reel.resumes = False, None
        self._arrange()

    def write(self, codes: npt.NDArray[np.uint8], now: float) -> None:
        """Take this tick's mu-law rows; hand every full second to the writer.

        A tick that never was (the machine had no time) is silence, so that every position stays true.
        """
        if not self._lined_up:
            return
        if not self._all_begun:
            for reel in self._lined_up:
                self._begin(reel, now)
            self._arrange()
        if self._resuming:
            self._resume(now)
        places = self._places
        due = np.rint((now - self._since) / _FRAME_SECONDS)
        for n in np.flatnonzero(due > self._frames[places]).tolist():
            self._pad(self._lined_up[n], int(due[n]))
        sound = np.stack((codes[self._left], codes[self._right]), axis=-1)
        if self._paused.any():
            sound[self._paused] = SILENCE[MU_LAW]
        fill = self._fill[places]
        self._sound[places, fill] = sound
        self._frames[places] += 1
        self._fill[places] = fill + 1
        for n in np.flatnonzero(fill == FRAMES_A_FLUSH - 1).tolist():
            self._flush(self._lined_up[n])

    def _begin(self, reel: _Reel, now: float) -> None:
        if not reel.begun:
            reel.begun = True
            reel.since = now if reel.since is None else reel.since
            self._events.append(RecordingBegan(reel.tape.recording, reel.since))

    def _pad(self, reel: _Reel, frames: int) -> None:
        while self._frames[reel.place] < frames:
            self._sound[reel.place, self._fill[reel.place]] = SILENCE[MU_LAW]
            self._frames[reel.place] += 1
            self._fill[reel.place] += 1
            if self._fill[reel.place] == FRAMES_A_FLUSH:
                self._flush(reel)

    def _flush(self, reel: _Reel) -> None:
        sound = self._sound[reel.place, reel.first : int(self._fill[reel.place])].tobytes()
        reel.first = self._fill[reel.place] = 0
        if sound:
            self._chores.do(lambda: self._append(reel.tape, sound))

    def close(self, recording: str, until: float | None = None) -> None:
        """End a recording at this moment; a RecordingClosed follows when the file is whole."""
        reel = self._reels.pop(recording)
        frames = int(self._frames[reel.place])
        if until is not None:
            self._begin(reel, until)
            assert reel.since is not None
            frames = max(0, round((until - reel.since) / _FRAME_SECONDS))
            self._pad(reel, frames)
        self._flush(reel)
        self._free.append(reel.place)
        self._arrange()
        self._chores.do(lambda: self._finish(reel.tape, frames * FRAME * 2))

    def names(self) -> list[str]:
        """Tell which recordings are open."""
        return list(self._reels)

    def events(self) -> list[MediaEvent]:
        """Return and forget what happened."""
        happened: list[MediaEvent] = []
        while self._events:
            happened.append(self._events.popleft())
        return happened

    # ── in the writer thread ─────────────────────────────────────────────────

    def _create(self, tape: _Tape) -> None:
        def work() -> None:
            Path(tape.path).parent.mkdir(parents=True, exist_ok=True)
            tape.file = open(tape.path, "wb", buffering=0)  # noqa: SIM115 - closed in _finish
            _write_all(tape.file, wav_header(0))

        self._try(tape, work)

    def _append(self, tape: _Tape, sound: bytes) -> None:
        def work() -> None:
            assert tape.file is not None
            _write_all(tape.file, sound)
            tape.written += len(sound)

        if not tape.broken:
            self._try(tape, work)

    def _finish(self, tape: _Tape, size: int) -> None:
        def work() -> None:
            assert tape.file is not None
            if tape.written > size:
                tape.file.truncate(HEADER_BYTES + size)
                tape.written = size
            tape.file.seek(0)
            _write_all(tape.file, wav_header(tape.written))
            tape.file.close()

        if not tape.broken:
            self._try(tape, work)
        if not tape.broken:
            self._events.append(RecordingClosed(tape.recording, tape.path, tape.written / 2 / RATE))

    def _try(self, tape: _Tape, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            tape.broken = True
            self._salvage(tape)
            why = error.strerror or type(error).__name__
            self._events.append(
                RecordingBroken(tape.recording, tape.path, why, tape.written / 2 / RATE)
            )

    def _salvage(self, tape: _Tape) -> None:
        """Leave a readable file of what could be written."""
        if tape.file is None:
            return
        try:
            tape.file.close()
            tape.written = round(recover(tape.path) * RATE) * 2
        except (OSError, ValueError):
            tape.written = 0


def _write_all(file: BinaryIO, data: bytes) -> None:
    """Write all of it; a raw file may take less than it is given."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]
