"""Rendered lines on disk: the same engine, text, voice and speed are rendered once.

A clip is an 8 kHz mono WAV with its own checksum in a last chunk, which players skip. It is written
aside and moved into place, so that a name never shows half a file; a file that does not add up is
as good as absent.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classroom.speech.voice import RATE, Pcm, Spoken

_RIFF = struct.Struct("<4sI4s4sIHHIIHH4sI")
_SUM = struct.Struct("<4sII")
"""RIFF, fmt and data headers; then the samples; then a chunk ``crcs``."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One rendered line."""

    path: Path
    seconds: float


class ClipCache:
    """A folder of clips."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, version: str, line: Spoken) -> Path:
        """Return where this line's clip lies or would lie."""
        said = "\0".join((version, line.voice, f"{line.speed:.3f}", line.text))
        name = hashlib.sha256(said.encode()).hexdigest()[:32]
        return self.folder / name[:2] / f"{name}.wav"

    def find(self, version: str, line: Spoken) -> Clip | None:
        """Return the line's clip when it is there and whole."""
        path = self.place(version, line)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        samples = whole(data)
        return None if samples is None else Clip(path, samples / RATE)

    def keep(self, version: str, line: Spoken, sound: Pcm) -> Clip:
        """Write the line's clip and move it into place."""
        path = self.place(version, line)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{secrets.token_hex(4)}.part")  # Two may write the same line.
        try:
            aside.write_bytes(as_wav(sound))
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        return Clip(path, len(sound) / RATE)


def as_wav(sound: Pcm) -> bytes:
    """Write 8 kHz mono 16-bit WAV with its checksum."""
    body = np.clip(np.rint(sound * 32767), -32768, 32767).astype("<i2").tobytes()
    riff = _RIFF.pack(
        b"RIFF", _RIFF.size - 8 + len(body) + _SUM.size, b"WAVE",
        b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16,
        b"data", len(body),
    )  # fmt: skip
    return riff + body + _SUM.pack(b"crcs", 4, zlib.crc32(body))


def whole(data: bytes) -> int | None:
    """Return the number of samples of a clip that adds up, None for any other file."""
    if len(data) < _RIFF.size + _SUM.size or data[:4] != b"RIFF":
        return None
    length = _RIFF.unpack_from(data)[-1]
    if len(data) != _RIFF.size + length + _SUM.size:
        return None
    body = data[_RIFF.size : _RIFF.size + length]
    name, _, checksum = _SUM.unpack_from(data, _RIFF.size + length)
    return length // 2 if name == b"crcs" and checksum == zlib.crc32(body) else None


def seconds_of(path: Path) -> float:
    """Return how long a clip sounds; zero for a file that is no clip."""
    return (whole(path.read_bytes()) or 0) / RATE


def sound_of(path: Path) -> Pcm:
    """Return a clip's samples; none for a file that is no clip."""
    data = path.read_bytes()
    body = data[_RIFF.size : _RIFF.size + 2 * (whole(data) or 0)]
    return (np.frombuffer(body, "<i2") / 32767).astype(np.float32)
