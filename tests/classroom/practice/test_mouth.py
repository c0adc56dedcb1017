from pathlib import Path

import pytest

from classroom.practice.lines import lines_of, render_first, render_rest
from classroom.practice.mouth import SILENT, Mouth, sounding
from classroom.speech.cache import ClipCache
from classroom.speech.client import Speech
from classroom.speech.tone import ToneVoice
from classroom.speech.voice import RATE, Spoken
from scenarios.acts import Say
from scenarios.load import find

pytestmark = pytest.mark.unit

SAY = Say("Hello there", "asks", "beats.asks/0")


@pytest.fixture
def tones(tmp_path: Path) -> ClipCache:
    return ClipCache(tmp_path / "tones")


def test_a_rendered_clip_is_spoken_and_measured(tones: ClipCache):
    sound = ToneVoice().say(Spoken("a voice", "x"))
    clip = tones.keep("v", Spoken("a voice", "x"), sound)
    mouth = Mouth({SAY.key: str(clip.path)}, tones, "x", 1.0)
    assert mouth.clip(SAY) == str(clip.path)
    assert mouth.seconds(SAY) == pytest.approx(len(sound) / RATE)


@pytest.mark.parametrize("broken", ["absent", "torn"])
def test_a_clip_that_is_not_there_is_hummed(tones: ClipCache, tmp_path: Path, broken: str):
    path = tmp_path / "clip.wav"
    if broken == "torn":
        path.write_bytes(b"RIFFxxxx")
    mouth = Mouth({SAY.key: str(path)}, tones, "x", 1.0)
    assert mouth.clip(SAY) != str(path)
    assert mouth.seconds(SAY) == sounding(Path(mouth.clip(SAY))) > 0.2


def test_a_clip_that_is_rendered_meanwhile_is_spoken(tones: ClipCache):
    line = Spoken("late", "x")
    mouth = Mouth({SAY.key: str(tones.place("v", line))}, tones, "x", 1.0)
    clip = tones.keep("v", line, ToneVoice().say(line))
    assert mouth.clip(SAY) == str(clip.path)


def test_what_cannot_be_said_is_a_short_silence(tones: ClipCache):
    assert Mouth({}, tones, "x", 1.0).clip(Say("…", "asks", "k")) == SILENT


def test_the_talk_that_goes_well_comes_first():
    said = lines_of(find("order-inquiry"), 7, {"agent": "1 0 0 7", "company": "Harbor Goods"})
    assert said.first[0] == Spoken(
        "Hello, Harbor Goods, agent 1 0 0 7. How can I help?", "en_light"
    )
    assert {line.voice for line in said.first} == {"en_light", "af_heart"}
    assert len(said.first) < len(said.customer)


@pytest.mark.wire
async def test_a_call_is_rendered_in_two_steps(tmp_path: Path):
    speech = Speech(tmp_path, engine="tone")
    await speech.start()
    said = lines_of(find("order-inquiry"), 7)
    clips = await render_first(speech, said)
    there = {key for key, path in clips.items() if path and sounding(Path(path))}
    assert set(clips) == set(said.customer)
    assert 5 <= len(there) < len(clips)
    await render_rest(speech, said)
    assert all(path and sounding(Path(path)) for path in clips.values())
    await speech.close()
