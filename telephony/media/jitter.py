"""The jitter ring: packets of any length go in by timestamp, one 20 ms frame a tick comes out.

All legs share one numpy ring, so that a tick reads and decodes every leg in one indexing step.
A stream starts two frames deep (three after it has come late once). What is late is dropped, what
is missing is concealed for 60 ms and then silent, and a leg whose clock runs faster or slower than
ours loses or gains one frame whenever the slack of several seconds says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.media.codec import FRAME, SILENCE, decode_frames

SLOTS: Final = 32
START_DEPTH: Final = 2
DEEPER_START: Final = 3
LATE_STREAK: Final = 3
"""So many packets late in a row mean that the sender's time moved: start again."""

CONCEALED: Final = 3
"""Frames made up of the last one before silence is honest."""

WINDOW: Final = 250
"""Ticks over which the slack is judged."""

_SLACK_WANTED: Final = FRAME
_SLACK_TOO_MUCH: Final = (START_DEPTH + 2) * FRAME + FRAME // 2
_FADE_IN: Final = np.minimum(np.arange(1, FRAME + 1) / 40, 1.0).astype(np.float32)
_FADES: Final = np.stack(
    [
        np.linspace(1 - k / CONCEALED, 1 - (k + 1) / CONCEALED, FRAME, dtype=np.float32)
        for k in range(CONCEALED)
    ]
)


@dataclass(slots=True)
class _Track:
    """Where a leg's stream stands: the newest timestamp and the ring position it has."""

    timestamp: int = 0
    place: int = 0
    running: bool = False
    late: int = 0
    depth: int = START_DEPTH


class JitterRing:
    """Rings of coded frames for many legs; a leg is a row number from ``open``."""

    def __init__(self, capacity: int = 16) -> None:
        self._tracks: dict[int, _Track] = {}
        self._free: list[int] = list(range(capacity - 1, -1, -1))
        self._codes = np.zeros((capacity, SLOTS, FRAME), np.uint8)
        self._laws = np.zeros((capacity, SLOTS), np.uint8)
        self._filled = np.zeros((capacity, SLOTS), np.int16)
        self._next = np.zeros(capacity, np.int64)
        self._head = np.zeros(capacity, np.int64)
        self._slack = np.zeros(capacity, np.int64)
        self._came = np.zeros(capacity, np.int64)
        self._gone = np.full(capacity, CONCEALED, np.int64)
        self._last = np.zeros((capacity, FRAME), np.float32)
        self.concealed = np.zeros(capacity, np.int64)
        self._ticks = 0

    def open(self) -> int:
        """Take a fresh row."""
        if not self._free:
            self._grow()
        row = self._free.pop()
        self._tracks[row] = _Track()
        self._filled[row] = 0
        self._gone[row] = CONCEALED
        self._came[row] = 0
        self.concealed[row] = 0
        return row

    def close(self, row: int) -> None:
        """Give a row back."""
        del self._tracks[row]
        self._free.append(row)

    def _grow(self) -> None:
        old = len(self._next)
        for name in (
            "_codes", "_laws", "_filled", "_next", "_head",
            "_slack", "_came", "_gone", "_last", "concealed",
        ):  # fmt: skip
            array = getattr(self, name)
            setattr(self, name, np.concatenate([array, np.zeros_like(array)]))
        self._free.extend(range(2 * old - 1, old - 1, -1))

    def restart(self, row: int) -> None:
        """Forget the stream: the next packet starts a new one."""
        track = self._tracks[row]
        track.running = False
        track.late = 0
        self._filled[row] = 0
        self._came[row] = 0

    def put(self, row: int, timestamp: int, payload: bytes, law: int) -> bool:
        """Lay one packet's sound into the ring; False when it came too late."""
        track = self._tracks[row]
        if not track.running:
            self._start(row, track, timestamp)
        delta = ((timestamp - track.timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        place = track.place + delta
        end = place + len(payload)
        playing = int(self._next[row])
        if end <= playing * FRAME:
            track.late += 1
            if track.late < LATE_STREAK and delta > -SLOTS * FRAME:
                return False
            track.depth = DEEPER_START
            return self._put_anew(row, timestamp, payload, law)
        if end > (playing + SLOTS - 1) * FRAME:
            return self._put_anew(row, timestamp, payload, law)
        track.late = 0
        if delta > 0 or end > self._head[row]:
            track.timestamp, track.place = timestamp, place
            self._head[row] = max(end, int(self._head[row]))
        self._came[row] += len(payload)
        self._lay(row, place, payload, law, playing)
        return True

    def _put_anew(self, row: int, timestamp: int, payload: bytes, law: int) -> bool:
        """Start again with this packet as the first."""
        self.restart(row)
        if len(payload) > (SLOTS - DEEPER_START - 2) * FRAME:
            return False
        return self.put(row, timestamp, payload, law)

    def _start(self, row: int, track: _Track, timestamp: int) -> None:
        track.running = True
        track.timestamp = timestamp
        track.place = (int(self._next[row]) + track.depth) * FRAME
        self._head[row] = track.place
        self._slack[row] = SLOTS * FRAME

    def _lay(self, row: int, place: int, payload: bytes, law: int, playing: int) -> None:
        slot, offset = divmod(place, FRAME)
        if not offset and len(payload) == FRAME and slot >= playing:
            slot %= SLOTS
            self._codes[row, slot] = np.frombuffer(payload, np.uint8)
            self._laws[row, slot] = law
            self._filled[row, slot] = FRAME
            return
        sound = np.frombuffer(payload, np.uint8)
        while len(sound):
            piece = sound[: FRAME - offset]
            if slot >= playing:
                self._lay_piece(row, slot % SLOTS, offset, piece, law)
            sound = sound[len(piece) :]
            slot, offset = slot + 1, 0

    def _lay_piece(
        self, row: int, slot: int, offset: int, piece: npt.NDArray[np.uint8], law: int
    ) -> None:
        filled = int(self._filled[row, slot])
        if not filled or self._laws[row, slot] != law:
            self._codes[row, slot] = SILENCE[law]
            self._laws[row, slot] = law
        self._codes[row, slot, offset : offset + len(piece)] = piece
        self._filled[row, slot] = min(FRAME, filled + len(piece))

    def read(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        """Take the next frame of every row as linear samples, with gaps concealed."""
        playing = self._next[rows]
        slots = playing % SLOTS
        filled = self._filled[rows, slots]
        frames = decode_frames(self._codes[rows, slots], self._laws[rows, slots])
        self._filled[rows, slots] = 0
        self._next[rows] = playing + 1
        self._slack[rows] = np.minimum(self._slack[rows], self._head[rows] - playing * FRAME)
        gone = self._gone[rows]
        missing = filled == 0
        if missing.any():
            self._conceal(rows[missing], frames, missing)
        back = ~missing & (gone >= CONCEALED)
        if back.any():
            frames[back] *= _FADE_IN
        self._gone[rows] = np.where(missing, gone + 1, 0)
        self._last[rows] = frames
        self._ticks += 1
        if self._ticks % WINDOW == 0:
            self._follow_clocks(rows)
        return frames

    def _conceal(
        self,
        rows: npt.NDArray[np.intp],
        frames: npt.NDArray[np.float32],
        missing: npt.NDArray[np.bool_],
    ) -> None:
        """Play the last frame backwards, which joins without a click, and fade it out."""
        gone = self._gone[rows]
        fresh = gone < CONCEALED
        made = np.zeros((len(rows), FRAME), np.float32)
        made[fresh] = self._last[rows[fresh], ::-1]
        made[fresh] *= _FADES[gone[fresh]] / np.maximum(1 - gone[fresh, None] / CONCEALED, 1e-6)
        frames[missing] = made
        self.concealed[rows[fresh]] += 1

    def _follow_clocks(self, rows: npt.NDArray[np.intp]) -> None:
        """Drop frames of a sender that is ahead of us, wait a frame for one that is behind."""
        steady = self._came[rows] > WINDOW * FRAME * 0.9
        slack = self._slack[rows]
        excess = np.maximum(slack - _SLACK_TOO_MUCH + FRAME - 1, 0) // FRAME
        self._next[rows] += np.where(steady, excess, 0)
        self._next[rows[steady & (slack < _SLACK_WANTED)]] -= 1
        self._came[rows] = 0
        self._slack[rows] = SLOTS * FRAME
