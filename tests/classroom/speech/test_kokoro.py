"""The neural voices, where the speech packages are installed."""

import numpy as np
import pytest

from classroom.speech import models
from classroom.speech.errors import Unspeakable
from classroom.speech.kokoro import KokoroVoice
from classroom.speech.voice import CEILING, RATE, Spoken, loudness_of

absent = models.missing()
pytestmark = [
    pytest.mark.unit,
    pytest.mark.filterwarnings("default"),
    pytest.mark.skipif(bool(absent), reason=f"speech packages absent: {', '.join(absent)}"),
]


@pytest.fixture(scope="module")
def kokoro() -> KokoroVoice:
    return KokoroVoice()


@pytest.mark.parametrize(
    ("voice", "text", "least", "most"),
    [
        ("zm_yunxi", "工号1007，扣了38.50元？", 2.0, 6.0),
        ("af_heart", "Agent 1007 serves you.", 1.2, 3.5),
        ("en_light", "I am sorry to hear that.", 0.8, 2.5),
    ],
)
def test_a_line_sounds_as_long_and_as_loud_as_speech(kokoro, voice, text, least, most):
    sound = kokoro.say(Spoken(text, voice))
    assert least < len(sound) / RATE < most
    assert loudness_of(sound) == pytest.approx(-20.0, abs=1.0)
    assert np.abs(sound).max() <= CEILING


def test_the_same_line_sounds_the_same(kokoro):
    lines = (Spoken("好的", "zf_xiaobei"), Spoken("All right.", "en_light"))
    for line in lines:
        assert np.array_equal(kokoro.say(line), kokoro.say(line))


def test_every_phoneme_is_known_to_the_model(kokoro):
    kokoro.say(Spoken("好", "zm_yunxi"))
    for text, voice in (
        ("工号1007，APP的VIP，￥38.50！", "zm_yunxi"),
        ("It's £42.00", "bm_george"),
    ):
        phonemes = kokoro.phonemes(text, voice)
        assert [mark for mark in phonemes if mark not in kokoro._vocabulary] == []


def test_a_long_line_is_cut_at_its_sentences(kokoro):
    runs = kokoro._runs(Spoken("您的账单我已经看到了，确实多扣了三十元。" * 12, "zf_xiaobei"))
    assert len(runs) > 1
    assert all(len(run) <= 380 for run in runs)


def test_unknown_voices_and_wordless_lines_are_refused(kokoro):
    with pytest.raises(Unspeakable, match="choose one of"):
        kokoro.say(Spoken("好", "zf_xiaoni"))
    with pytest.raises(Unspeakable, match="nothing to say"):
        kokoro.say(Spoken("……", "zf_xiaobei"))
