"""Tapes made by hand: the judge hears the partner, the gap, the silence, the stranger."""

import numpy as np
import pytest

from lab.load.heard import LEVEL, RATE, Sound, judge
from lab.load.stage import caller_hertz, seat_hertz

pytestmark = pytest.mark.unit

PITCHES = [*(caller_hertz(i) for i in range(50)), *(seat_hertz(i) for i in range(50))]
PARTNER = seat_hertz(7)


def hum(hertz: int, seconds: float, dbfs: float = LEVEL) -> Sound:
    time = np.arange(round(seconds * RATE)) / RATE
    wave = np.sin(2 * np.pi * hertz * time) * 10 ** (dbfs / 20)
    return np.asarray(wave, np.float32)


def hush(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE), np.float32)


@pytest.mark.parametrize("hertz", [PITCHES[0], PITCHES[49], PITCHES[50], PITCHES[99]])
def test_every_pitch_is_heard_from_the_start_and_without_a_gap(hertz: int) -> None:
    heard = judge(hum(hertz, 4.0), hertz, PITCHES)
    assert (heard.after, heard.missing, heard.stranger) == (0.0, 0.0, None)


def test_no_two_callers_and_no_two_seats_of_a_class_have_the_same_pitch() -> None:
    assert len(set(PITCHES)) == 100
    assert max(PITCHES) < 3400


def test_the_moment_of_the_first_sound_is_found() -> None:
    heard = judge(np.concatenate([hush(1.5), hum(PARTNER, 3.0)]), PARTNER, PITCHES)
    assert heard.after == pytest.approx(1.5, abs=0.15)
    assert heard.missing == 0.0


def test_silence_is_one_way_audio() -> None:
    assert judge(hush(4.0), PARTNER, PITCHES).after is None
    assert judge(hush(0.01), PARTNER, PITCHES).after is None


def test_a_gap_is_measured() -> None:
    tape = np.concatenate([hum(PARTNER, 2.0), hush(1.0), hum(PARTNER, 2.0)])
    heard = judge(tape, PARTNER, PITCHES)
    assert heard.missing == pytest.approx(1.0, abs=0.21)


def test_an_end_in_silence_is_a_gap_too() -> None:
    heard = judge(np.concatenate([hum(PARTNER, 2.0), hush(2.0)]), PARTNER, PITCHES)
    assert heard.missing == pytest.approx(2.0, abs=0.21)


def test_a_neighbour_who_is_heard_beside_the_partner_is_named() -> None:
    neighbour = PARTNER + 20
    tape = hum(PARTNER, 4.0)
    tape[RATE : 3 * RATE] += hum(neighbour, 2.0, LEVEL - 10)
    heard = judge(tape, PARTNER, PITCHES)
    assert heard.after == 0.0
    assert heard.stranger == neighbour


def test_somebody_else_in_place_of_the_partner_is_one_way_audio_and_a_stranger() -> None:
    heard = judge(hum(PARTNER + 40, 4.0), PARTNER, PITCHES)
    assert heard.after is None
    assert heard.stranger == PARTNER + 40


def test_the_short_notes_of_an_announcement_are_nobody() -> None:
    notes = [hum(PITCHES[i * 7 % 100], 0.16) for i in range(20)]
    tape = hum(PARTNER, 4.0)
    melody = np.concatenate(notes)[: len(tape)]
    tape[: len(melody)] += melody
    assert judge(tape, PARTNER, PITCHES).stranger is None
