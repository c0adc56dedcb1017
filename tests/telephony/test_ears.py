"""The measure itself: it finds a faint tone beside a loud one, and takes no torn tone for another."""

import numpy as np
import pytest

from tests.telephony.ears import SILENCE, leaked, loudest

pytestmark = pytest.mark.unit

RATE = 8000


def tone(hertz: float, level: float, seconds: float = 2.0) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    return 10 ** (level / 20) * np.sin(2 * np.pi * hertz * time)


def torn(sound: np.ndarray, seed: int) -> np.ndarray:
    """Holes of one to six packets, as a machine that stands still leaves them."""
    dice, left = np.random.default_rng(seed), sound.copy()
    for _ in range(5):
        at, wide = int(dice.integers(0, len(sound) - 960)), 160 * int(dice.integers(1, 7))
        left[at : at + wide] = 0
    return left


@pytest.mark.parametrize("level", [-12, -30, -50, -58])
def test_a_tone_is_measured_at_its_level(level: int) -> None:
    assert loudest(tone(700, level), 700) == pytest.approx(level, abs=0.1)
    assert leaked(tone(700, level), 700) == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize("seed", range(40))
def test_a_torn_tone_is_no_other_tone(seed: int) -> None:
    sound = torn(tone(1000, -12), seed)
    assert max(leaked(sound, hertz) for hertz in (400, 700, 1300, 1600, 1900)) < SILENCE


@pytest.mark.parametrize("seed", range(40))
def test_a_faint_tone_is_found_behind_a_torn_one(seed: int) -> None:
    sound = torn(tone(1000, -12) + tone(700, -55), seed)
    assert -57 < leaked(sound, 700) < -45


def test_a_short_leak_is_found() -> None:
    sound = tone(1000, -12)
    sound[6000:7600] += tone(700, -30, 0.2)
    assert leaked(sound, 700) == pytest.approx(-30, abs=1)
