import numpy as np
import pytest

from classroom.speech.errors import Unspeakable
from classroom.speech.tone import ToneVoice, pitch_of
from classroom.speech.voice import (
    CEILING,
    RATE,
    Spoken,
    band_limited,
    for_the_line,
    levelled,
    loudness_of,
    trimmed,
)

pytestmark = pytest.mark.unit


def sine(hertz: float, seconds: float = 1.0, rate: int = RATE, amplitude: float = 0.5):
    time = np.arange(int(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def level(sound) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(sound[400:-400] ** 2))))


def test_the_line_carries_the_voice_band_only():
    assert level(band_limited(sine(1000))) == pytest.approx(level(sine(1000)), abs=0.2)
    assert level(band_limited(sine(100))) < level(sine(100)) - 30
    assert level(band_limited(sine(3800))) < level(sine(3800)) - 30


def test_every_clip_is_equally_loud_and_never_clips():
    rng = np.random.default_rng(1)
    for gain in (0.003, 0.1, 3.0):
        spiky = (rng.standard_normal(RATE) ** 3 * gain).astype(np.float32)
        clip = for_the_line(spiky, 24000)
        assert loudness_of(clip) == pytest.approx(-20.0, abs=1.5)
        assert np.abs(clip).max() <= CEILING


def test_pauses_do_not_count_as_loudness():
    half = np.concatenate([sine(440), np.zeros(RATE, np.float32)])
    assert loudness_of(half) == pytest.approx(loudness_of(sine(440)), abs=0.1)


def test_silence_at_both_ends_is_cut():
    silence = np.zeros(RATE, np.float32)
    cut = trimmed(np.concatenate([silence, sine(440, 0.5), silence]))
    assert len(cut) / RATE == pytest.approx(0.58, abs=0.02)


def test_silence_stays_silence():
    assert levelled(np.zeros(800, np.float32)).max() == 0
    assert trimmed(np.zeros(800, np.float32)).size == 0


def test_tones_are_the_same_on_every_machine_and_as_long_as_the_text():
    voice = ToneVoice()
    short, long = voice.say(Spoken("您好", "a")), voice.say(Spoken("您好，我的宽带费又扣多了", "a"))
    assert np.array_equal(short, voice.say(Spoken("您好", "a")))
    assert len(long) / len(short) == pytest.approx(6, rel=0.1)
    fast = voice.say(Spoken("您好，我的宽带费又扣多了", "a", 2.0))
    assert len(fast) == pytest.approx(len(long) / 2, rel=0.05)


def test_each_voice_has_its_own_pitch():
    assert len({pitch_of(name) for name in ("zf_xiaobei", "zm_yunxi", "af_heart")}) == 3
    voice = ToneVoice()
    assert not np.array_equal(voice.say(Spoken("喂", "a")), voice.say(Spoken("喂", "b")))


def test_nothing_to_say_is_refused_with_a_sentence():
    with pytest.raises(Unspeakable, match="at least one word"):
        ToneVoice().say(Spoken("  ", "a"))
