"""Recordings that people upload for prompts: read whatever they are, kept as the wire carries them."""

from __future__ import annotations

import hashlib
import io
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
import soxr

from classroom.speech.cache import as_wav
from telephony.media.codec import RATE

LARGEST: Final = 32 * 1024 * 1024
LONGEST: Final = 300.0
"""Seconds; nobody listens to more."""

OURS: Final = re.compile(r".+\.[0-9a-f]{8}\.wav")
"""How ``keep`` names what was uploaded."""
KEPT_UNNAMED: Final = 86_400.0


class NoSound(Exception):
    """What was uploaded is no recording; the text says why."""


def keep(folder: Path, flow: str, prompt: str, data: bytes) -> tuple[str, float]:
    """Write a recording beside the flows under a name of its own; gives the name and its seconds.

    The name changes with the sound, so that calls in progress go on hearing the old one.
    """
    try:
        sound, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise NoSound(str(error).splitlines()[0][:80] if str(error) else "?") from error
    seconds = len(sound) / rate
    if not 0.0 < seconds <= LONGEST:
        raise NoSound(f"{seconds:.0f} s")
    mono = sound.mean(axis=1)
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE)
    wav = as_wav(np.asarray(mono, np.float32))
    name = f"{flow}.{prompt}.{hashlib.sha256(wav).hexdigest()[:8]}.wav"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{name}.new"
    try:
        draft.write_bytes(wav)
        draft.replace(folder / name)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return name, round(seconds, 1)


def sweep(folder: Path, now: float) -> list[str]:
    """Delete recordings that were uploaded and that no flow file names any more; gives their names.

    Files that people laid there under names of their own stay, and so does what was uploaded within
    the last day: its flow may still be a draft, or a caller still in a flow that has just gone. So
    what is named is given the moment anew.
    """
    gone = []
    with suppress(OSError):  # what cannot be read or deleted is looked at with the next start
        texts = [path.read_bytes() for path in folder.glob("*.yaml")]
        for path in folder.glob("*.wav"):
            old = now - path.stat().st_mtime > KEPT_UNNAMED
            named = any(path.name.encode() in text for text in texts)
            if not OURS.fullmatch(path.name):
                continue
            if named:
                os.utime(path, (now, now))
            elif old:
                path.unlink()
                gone.append(path.name)
    return gone
