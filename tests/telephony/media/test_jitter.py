"""The jitter ring: order, loss, lateness, jumps, packet lengths and clocks that drift."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.media.codec import A_LAW, FRAME, MU_LAW, decode, encode
from telephony.media.jitter import CONCEALED, DEEPER_START, START_DEPTH, WINDOW, JitterRing

pytestmark = pytest.mark.unit


def frame(number: int, law: int = MU_LAW) -> bytes:
    """A frame that tells its number by its level, and no other frame's."""
    return bytes([encode(np.array([100 * number], np.int16), law)[0]]) * FRAME


def value(number: int, law: int = MU_LAW) -> float:
    return float(decode(np.frombuffer(frame(number, law), np.uint8), law)[0])


class Line:
    """One leg on a ring; ``heard`` is what came out, a frame a tick."""

    def __init__(self) -> None:
        self.ring = JitterRing(1)
        self.row = self.ring.open()
        self.rows = np.array([self.row], np.intp)
        self.heard: list[np.ndarray] = []

    def put(self, number: int, *, base: int = 0, law: int = MU_LAW) -> bool:
        timestamp = (base + number * FRAME) & 0xFFFFFFFF
        return self.ring.put(self.row, timestamp, frame(number, law), law)

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self.heard.append(self.ring.read(self.rows)[0])

    def numbers(self) -> list[float]:
        """The last sample of every frame: fades are over there."""
        return [float(samples[-1]) for samples in self.heard]

    @property
    def concealed(self) -> int:
        return int(self.ring.concealed[self.row])


def test_a_stream_starts_two_frames_deep_and_stays_whole() -> None:
    line = Line()
    for n in range(1, 21):
        line.put(n)
        line.tick()
    line.tick(START_DEPTH)
    assert line.numbers() == [0.0] * START_DEPTH + [value(n) for n in range(1, 21)]
    assert line.concealed == 0


def test_the_timestamp_may_wrap_and_begin_anywhere() -> None:
    line = Line()
    for n in range(1, 11):
        line.put(n, base=0xFFFFFFFF - 4 * FRAME)
        line.tick()
    assert line.numbers()[START_DEPTH:] == [value(n) for n in range(1, 9)]


@settings(max_examples=30)
@given(st.permutations([0, 1, 2]))
def test_packets_out_of_order_within_the_depth_are_put_right(order: list[int]) -> None:
    line = Line()
    line.put(1)
    line.tick()
    for swapped in order:
        line.put(2 + swapped)
    line.tick(4)
    assert line.numbers()[START_DEPTH:] == [value(1), value(2), value(3)]


def test_a_lost_packet_is_concealed_softly_and_counted() -> None:
    line = Line()
    for n in range(1, 12):
        if n != 6:
            line.put(n)
        line.tick()
    made = line.heard[START_DEPTH + 5]
    assert made[0] == pytest.approx(value(5), rel=0.02)
    assert 0 < made[-1] < made[0]
    assert np.all(np.diff(made) <= 0)
    assert line.concealed == 1
    assert line.numbers()[START_DEPTH + 6] == value(7)


def test_a_long_gap_fades_to_silence_within_sixty_milliseconds() -> None:
    line = Line()
    for n in range(1, 6):
        line.put(n)
        line.tick()
    line.tick(10)
    after = line.heard[START_DEPTH + 5 :]
    edges = [abs(samples[0]) for samples in after[:CONCEALED]]
    assert edges == sorted(edges, reverse=True)
    assert abs(after[CONCEALED - 1][-1]) < 1
    assert not np.any(np.stack(after[CONCEALED:]))
    assert line.concealed == CONCEALED


def test_a_pause_of_the_sender_costs_nothing_when_time_went_on() -> None:
    line = Line()
    for n in [*range(1, 6), *[0] * 20, *range(26, 36)]:
        if n:
            line.put(n)
        line.tick()
    assert line.numbers()[START_DEPTH + 25 :] == [value(n) for n in range(26, 34)]


def test_a_late_packet_is_dropped() -> None:
    line = Line()
    for n in (1, 2, 3):
        line.put(n)
        line.tick()
    line.tick(3)
    assert line.put(4) is False
    line.tick()
    assert line.put(7) is True


def test_a_stream_that_stays_late_starts_again_deeper() -> None:
    line = Line()
    for n in range(1, 6):
        line.put(n)
        line.tick()
    line.tick(8)  # the line stood still; the sender's timestamps stood still with it
    heard_before = len(line.heard)
    for n in range(6, 26):
        line.put(n)
        line.tick()
    heard = line.numbers()[heard_before:]
    assert value(20) in heard
    assert heard[-5:] == [value(n) for n in range(18, 23)]


def stand_still(line: Line, spoken: int, frames: int) -> int:
    """Speak, then bring so many frames at once after the ring played on; returns the last number."""
    for n in range(1, spoken + 1):
        line.put(n)
        line.tick()
    line.tick(frames)
    for n in range(spoken + 1, spoken + frames + 1):
        line.put(n)
    return spoken + frames


def test_what_a_burst_left_in_store_is_let_go_in_the_next_pause() -> None:
    """Pause frames are number 0; the first word after the pause is as prompt as at the start."""
    line = Line()
    last = stand_still(line, 20, 9)
    for n in range(last + 1, last + 81):
        line.ring.put(line.row, n * FRAME, frame(0), MU_LAW)
        line.tick()
    before = len(line.heard)
    for n in range(last + 81, last + 91):
        line.put(n)
        line.tick()
    line.tick(DEEPER_START)
    heard = line.numbers()[before:]
    assert heard[DEEPER_START:] == [value(n) for n in range(last + 81, last + 91)]


def test_nothing_is_left_out_of_speech_that_does_not_pause() -> None:
    line = Line()
    last = stand_still(line, 20, 9)
    for n in range(last + 1, last + 101):
        line.put(n)
        line.tick()
    kept = [value(n) for n in range(last + 1, last + 80)]
    heard = line.numbers()
    begin = heard.index(kept[0])
    assert heard[begin : begin + len(kept)] == kept


def test_a_stream_that_stops_and_comes_back_loses_no_pause_it_does_not_have() -> None:
    """What is not known of the store is not taken for plenty."""
    line = Line()
    last = stand_still(line, 20, 9)
    for n in range(last + 1, last + 60):
        line.ring.put(line.row, n * FRAME, frame(0), MU_LAW)
        line.tick()
    line.tick(60)
    before = len(line.heard)
    for n in range(last + 120, last + 140):
        line.put(n)
        line.tick()
    line.tick(DEEPER_START)
    kept = [number for number in line.numbers()[before:] if number]
    assert kept == [value(n) for n in range(last + 120, last + 140)]


@pytest.mark.parametrize("jump", [1_000_000, -1_000_000, 0x7FFFFFFF])
def test_a_jump_of_the_timestamp_is_followed(jump: int) -> None:
    line = Line()
    for n in range(1, 11):
        line.put(n)
        line.tick()
    for n in range(11, 21):
        line.put(n, base=jump)
        line.tick()
    line.tick(START_DEPTH + 1)
    numbers = line.numbers()
    assert [value(n) for n in range(12, 21)] == [x for x in numbers if x >= value(12)][:9]


@pytest.mark.parametrize("milliseconds", [10, 20, 30, 40, 50, 60])
def test_packets_of_any_length_become_the_same_frames(milliseconds: int) -> None:
    line = Line()
    size = milliseconds * 8
    sound = b"".join(frame(n) for n in range(1, 61))
    sent = 0
    for tick in range(70):
        while sent < len(sound) and sent <= tick * FRAME:
            line.ring.put(line.row, sent, sound[sent : sent + size], MU_LAW)
            sent += size
        line.tick()
    assert line.numbers()[START_DEPTH : START_DEPTH + 60] == [value(n) for n in range(1, 61)]
    assert line.concealed == CONCEALED  # after the end


def test_the_law_may_change_within_a_stream() -> None:
    line = Line()
    for n in range(1, 11):
        line.put(n, law=A_LAW if n > 5 else MU_LAW)
        line.tick()
    expected = [value(n, A_LAW if n > 5 else MU_LAW) for n in range(1, 9)]
    assert line.numbers()[START_DEPTH:] == expected


@pytest.mark.parametrize("per_mille", [-10, 10])
def test_a_drifting_clock_neither_starves_nor_piles_up(per_mille: int) -> None:
    line = Line()
    sent = 0
    ticks = 20 * WINDOW
    for tick in range(ticks):
        while sent <= tick * (1 + per_mille / 1000):
            line.ring.put(line.row, sent * FRAME, frame(50), MU_LAW)
            sent += 1
        line.tick()
    spoken = sum(1 for x in line.numbers() if x)
    assert spoken > ticks * 0.97
    # a second's worth of ring would have overflowed (or starved) 50 frames long ago
    assert line.concealed < ticks * 0.02
    line.tick(12)
    assert not np.any(line.heard[-1]), "what is left in the ring is a few frames, not a pile"


def test_an_empty_or_huge_packet_does_no_harm() -> None:
    line = Line()
    assert line.ring.put(line.row, 0, bytes(FRAME * 31), MU_LAW) is False
    line.put(1)
    line.tick(4)
    assert value(1) in line.numbers()


def test_a_closed_row_is_used_again_clean() -> None:
    line = Line()
    line.put(50)
    line.ring.close(line.row)
    assert line.ring.open() == line.row
    line.tick(5)
    assert not np.any(np.stack(line.heard))


def test_the_ring_grows_and_keeps_what_it_holds() -> None:
    ring = JitterRing(1)
    rows = [ring.open() for _ in range(5)]
    for row in rows:
        ring.put(row, 0, frame(10 + row), MU_LAW)
    for _ in range(START_DEPTH):
        ring.read(np.array(rows))
    assert [float(x) for x in ring.read(np.array(rows))[:, -1]] == [value(10 + r) for r in rows]
