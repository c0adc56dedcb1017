"""Tones, clips and sources: what is played, from which file, and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from telephony.media.chores import AtOnce, Chore
from telephony.media.codec import FRAME, RATE
from telephony.media.errors import UnknownClip
from telephony.media.player import Library, Source, load
from telephony.media.tones import CADENCES, PLANS, cadence, made, music, tone

pytestmark = pytest.mark.unit


def pitch(sound: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(sound)))) * RATE / len(sound)


def played(source: Source, most: int = 1000) -> np.ndarray:
    frames = []
    while len(frames) < most and (frame := source.next_frame()) is not None:
        frames.append(frame)
    return np.concatenate(frames) if frames else np.zeros(0)


@pytest.fixture
def library() -> Library:
    return Library(AtOnce())


def test_a_tone_has_its_pitch_level_and_length() -> None:
    sound = tone([1000], 0.5, -20)
    assert len(sound) == 4000
    assert pitch(sound) == pytest.approx(1000, abs=2)
    assert np.abs(sound).max() == pytest.approx(3276.7, rel=0.01)


def test_the_tone_plan_is_china_s() -> None:
    ringback = cadence("ringback")
    assert len(ringback) == 5 * RATE
    assert pitch(ringback[:RATE]) == pytest.approx(450, abs=1)
    assert not np.any(ringback[RATE:])
    busy = cadence("busy")
    assert len(busy) == round(0.7 * RATE)
    assert not np.any(busy[len(busy) // 2 :])
    assert len(cadence("congestion")) == round(1.4 * RATE)
    for name in CADENCES:
        assert np.abs(cadence(name)).max() > 1000


@pytest.mark.parametrize(
    ("name", "pitches", "seconds"),
    [("us.ringback", (440, 480), 6.0), ("us.busy", (480, 620), 1.0), ("us.dial", (350, 440), 1.0)],
)
def test_another_country_has_other_tones(
    name: str, pitches: tuple[int, int], seconds: float
) -> None:
    sound = cadence(name)
    assert len(sound) == round(seconds * RATE)
    spectrum = np.abs(np.fft.rfft(sound))
    loudest = {round(bin * RATE / len(sound)) for bin in np.argsort(spectrum)[-2:]}
    assert all(min(abs(pitch - one) for one in loudest) <= 3 for pitch in pitches), loudest
    assert np.abs(sound).max() < 32767


def test_three_rings_are_fifteen_seconds_in_china() -> None:
    assert 3 * len(cadence("ringback")) == 15 * RATE == 3 * len(cadence("cn.ringback"))
    assert set(PLANS["cn"]) == set(PLANS["us"])


@pytest.mark.parametrize("name", ["dial", "us.dial"])
def test_the_dial_tone_loops_without_a_seam(name: str) -> None:
    dial = cadence(name)
    assert abs(float(dial[0]) - float(dial[-1])) < 2 * np.abs(np.diff(dial)).max()


def test_music_is_pleasant_enough_to_measure() -> None:
    sound = music()
    assert len(sound) == 32 * RATE
    assert 2000 < np.abs(sound).max() < 16000
    seconds = sound.reshape(-1, RATE)
    loudness = np.sqrt((seconds**2).mean(axis=1))
    assert loudness.min() > 200, "no second is silent"
    assert abs(float(sound[0] - sound[-1])) < 2 * np.abs(np.diff(sound)).max()


@pytest.mark.parametrize(
    "spec", ["tone:9000:1", "tone:x:1", "tone:450", "cadence:none", "silence:-1", "silence:1e9"]
)
def test_a_sound_that_cannot_be_made_says_why(spec: str) -> None:
    with pytest.raises(UnknownClip):
        made(spec)


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 44100])
@pytest.mark.parametrize("subtype", ["PCM_16", "ULAW", "ALAW", "FLOAT"])
def test_a_file_of_any_rate_and_coding_plays_at_its_pitch(
    tmp_path: Path, rate: int, subtype: str
) -> None:
    path = tmp_path / "clip.wav"
    time = np.arange(rate) / rate
    soundfile.write(path, 0.25 * np.sin(2 * np.pi * 700 * time), rate, subtype=subtype)
    sound = load(str(path))
    assert len(sound) == pytest.approx(RATE, abs=2)
    assert pitch(sound) == pytest.approx(700, abs=2)
    assert np.abs(sound[1000:7000]).max() == pytest.approx(8192, rel=0.05)


def test_clips_follow_each_other_without_a_gap(library: Library) -> None:
    source = Source(["tone:500:0.05", "tone:1500:0.07", "silence:0.01"], False, library)
    sound = played(source)
    assert len(sound) == 7 * FRAME  # 130 ms in frames of 20
    parts = np.concatenate([tone([500], 0.05), tone([1500], 0.07)])
    assert np.array_equal(sound[: len(parts)], parts)
    assert not np.any(sound[len(parts) :])
    assert source.next_frame() is None


def test_a_loop_goes_on_without_a_gap(library: Library) -> None:
    sound = played(Source(["tone:500:0.05"], True, library), 20)
    assert np.array_equal(sound, np.tile(tone([500], 0.05), 8))


@pytest.mark.parametrize("clips", [[], ["silence:0"], ["nowhere.wav"]])
@pytest.mark.parametrize("loop", [True, False])
def test_nothing_to_play_ends_at_once_even_in_a_loop(
    clips: list[str], loop: bool, library: Library
) -> None:
    assert len(played(Source(clips, loop, library), 50)) == 0


def test_a_broken_clip_is_told_and_skipped(tmp_path: Path, library: Library) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF....not a sound")
    source = Source([str(broken), "tone:500:0.02"], False, library)
    assert np.array_equal(played(source), tone([500], 0.02))
    assert source.failed[0][0] == str(broken)
    assert "cannot be read" in source.failed[0][1]


def test_a_source_is_silent_while_its_clip_is_read() -> None:
    class Later:
        def __init__(self) -> None:
            self.chores: list[Callable[[], None]] = []

        def do(self, chore: Chore) -> None:
            self.chores.append(chore)

        def close(self) -> None:
            self.chores.clear()

    later = Later()
    source = Source(["tone:500:0.02"], False, Library(later))
    for _ in range(3):
        frame = source.next_frame()
        assert frame is not None and not np.any(frame)
    later.chores.pop()()
    assert np.array_equal(played(source), tone([500], 0.02))


def test_a_stopped_source_fades_out_within_a_frame(library: Library) -> None:
    source = Source(["tone:500:1"], False, library)
    source.next_frame()
    source.stop()
    last = source.next_frame()
    assert last is not None and np.any(last[:20]) and not np.any(last[40:])
    assert source.next_frame() is None


def test_a_file_that_changed_is_read_again(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "prompt.wav"
    for level in (0.5, 0.25):
        soundfile.write(path, np.full(FRAME, level), RATE, subtype="PCM_16")
        sound = played(Source([str(path)], False, library))
        assert sound.max() == pytest.approx(level * 32768)


def test_the_cache_forgets_what_was_unused_longest() -> None:
    library = Library(AtOnce(), limit=3 * 4 * RATE)
    for hertz in (300, 400, 500, 600):
        played(Source([f"tone:{hertz}:1"], False, library))
    assert len(library._sounds) == 3
