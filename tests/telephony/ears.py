"""What an ear hears: how loud a tone is at its loudest, and whether a tone is there at all.

A machine that stands still for a moment tears holes into a tone, and the edges of a hole are heard at
every pitch; a tone that is really there stands out from the pitches beside it. Tones are best prime: the
coarse steps of mu-law leave a tone of 700 Hz traces at every hundred, one of 709 none that stand out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import numpy as np
import soundfile as sf

from telephony.media import control
from telephony.media.process import MediaProcess
from telephony.phone import PhoneCall

HEARD, SILENCE = -20.0, -60.0
"""dBFS: louder is heard, quieter is not."""
SPAN: Final = 1600
"""Samples in which a tone is measured: a fifth of a second."""
STEP: Final = 400
BESIDE: Final = (-60, -47, -35, -22, 22, 35, 47, 60)
"""Hertz beside a tone from which it must stand out; a fifth of a second tells ten apart."""
STANDS_OUT: Final = 6.0
NOTHING: Final = -180.0

_SOFT = np.hanning(SPAN)


def _levels(sound: np.ndarray, *pitches: float) -> np.ndarray:
    """The level of some pitches in every span, dBFS: spans x pitches; spans have soft edges."""
    if len(sound) < SPAN:
        return np.full((1, len(pitches)), NOTHING)
    spans = np.stack([sound[at : at + SPAN] for at in range(0, len(sound) - SPAN + 1, STEP)])
    turns = np.outer(np.arange(SPAN) / 8000, np.array(pitches))
    found = (spans * (_SOFT * 2 / _SOFT.sum())) @ np.exp(-2j * np.pi * turns)
    levels: np.ndarray = 20 * np.log10(np.abs(found) + 1e-9)
    return levels


def loudest(sound: np.ndarray, hertz: float) -> float:
    """The level of a tone in the fifth of a second in which it is loudest, dBFS."""
    return float(_levels(sound, hertz).max())


def leaked(sound: np.ndarray, hertz: float) -> float:
    """The same of a tone that should not be there: only where it stands out from what is beside it."""
    levels = _levels(sound, hertz, *(hertz + apart for apart in BESIDE))
    there = levels[levels[:, 0] > levels[:, 1:].max(axis=1) + STANDS_OUT, 0]
    return float(there.max()) if there.size else NOTHING


@asynccontextmanager
async def heard_out(worker: MediaProcess, listeners: Collection[PhoneCall]) -> AsyncIterator[None]:
    """Leave when each listener's telephone has heard, to its end, what was said meanwhile."""
    waiting, all_did, began = {one.media for one in listeners}, asyncio.Event(), time.monotonic()
    spoken = began

    def told(event: control.MediaEvent) -> None:
        if isinstance(event, control.SpeechEnded) and event.at >= (began + spoken) / 2:
            waiting.discard(event.leg)
            if not waiting:
                all_did.set()

    unsubscribe = worker.subscribe(told)
    for leg in waiting:
        worker.send(control.Watch(leg))
    try:
        yield
        spoken = time.monotonic()
        async with asyncio.timeout(90):
            await all_did.wait()
    finally:
        unsubscribe()


class Ear:
    """Keeps what one telephone hears."""

    def __init__(self, worker: MediaProcess, call: PhoneCall, path: Path) -> None:
        self._worker, self.path = worker, path
        worker.send(control.Record(path.stem, str(path)))
        worker.send(control.SetRow(f"{path.stem}/left", {call.media: 1.0}))

    def shut(self) -> None:
        self._worker.send(control.StopRecording(self.path.stem))

    def hears(self, hertz: int) -> bool:
        return loudest(self._sound(), hertz) > HEARD

    def leaked(self, hertz: int) -> float:
        return leaked(self._sound(), hertz)

    def _sound(self) -> np.ndarray:
        return np.asarray(sf.read(self.path)[0][:, 0])
