"""Works on finished recordings: mu-law to PCM for any player, a late line mixed in.

Runs in threads and in the grading process, a piece at a time so that no piece holds the others up.
"""

from __future__ import annotations

import os
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.media.codec import MU_LAW, RATE, decode, encode
from telephony.media.recorder import HEADER_BYTES, wav_header

PIECE: Final = 1 << 16
RIGHT: Final = 1
_CHANNELS: Final = 2
BY_ORDER: Final = 0.5
"""A recording that begins so many seconds after the answer was begun by order."""


def as_pcm16(path: Path) -> bytes:
    """Turn a recording into a 16-bit WAV; raises ValueError on anything else."""
    sound = _codes(path)
    pieces = [
        decode(sound[at : at + PIECE], MU_LAW).astype("<i2").tobytes()
        for at in range(0, len(sound), PIECE)
    ]
    return _pcm_header(len(sound)) + b"".join(pieces)


def mix_in(path: Path, clip: Path, at: float) -> float:
    """Add a mono 8 kHz clip to the agent's channel from second ``at``; returns where it ends."""
    codes = _codes(path).copy()
    frames = codes.reshape(-1, _CHANNELS)
    voice = _mono(clip)
    first = max(0, round(at * RATE))
    last = first + len(voice)
    if last > len(frames):
        silence = np.full((last - len(frames), _CHANNELS), 0xFF, np.uint8)
        frames = np.concatenate([frames, silence])
    there = decode(frames[first:last, RIGHT], MU_LAW).astype(np.int32)
    both = np.clip(there + voice, -32768, 32767).astype(np.int16)
    frames[first:last, RIGHT] = encode(both, MU_LAW)
    _replace(path, frames.tobytes())
    return last / RATE


def splice(pieces: Sequence[tuple[float, Path]]) -> float:
    """Join recordings in the first one's file, each at its second, silence between; returns the length."""
    codes = [(round(at * RATE), _codes(path).reshape(-1, _CHANNELS)) for at, path in pieces]
    frames = np.full((max(at + len(one) for at, one in codes), _CHANNELS), 0xFF, np.uint8)
    for at, one in codes:
        frames[at : at + len(one)] = one
    first, *others = (path for _, path in pieces)
    _replace(first, frames.tobytes())
    for path in others:
        path.unlink(missing_ok=True)
    return len(frames) / RATE


def _codes(path: Path) -> npt.NDArray[np.uint8]:
    data = path.read_bytes()
    if data[:4] != b"RIFF" or data[12:38] != wav_header(0)[12:38]:
        raise ValueError(f"{path.name} is not a recording of this laboratory")
    whole = (len(data) - HEADER_BYTES) // _CHANNELS * _CHANNELS
    return np.frombuffer(data, np.uint8, max(0, whole), HEADER_BYTES)


def _mono(clip: Path) -> npt.NDArray[np.int32]:
    with wave.open(str(clip), "rb") as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise ValueError(f"{clip.name} is not a mono 16-bit WAV of {RATE} Hz")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int32)


def _replace(path: Path, sound: bytes) -> None:
    """Write beside and rename, so that a crash leaves the old or the new file, never half of one."""
    beside = path.with_suffix(".mixing")
    beside.write_bytes(wav_header(len(sound)) + sound)
    os.replace(beside, path)


def _pcm_header(samples: int) -> bytes:
    size = samples * 2
    rate, frame = RATE, _CHANNELS * 2
    numbers = (16).to_bytes(4, "little") + (1).to_bytes(2, "little")
    numbers += _CHANNELS.to_bytes(2, "little") + rate.to_bytes(4, "little")
    numbers += (rate * frame).to_bytes(4, "little") + frame.to_bytes(2, "little")
    numbers += (16).to_bytes(2, "little")
    head = b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt " + numbers
    return head + b"data" + size.to_bytes(4, "little")
