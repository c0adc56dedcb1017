"""The jitter ring: packets of any length go in by timestamp, one 20 ms frame a tick comes out.

All legs share one numpy ring, so that a tick reads and decodes every leg in one indexing step.
A stream starts two frames deep (three after it has come late once). What is late is dropped, what
is missing is concealed for 60 ms and then silent. Sound that a burst left in store beyond need is let
go in the next pause of speech, so that a talk that stood still for a moment is soon as prompt as
before; and a leg whose clock runs faster or slower than ours loses or gains one frame whenever the
slack of several seconds says so.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.media.codec import FRAME, G722, SILENCE, decode_frames
from telephony.media.wideband import Decoder

SLOTS: Final = 32
START_DEPTH: Final = 2
DEEPER_START: Final = 3
LATE_STREAK: Final = 3
"""So many packets late in a row mean that the sender's time moved: start again."""

CONCEALED: Final = 3
"""Frames made up of the last one before silence is honest."""

WINDOW: Final = 250
"""Ticks over which the slack is judged."""

NOTICED: Final = 25
"""Ticks over which sound in store beyond need is noticed."""

PAUSE: Final = 200.0
"""Samples below this are a pause of speech (-44 dBFS)."""

_PLENTY: Final = SLOTS * FRAME
_SLACK_WANTED: Final = FRAME
_SLACK_TOO_MUCH: Final = (START_DEPTH + 2) * FRAME + FRAME // 2
_FADE_IN: Final = np.minimum(np.arange(1, FRAME + 1) / 40, 1.0).astype(np.float32)
_FADES: Final = np.stack(
    [
        np.linspace(1 - k / CONCEALED, 1 - (k + 1) / CONCEALED, FRAME, dtype=np.float32)
        for k in range(CONCEALED)
    ]
)


class JitterRing:
    """Rings of coded frames for many legs; a leg is a row number from ``open``.

    Where each leg's stream stands is a column of arrays, too, so that the packets of many legs are
    laid in as quickly as those of one. ``timestamp`` is the newest and ``place`` its position in the
    ring; the slot being played is the ring's tick plus ``shift``; ``slack`` is the least sound in
    store of this window, in samples, just before a packet refilled it, ``store`` that of the last
    half second, and ``over`` the frames of it beyond need.
    """

    def __init__(self, capacity: int = 16) -> None:
        self._open: set[int] = set()
        self._free: list[int] = list(range(capacity - 1, -1, -1))
        self._codes = np.zeros((capacity, SLOTS, FRAME), np.uint8)
        self._holds = np.zeros((capacity, SLOTS), np.uint8)  # 0: nothing; else 1 + law
        self._gone = np.full(capacity, CONCEALED, np.int64)
        self._last = np.zeros((capacity, FRAME), np.float32)
        self.concealed = np.zeros(capacity, np.int64)
        self._running = np.zeros(capacity, np.bool_)
        self._timestamp, self._place, self._head, self._shift, self._late, self._came = np.zeros(
            (6, capacity), np.int64
        )
        self._depth = np.full(capacity, START_DEPTH, np.int64)
        self._slack, self._store = np.full((2, capacity), _PLENTY, np.int64)
        self._over = np.zeros(capacity, np.int64)
        self._any_over = False
        self._decoders: dict[int, Decoder] = {}
        self._tick = SLOTS

    def open(self) -> int:
        """Take a fresh row."""
        if not self._free:
            self._grow()
        row = self._free.pop()
        self._open.add(row)
        self._holds[row] = 0
        self._gone[row] = CONCEALED
        self._depth[row] = START_DEPTH
        self._slack[row] = self._store[row] = _PLENTY
        states = (self.concealed, self._shift, self._running, self._late, self._came, self._over)
        for array in states:
            array[row] = 0
        return row

    def close(self, row: int) -> None:
        """Give a row back."""
        self._open.remove(row)
        self._decoders.pop(row, None)
        self._free.append(row)

    def _grow(self) -> None:
        old = len(self._shift)
        for name, array in list(vars(self).items()):
            if isinstance(array, np.ndarray):
                setattr(self, name, np.concatenate([array, np.zeros_like(array)]))
        self._free.extend(range(2 * old - 1, old - 1, -1))

    def restart(self, row: int) -> None:
        """Forget the stream: the next packet starts a new one."""
        self._running[row] = False
        self._decoders.pop(row, None)
        self._late[row] = self._came[row] = self._over[row] = 0
        self._holds[row] = 0

    def store(self, row: int) -> int:
        """Tell how many frames of a stream wait to be played."""
        if not self._running[row]:
            return 0
        playing = self._tick + int(self._shift[row])
        return max(0, -(-int(self._head[row]) // FRAME) - playing)

    def put_all(
        self,
        rows: npt.NDArray[np.intp],
        timestamps: npt.NDArray[np.int64],
        sounds: npt.NDArray[np.uint8],
        laws: npt.NDArray[np.uint8],
    ) -> None:
        """Lay one packet of 20 ms into each of these rows, as ``put`` does."""
        playing = self._tick + self._shift[rows]
        delta = ((timestamps - self._timestamp[rows] + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        places = self._place[rows] + delta
        slots, offsets = np.divmod(places, FRAME)
        usual = self._running[rows] & (offsets == 0)
        usual &= (slots >= playing) & (slots < playing + SLOTS - 1)
        if not usual.all():
            for n in np.flatnonzero(~usual).tolist():
                self.put(int(rows[n]), int(timestamps[n]), sounds[n].tobytes(), int(laws[n]))
            rows, timestamps, sounds, laws = (a[usual] for a in (rows, timestamps, sounds, laws))
            places, slots, playing = places[usual], slots[usual], playing[usual]
        self._late[rows] = 0
        self._came[rows] += FRAME
        stored = places - (playing - 1) * FRAME
        self._slack[rows] = np.minimum(self._slack[rows], stored)
        self._store[rows] = np.minimum(self._store[rows], stored)
        newest = places + FRAME > self._head[rows]
        if not newest.all():
            ahead, timestamps, places = rows[newest], timestamps[newest], places[newest]
        else:
            ahead = rows
        self._timestamp[ahead] = timestamps
        self._place[ahead] = places
        self._head[ahead] = places + FRAME
        where = rows * SLOTS + slots % SLOTS
        self._codes.reshape(-1, FRAME)[where] = sounds
        self._holds.reshape(-1)[where] = laws + 1

    def put(self, row: int, timestamp: int, payload: bytes, law: int) -> bool:
        """Lay one packet's sound into the ring; False when it came too late."""
        playing = self._tick + int(self._shift[row])
        if not self._running[row]:
            self._running[row] = True
            self._timestamp[row] = timestamp
            self._place[row] = self._head[row] = (playing + self._depth[row]) * FRAME
            self._slack[row] = self._store[row] = _PLENTY
        since = timestamp - int(self._timestamp[row])
        delta = ((since + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        place = int(self._place[row]) + delta
        size = len(payload)
        end = place + size
        if end <= playing * FRAME:
            return self._put_late(row, delta, timestamp, payload, law)
        if end > (playing + SLOTS - 1) * FRAME:
            return self._put_anew(row, timestamp, payload, law)
        self._late[row] = 0
        stored = place - (playing - 1) * FRAME
        self._slack[row] = min(int(self._slack[row]), stored)
        self._store[row] = min(int(self._store[row]), stored)
        if end > self._head[row]:
            self._timestamp[row], self._place[row], self._head[row] = timestamp, place, end
        self._came[row] += size
        self._lay(row, place, payload, law, playing)
        return True

    def _put_late(self, row: int, delta: int, timestamp: int, payload: bytes, law: int) -> bool:
        """Drop a late packet; when they all are, the sender's time has moved."""
        self._late[row] += 1
        if self._late[row] < LATE_STREAK and delta > -SLOTS * FRAME:
            return False
        self._depth[row] = DEEPER_START
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
        frames = decode_frames(codes, holds - 1)
        for n in np.flatnonzero(holds == 1 + G722).tolist():
            frames[n] = self._decoder(int(rows[n])).decode(codes[n].tobytes())
        if self._any_over:
            self._let_go(rows, frames, missing)
        gone = self._gone[rows]
        if missing.any():
            self._conceal(rows[missing], frames, missing)
        back = ~missing & (gone >= CONCEALED)
        if back.any():
            frames[back] *= _FADE_IN
        self._gone[rows] = np.where(missing, gone + 1, 0)
        self._last[rows] = frames
        self._tick += 1
        if self._tick % NOTICED == 0:
            self._notice()
        if self._tick % WINDOW == 0:
            self._follow_clocks()
        return frames

    def _notice(self) -> None:
        """Count the frames that every stream has in store beyond need."""
        spare = self._store // FRAME - (self._depth + 1)
        self._over = np.where(self._running & (self._store < _PLENTY), np.maximum(spare, 0), 0)
        self._any_over = bool(self._over.any())
        self._store[:] = _PLENTY

    def _let_go(
        self,
        rows: npt.NDArray[np.intp],
        frames: npt.NDArray[np.float32],
        missing: npt.NDArray[np.bool_],
    ) -> None:
        """Where too much is in store and this frame is a pause, play the next one instead."""
        pauses = (self._over[rows] > 0) & ~missing & (np.abs(frames).max(axis=1) < PAUSE)
        for n in np.flatnonzero(pauses).tolist():
            row = int(rows[n])
            self._over[row] -= 1
            self._skip(row)
            slot = (self._tick + int(self._shift[row])) % SLOTS
            held = int(self._holds[row, slot])
            self._holds[row, slot] = 0
            if held == 1 + G722:
                frames[n] = self._decoder(row).decode(self._codes[row, slot].tobytes())
            elif held:
                frames[n] = decode_frames(self._codes[row, slot][None], np.array([held - 1]))[0]

    def _skip(self, row: int) -> None:
        """Leave out one frame of a stream."""
        self._shift[row] += 1
        for least in (self._slack, self._store):
            if least[row] < _PLENTY:
                least[row] -= FRAME

    def _decoder(self, row: int) -> Decoder:
        if row not in self._decoders:
            self._decoders[row] = Decoder()
        return self._decoders[row]

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
        for row in self._open:
            if self._came[row] > WINDOW * FRAME * 0.9:
                if self._slack[row] > _SLACK_TOO_MUCH:
                    self._shift[row] += -(-(self._slack[row] - _SLACK_TOO_MUCH) // FRAME)
                    self._over[row] = 0
                elif self._slack[row] < _SLACK_WANTED:
                    self._shift[row] -= 1
        self._came[:] = 0
        self._slack[:] = _PLENTY
