"""The agent's mouth: lines that were typed or picked sound one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import io
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path

from classroom.door.lang import Lang
from lab.errors import Refused, ServerLost, SoundLater, TelephoneLost
from lab.parts.door import SeatDoor
from lab.seat.state import SeatState, Spoken
from lab.seat.telephone import TelephoneCall


class Mouth:
    """Fetches the sound of a line and plays it into the call."""

    def __init__(
        self,
        state: SeatState,
        door: SeatDoor,
        *,
        lang: Lang,
        clock: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self._state, self._door, self._lang = state, door, lang
        self._clock, self._changed = clock, changed
        self._speaks = asyncio.Lock()
        self._free = 0.0
        self._folder = tempfile.TemporaryDirectory(prefix="seat-")
        self._said = 0

    async def fetch(self, text: str, line: Spoken) -> bytes | None:
        """Ask for a line's sound; none when it will be put into the recording after the call.

        What is said aside is in no recording.
        """
        card = self._state.card
        about = (card.lang, card.call_id) if card else (self._lang, None)
        try:
            return await self._door.speech(text, None if line.aside else about[1], lang=about[0])
        except (SoundLater, ServerLost, Refused):
            line.note = "sound_later"
            self._changed()
            return None

    def lasts(self, sound: bytes | None) -> float | None:
        """In how many seconds this sound will be over, after those that still sound."""
        seconds = sound and _seconds_of(sound)
        if not seconds:
            return None
        now = self._clock()
        self._free = max(now, self._free) + seconds
        return self._free - now

    async def play(
        self,
        fetching: asyncio.Task[bytes | None],
        line: Spoken,
        call: TelephoneCall,
        goes_on: Callable[[], bool],
    ) -> None:
        """Lines sound one after the other, in the order they were said; what was said aside, aside only."""
        async with self._speaks:
            sound = await fetching
            if sound is None:
                return
            self._said += 1
            path = Path(self._folder.name) / f"line-{self._said}.wav"
            path.write_bytes(sound)
            if goes_on() and line.aside == self._state.company.aside:
                with contextlib.suppress(TelephoneLost):
                    await call.play([str(path)])

    def tidy(self) -> None:
        """Remove the sounds."""
        self._folder.cleanup()


def _seconds_of(sound: bytes) -> float | None:
    """How long a WAV lasts, if it tells."""
    try:
        with wave.open(io.BytesIO(sound)) as clip:
            return float(clip.getnframes() / clip.getframerate())
    except (wave.Error, EOFError):
        return None
