"""Thirty open microphones: only the loudest few are heard, without clicks and without chopping."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.media.bridge import Bridge
from telephony.media.codec import FRAME

pytestmark = pytest.mark.unit


class Hall:
    """One listener who hears everybody; each speaker's level is a power of ten or what is said."""

    def __init__(self, speakers: int, most: int = 3) -> None:
        self.bridge = Bridge()
        self.names = [f"s{n}" for n in range(speakers)]
        self.columns = {name: self.bridge.open_column(name) for name in self.names}
        self.row = self.bridge.open_row("listener")
        self.bridge.set_row("listener", dict.fromkeys(self.names, 1.0))
        self.bridge.limit("hall", self.names, most)

    def frame(self, **levels: float) -> np.ndarray:
        for name, column in self.columns.items():
            self.bridge.spoken[column] = levels.get(name, 0.001)
        return self.bridge.mix()[self.row]

    def hears(self, **levels: float) -> float:
        """What is heard once the ramp is over."""
        self.frame(**levels)
        return round(float(self.frame(**levels)[-1]))


@pytest.mark.feature("BAS-08")
def test_the_three_loudest_are_heard_of_thirty() -> None:
    hall = Hall(30)
    assert hall.hears(s3=100, s7=200, s11=300, s20=50, s29=60) == 600


def test_a_small_group_is_heard_whole() -> None:
    assert Hall(3).hears(s0=1, s1=10, s2=100) == 111


def test_who_is_heard_stays_heard_against_one_only_a_little_louder() -> None:
    hall = Hall(5, most=1)
    assert hall.hears(s0=100) == 100
    assert hall.hears(s0=100, s1=120) == 100
    assert hall.hears(s0=100, s1=200) == 200


def test_a_pause_between_two_words_does_not_cost_ones_turn() -> None:
    hall = Hall(5, most=1)
    hall.hears(s0=100)
    for _ in range(3):
        hall.frame(s1=40)
    assert hall.hears(s0=100, s1=40) == 100


def test_the_change_is_ramped() -> None:
    hall = Hall(5, most=1)
    hall.hears(s0=100)
    frame = hall.frame(s0=100, s1=1000)
    steps = np.abs(np.diff(frame))
    assert len(frame) == FRAME
    assert steps.max() < 100, "no jump from one to the other"


def test_without_a_limit_everybody_is_heard_again() -> None:
    hall = Hall(5, most=1)
    hall.bridge.limit("hall", (), 0)
    assert hall.hears(s0=1, s1=10, s2=100) == 111


def test_a_member_that_has_closed_is_passed_over() -> None:
    hall = Hall(5, most=3)
    hall.bridge.close_column("s4")
    del hall.columns["s4"]
    assert hall.hears(s0=1, s1=10, s2=100) == 111
