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

from telephony.media.codec import A_LAW, FRAME, SILENCE, decode_frames

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
    head: int = 0
    shift: int = 0
    """The slot being played is the ring's tick plus this."""
    running: bool = False
    late: int = 0
    depth: int = START_DEPTH
    slack: int = SLOTS * FRAME
    """The least sound in store of this window, in samples, just before a packet refilled it."""
    came: int = 0


class JitterRing:
    """Rings of coded frames for many legs; a leg is a row number from ``open``."""

    def __init__(self, capacity: int = 16) -> None:
        self._tracks: dict[int, _Track] = {}
        self._free: list[int] = list(range(capacity - 1, -1, -1))
        self._codes = np.zeros((capacity, SLOTS, FRAME), np.uint8)
        self._holds = np.zeros((capacity, SLOTS), np.uint8)  # 0: nothing; else 1 + law
        self._shift = np.zeros(capacity, np.int64)
        self._gone = np.full(capacity, CONCEALED, np.int64)
        self._last = np.zeros((capacity, FRAME), np.float32)
        self.concealed = np.zeros(capacity, np.int64)
        self._tick = SLOTS
        self._look()

    def _look(self) -> None:
        """Keep flat views for single packets: far quicker than indexing an array."""
        self._flat_codes = self._codes.reshape(-1).data
        self._flat_holds = self._holds.reshape(-1).data

    def open(self) -> int:
        """Take a fresh row."""
        if not self._free:
            self._grow()
        row = self._free.pop()
        self._tracks[row] = _Track()
        self._shift[row] = 0
        self._holds[row] = 0
        self._gone[row] = CONCEALED
        self.concealed[row] = 0
        return row

    def close(self, row: int) -> None:
        """Give a row back."""
        del self._tracks[row]
        self._free.append(row)

    def _grow(self) -> None:
        old = len(self._shift)
        for name in ("_codes", "_holds", "_shift", "_gone", "_last", "concealed"):
            array = getattr(self, name)
            setattr(self, name, np.concatenate([array, np.zeros_like(array)]))
        self._free.extend(range(2 * old - 1, old - 1, -1))
        self._look()

    def restart(self, row: int) -> None:
        """Forget the stream: the next packet starts a new one."""
        track = self._tracks[row]
        track.running = False
        track.late = track.came = 0
        self._holds[row] = 0

    def put(self, row: int, timestamp: int, payload: bytes, law: int) -> bool:
        """Lay one packet's sound into the ring; False when it came too late."""
        track = self._tracks[row]
        playing = self._tick + track.shift
        if not track.running:
            track.running = True
            track.timestamp = timestamp
            track.place = track.head = (playing + track.depth) * FRAME
            track.slack = SLOTS * FRAME
        delta = ((timestamp - track.timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        place = track.place + delta
        size = len(payload)
        end = place + size
        if end <= playing * FRAME:
            return self._put_late(row, track, delta, timestamp, payload, law)
        if end > (playing + SLOTS - 1) * FRAME:
            return self._put_anew(row, timestamp, payload, law)
        track.late = 0
        slack = place - (playing - 1) * FRAME
        if slack < track.slack:
            track.slack = slack
        if end > track.head:
            track.timestamp, track.place, track.head = timestamp, place, end
        track.came += size
        slot, offset = divmod(place, FRAME)
        if size == FRAME and not offset and slot >= playing:
            where = row * SLOTS + slot % SLOTS
            self._flat_codes[where * FRAME : where * FRAME + FRAME] = payload
            self._flat_holds[where] = 1 + law
        else:
            self._lay(row, place, payload, law, playing)
        return True

    def _put_late(
        self, row: int, track: _Track, delta: int, timestamp: int, payload: bytes, law: int
    ) -> bool:
        """Drop a late packet; when they all are, the sender's time has moved."""
        track.late += 1
        if track.late < LATE_STREAK and delta > -SLOTS * FRAME:
            return False
        track.depth = DEEPER_START
        return self._put_anew(row, timestamp, payload, law)

    def _put_anew(self, row: int, timestamp: int, payload: bytes, law: int) -> bool:
        """Start again with this packet as the first."""
        self.restart(row)
        if len(payload) > (SLOTS - DEEPER_START - 2) * FRAME:
            return False
        return self.put(row, timestamp, payload, law)

    def _lay(self, row: int, place: int, payload: bytes, law: int, playing: int) -> None:
        """Cut a packet that does not fill exactly one slot."""
        slot, offset = divmod(place, FRAME)
        sound = np.frombuffer(payload, np.uint8)
        while len(sound):
            piece = sound[: FRAME - offset]
            if slot >= playing:
                ring_slot = slot % SLOTS
                if self._holds[row, ring_slot] != 1 + law:
                    self._codes[row, ring_slot] = SILENCE[law]
                    self._holds[row, ring_slot] = 1 + law
                self._codes[row, ring_slot, offset : offset + len(piece)] = piece
            sound = sound[len(piece) :]
            slot, offset = slot + 1, 0

    def read(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        """Take the next frame of every row as linear samples, with gaps concealed."""
        places = (self._tick + self._shift[rows]) % SLOTS + rows * SLOTS
        all_holds = self._holds.reshape(-1)
        holds = all_holds.take(places)
        missing = holds == 0
        all_holds[places] = 0
        codes = self._codes.reshape(-1, FRAME).take(places, axis=0)
        frames = decode_frames(codes, holds == 1 + A_LAW)
        gone = self._gone[rows]
        if missing.any():
            self._conceal(rows[missing], frames, missing)
        back = ~missing & (gone >= CONCEALED)
        if back.any():
            frames[back] *= _FADE_IN
        self._gone[rows] = np.where(missing, gone + 1, 0)
        self._last[rows] = frames
        self._tick += 1
        if self._tick % WINDOW == 0:
            self._follow_clocks()
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

    def _follow_clocks(self) -> None:
        """Drop frames of a sender that is ahead of us, wait a frame for one that is behind."""
        for row, track in self._tracks.items():
            if track.came > WINDOW * FRAME * 0.9:
                if track.slack > _SLACK_TOO_MUCH:
                    track.shift += -(-(track.slack - _SLACK_TOO_MUCH) // FRAME)
                elif track.slack < _SLACK_WANTED:
                    track.shift -= 1
                self._shift[row] = track.shift
            track.came = 0
            track.slack = SLOTS * FRAME
