"""Lanes: streams whose next packet is like the last, side by side, so that one numpy step serves all.

Nearly every packet is of this kind. A leg joins a lane when its stream runs and leaves it with the
first packet that is anything else; what the lane counted meanwhile is told to the leg when it is
settled, which must come before anybody reads the leg's counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from telephony.media.codec import FRAME, RATE
from telephony.media.jitter import JitterRing
from telephony.media.legs import Address, Leg
from telephony.media.rtp import FARTHEST, HEADER

USUAL: Final = HEADER.size + FRAME
_USUAL_FIRST: Final = 0x80
_WORD: Final = 0xFFFFFFFF
_PACKET: Final = np.dtype(
    [("opening", ">u4"), ("timestamp", ">u4"), ("ssrc", ">u4"), ("sound", "u1", FRAME)]
)
"""The opening is the first byte, the payload type and the sequence."""

_NEVER: Final = -1
"""An opening that no packet has: the sequence began anew, which is none of the usual."""

Waiting: TypeAlias = tuple[Leg, bytes, float]
"""A datagram as it came, and when."""


def _opening(kind: int, sequence: int) -> int:
    return (_USUAL_FIRST << 8 | kind) << 16 | sequence


class LaneIn:
    """What flowing legs hear, by their row in the jitter ring."""

    def __init__(self, ring: JitterRing) -> None:
        self._ring = ring
        self._waiting: dict[int, Waiting] = {}
        self._expected, self._ssrc, self._transit, self._fresh = np.zeros((4, 16), np.int64)
        self._jitter, self._seen = np.zeros((2, 16))
        self._law = np.zeros(16, np.uint8)

    def __contains__(self, leg: Leg) -> bool:
        """Tell whether a packet of this leg waits."""
        return leg.place in self._waiting

    def add(self, leg: Leg, data: bytes, now: float) -> None:
        """Take a datagram of the usual size from the far end of a flowing leg; one a leg."""
        self._waiting[leg.place] = (leg, data, now)

    def load(self, leg: Leg) -> None:
        """Take a flowing leg in, or its new state after a packet that came another way."""
        row, heard = leg.place, leg.reception
        while row >= len(self._law):
            for name, array in list(vars(self).items()):
                if isinstance(array, np.ndarray):
                    setattr(self, name, np.concatenate([array, np.zeros_like(array)]))
        follows = (heard.highest + 1) & 0xFFFF
        self._expected[row] = _opening(leg.hears_kind, follows) if follows else _NEVER
        self._ssrc[row] = _NEVER if heard.ssrc is None else heard.ssrc
        self._law[row] = leg.laws[leg.hears_kind]
        self._jitter[row], self._transit[row] = heard.jitter, heard.transit
        self._fresh[row] = 0

    def settle(self, leg: Leg) -> None:
        """Tell a leg what it heard since it was loaded or settled."""
        row = leg.place
        if row < len(self._fresh) and (fresh := int(self._fresh[row])):
            self._fresh[row] = 0
            leg.last_packet = float(self._seen[row])
            leg.reception.count_run(fresh, int(self._transit[row]), float(self._jitter[row]))

    def flush(self) -> list[Waiting]:
        """Lay what waits into the ring; returns what was not as usual after all."""
        if not self._waiting:
            return []
        waiting = list(self._waiting.values())
        rows = np.fromiter(self._waiting, np.intp, len(waiting))
        self._waiting.clear()
        packets = np.frombuffer(b"".join([data for _, data, _ in waiting]), _PACKET)
        seen = np.array([now for _, _, now in waiting])
        openings = packets["opening"].astype(np.int64)
        usual = (openings == self._expected[rows]) & (packets["ssrc"] == self._ssrc[rows])
        strange = []
        if not usual.all():
            strange = [waiting[n] for n in np.flatnonzero(~usual).tolist()]
            rows, packets, seen, openings = (a[usual] for a in (rows, packets, seen, openings))
        timestamps = packets["timestamp"].astype(np.int64)
        self._count(rows, openings, timestamps, seen)
        self._ring.put_all(rows, timestamps, packets["sound"], self._law[rows])
        return strange

    def _count(
        self,
        rows: npt.NDArray[np.intp],
        openings: npt.NDArray[np.int64],
        timestamps: npt.NDArray[np.int64],
        seen: npt.NDArray[np.float64],
    ) -> None:
        follows = openings + 1
        self._expected[rows] = np.where(follows & 0xFFFF, follows, _NEVER)
        self._fresh[rows] += 1
        self._seen[rows] = seen
        transit = ((seen * RATE).astype(np.int64) - timestamps) & _WORD
        delta = (transit - self._transit[rows]) & _WORD
        delta = np.minimum(delta, _WORD + 1 - delta)
        jitter = self._jitter[rows]
        self._jitter[rows] = jitter + np.where(delta < FARTHEST, (delta - jitter) / 16, 0.0)
        self._transit[rows] = transit


class LaneOut:
    """What steady legs say: one array of packets a tick, whose rows go out as they lie."""

    def __init__(self) -> None:
        self.legs: list[Leg] = []
        self._went = 0
        self.line_up(())

    def line_up(self, legs: Iterable[Leg]) -> None:
        """Carry these legs from now on, and no others."""
        self.settle()
        self.legs = [leg for leg in legs if leg.steady]
        count = len(self.legs)
        self._packets = np.zeros(count, _PACKET)
        self._packets["ssrc"] = [leg.ssrc for leg in self.legs]
        self._kinds = np.array([_opening(leg.kind, 0) for leg in self.legs], np.int64)
        self._sequences = np.array([leg.sequence for leg in self.legs], np.int64)
        self._timestamps = np.array([leg.timestamp for leg in self.legs], np.int64)
        self._rows = np.array([leg.row for leg in self.legs], np.intp)
        whole = self._packets.view(np.uint8).data
        self._ways = [
            (leg.name, whole[n * USUAL : (n + 1) * USUAL], leg.far)
            for n, leg in enumerate(self.legs)
            if leg.far is not None
        ]

    def speak(self, codes: npt.NDArray[np.uint8]) -> list[tuple[str, memoryview, Address]]:
        """Give every leg's next packet; each is true until the next call."""
        packets = self._packets
        packets["opening"] = self._kinds | self._sequences
        packets["timestamp"] = self._timestamps
        packets["sound"] = codes[self._rows]
        self._sequences = (self._sequences + 1) & 0xFFFF
        self._timestamps = (self._timestamps + FRAME) & _WORD
        self._went += 1
        return self._ways

    def settle(self) -> None:
        """Tell the legs what went out for them."""
        went, self._went = self._went, 0
        if went:
            for leg in self.legs:
                leg.sequence = (leg.sequence + went) & 0xFFFF
                leg.timestamp = (leg.timestamp + went * FRAME) & _WORD
                leg.sent += went
                leg.octets += went * FRAME
