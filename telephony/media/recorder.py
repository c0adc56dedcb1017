"""Recordings: two channels of raw mu-law in a WAV, written by a thread, a second at a time.

The seconds of different recordings end on different ticks, so that no tick hands over many. The
header is made true at the close; a file whose process was killed is made whole by ``recover``.
"""

from __future__ import annotations

import os
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
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
    """What the tick knows of one recording: the second being filled."""

    tape: _Tape
    rows: tuple[int, int]
    sound: npt.NDArray[np.uint8] = field(
        default_factory=lambda: np.empty((FRAMES_A_FLUSH, FRAME, 2), np.uint8)
    )
    first: int = 0
    fill: int = 0
    since: float | None = None
    """The moment of position 0."""
    begun: bool = False
    frames: int = 0
    """So many are written or being filled."""
    paused: bool = False

    def due(self, at: float) -> int:
        """Say how many frames there should be before the one of this moment."""
        return max(0, round((at - (at if self.since is None else self.since)) / _FRAME_SECONDS))


class Recorder:
    """Every open recording; ``events`` come from the writer when it is done with a file."""

    def __init__(self, chores: Chores) -> None:
        self._chores = chores
        self._reels: dict[str, _Reel] = {}
        self._events: deque[MediaEvent] = deque()
        self._opened = 0

    def __contains__(self, recording: str) -> bool:
        return recording in self._reels

    def open(
        self, recording: str, path: str, rows: tuple[int, int], since: float | None = None
    ) -> None:
        """Begin a recording of two rows of the matrix: left and right; ``since`` is position 0."""
        reel = _Reel(_Tape(recording, path), rows, since=since)
        reel.first = reel.fill = self._opened * _STEP % FRAMES_A_FLUSH
        self._opened += 1
        self._reels[recording] = reel
        self._chores.do(lambda: self._create(reel.tape))

    def pause(self, recording: str, paused: bool) -> None:
        """Write silence while paused."""
        self._reels[recording].paused = paused

    def write(self, codes: npt.NDArray[np.uint8], now: float) -> None:
        """Take this tick's mu-law rows; hand every full second to the writer.

        A tick that never was (the machine had no time) is silence, so that every position stays true.
        """
        for reel in self._reels.values():
            self._begin(reel, now)
            self._pad(reel, reel.due(now))
            frame = reel.sound[reel.fill]
            if reel.paused:
                frame[:] = SILENCE[MU_LAW]
            else:
                frame[:, 0] = codes[reel.rows[0]]
                frame[:, 1] = codes[reel.rows[1]]
            self._step(reel)

    def _begin(self, reel: _Reel, now: float) -> None:
        if not reel.begun:
            reel.begun = True
            reel.since = now if reel.since is None else reel.since
            self._events.append(RecordingBegan(reel.tape.recording, reel.since))

    def _pad(self, reel: _Reel, frames: int) -> None:
        while reel.frames < frames:
            reel.sound[reel.fill] = SILENCE[MU_LAW]
            self._step(reel)

    def _step(self, reel: _Reel) -> None:
        reel.frames += 1
        reel.fill += 1
        if reel.fill == FRAMES_A_FLUSH:
            self._flush(reel)

    def _flush(self, reel: _Reel) -> None:
        sound = reel.sound[reel.first : reel.fill].tobytes()
        reel.first = reel.fill = 0
        if sound:
            self._chores.do(lambda: self._append(reel.tape, sound))

    def close(self, recording: str, until: float | None = None) -> None:
        """End a recording at this moment; a RecordingClosed follows when the file is whole."""
        reel = self._reels.pop(recording)
        frames = reel.frames
        if until is not None:
            self._begin(reel, until)
            frames = reel.due(until)
            self._pad(reel, frames)
        self._flush(reel)
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
