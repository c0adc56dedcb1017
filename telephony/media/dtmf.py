"""Keys pressed: RFC 4733 events to send and to hear, and the tones for a far end without them."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.media.codec import FRAME, RATE
from telephony.media.errors import MalformedPacket

KEYS: Final = "0123456789*#ABCD"
PRESS_FRAMES: Final = 5
"""A key sounds for 100 ms."""

END_PACKETS: Final = 3
GAP_FRAMES: Final = 4
"""80 ms between keys; the standard asks for 40."""

_EVENT: Final = struct.Struct(">BBH")
_VOLUME: Final = 10
_RESUMED_AFTER: Final = 0.05
_ROWS: Final = (697.0, 770.0, 852.0, 941.0)
_COLUMNS: Final = (1209.0, 1336.0, 1477.0, 1633.0)
_GRID: Final = ("123A", "456B", "789C", "*0#D")


def build_event(key: str, duration: int, *, end: bool) -> bytes:
    """Write the payload of one telephone-event packet."""
    return _EVENT.pack(KEYS.index(key), (0x80 if end else 0) | _VOLUME, duration)


def parse_event(payload: bytes) -> tuple[str | None, bool, int]:
    """Read a payload: the key (None: an event that is no key), whether it ended, its duration."""
    if len(payload) < 4:
        raise MalformedPacket("a telephone-event has four bytes")
    event, flags, duration = _EVENT.unpack_from(payload)
    return (KEYS[event] if event < len(KEYS) else None), bool(flags & 0x80), duration


def keys_in(digits: str) -> list[str]:
    """Keep what is on a keypad; letters may be small."""
    return [key for key in digits.upper() if key in KEYS]


class KeyPress:
    """Sends keys one after the other, one packet a frame; sound is held back meanwhile."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._key = ""
        self._frame = 0
        self._began = 0

    def press(self, digits: Iterable[str]) -> None:
        """Queue keys."""
        self._waiting.extend(digits)

    @property
    def busy(self) -> bool:
        """Whether a key sounds or waits."""
        return bool(self._key or self._waiting)

    def next_event(self, timestamp: int) -> tuple[bytes, int, bool] | None:
        """Give this frame's payload, timestamp and marker; None leaves the frame to the sound."""
        if not self._step():
            return None
        if self._frame == 1:
            self._began = timestamp
        # RFC 4733 §2.5.1.4: the final packet is sent three times.
        duration = min(self._frame, PRESS_FRAMES) * FRAME
        end = self._frame >= PRESS_FRAMES
        return build_event(self._key, duration, end=end), self._began, self._frame == 1

    def next_tone(self) -> npt.NDArray[np.float32] | None:
        """Give this frame's sound for a far end that knows no events; None leaves it as it is."""
        if not self._step() or self._frame > PRESS_FRAMES:
            return None
        line = next(row for row in _GRID if self._key in row)
        low, high = _ROWS[_GRID.index(line)], _COLUMNS[line.index(self._key)]
        time = (np.arange(FRAME) + (self._frame - 1) * FRAME) / RATE
        wave = np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)
        return (wave * 6000).astype(np.float32)

    def _step(self) -> bool:
        """Advance by a frame; False in gaps and when nothing is pressed."""
        if not self._key:
            if not self._waiting:
                return False
            self._key, self._frame = self._waiting.popleft(), 0
        self._frame += 1
        sounding = PRESS_FRAMES + END_PACKETS - 1
        if self._frame >= sounding + GAP_FRAMES:
            self._key, self._frame = "", 0
            return False
        return self._frame <= sounding


class KeyHeard:
    """Hears keys: one a press, though packets repeat, come late, or the end is lost."""

    def __init__(self) -> None:
        self._ssrc: int | None = None
        self._timestamp = 0
        self._key: str | None = None
        self._ended = True
        self._at = 0.0

    def hear(
        self, ssrc: int, timestamp: int, payload: bytes, *, marker: bool, now: float
    ) -> str | None:
        """Take one event packet; the key when it begins a press."""
        key, end, _ = parse_event(payload)
        if key is None:
            return None
        if ssrc == self._ssrc:
            ahead = (timestamp - self._timestamp) & 0xFFFFFFFF
            if ahead >= 0x80000000:
                return None  # a late packet of a press before
            same = key == self._key
            if same and (not ahead or self._goes_on(ahead, marker, now)):
                self._timestamp, self._at, self._ended = timestamp, now, self._ended or end
                return None
        self._ssrc, self._timestamp, self._key, self._ended, self._at = (
            ssrc, timestamp, key, end, now,
        )  # fmt: skip
        return key

    def _goes_on(self, ahead: int, marker: bool, now: float) -> bool:
        """Some telephones wrongly move the timestamp on within a press."""
        recent = now - self._at < _RESUMED_AFTER
        return recent and not marker and not self._ended and ahead <= 2 * FRAME
