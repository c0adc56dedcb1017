"""Voice activity: beginnings and ends at their true times, on quiet and on noisy lines."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.media.control import SpeechBegan, SpeechEnded
from telephony.media.vad import Vad, levels

pytestmark = pytest.mark.unit

QUIET, SPEECH = -70.0, -25.0


def run(track: list[tuple[float, float]], start: float = 100.0) -> list[SpeechBegan | SpeechEnded]:
    """Feed stretches of (seconds, dB) from ``start`` on."""
    vad = Vad("leg")
    events: list[SpeechBegan | SpeechEnded] = []
    frame = 0
    for seconds, level in track:
        for _ in range(round(seconds / 0.02)):
            events += vad.hear(level, start + frame * 0.02)
            frame += 1
    return events


def test_times_are_where_the_sound_was_not_where_it_was_noticed() -> None:
    events = run([(1, QUIET), (2, SPEECH), (1, QUIET)])
    assert events == [
        SpeechBegan("leg", pytest.approx(101)),
        SpeechEnded("leg", pytest.approx(101), pytest.approx(103)),
    ]


def test_a_click_is_no_speech() -> None:
    assert run([(1, QUIET), (0.08, SPEECH), (1, QUIET)] * 3) == []


def test_a_breath_within_a_sentence_does_not_end_it() -> None:
    events = run([(1, QUIET), (1, SPEECH), (0.46, QUIET), (1, SPEECH), (1, QUIET)])
    assert [type(e) for e in events] == [SpeechBegan, SpeechEnded]
    assert events[-1].at == pytest.approx(100 + 1 + 1 + 0.46 + 1)


def test_two_sentences_are_two() -> None:
    events = run([(1, QUIET), (1, SPEECH), (0.6, QUIET), (1, SPEECH), (0.6, QUIET)])
    assert [type(e) for e in events] == [SpeechBegan, SpeechEnded] * 2


def test_a_hissing_line_is_learnt_and_speech_over_it_heard() -> None:
    events = run([(15, -42.0), (1, SPEECH), (1, -42.0)])
    spoken = [e for e in events if isinstance(e, SpeechEnded) and e.began > 112]
    assert spoken == [SpeechEnded("leg", pytest.approx(115), pytest.approx(116))]


def test_long_speech_is_not_taken_for_noise() -> None:
    events = run([(1, QUIET), (30, SPEECH), (1, QUIET)])
    assert [type(e) for e in events] == [SpeechBegan, SpeechEnded]
    assert events[1].at - events[0].at == pytest.approx(30)


def test_levels_are_decibels_below_full_scale() -> None:
    full = np.full((1, 160), 32768.0, np.float32)
    rows = np.concatenate([full, full / 10, np.zeros_like(full)])
    assert levels(rows)[:2] == pytest.approx([0, -20], abs=0.01)
    assert levels(rows)[2] < -90
