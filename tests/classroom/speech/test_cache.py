import io
import threading
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from classroom.speech.cache import ClipCache, as_wav, seconds_of, whole
from classroom.speech.voice import Spoken

pytestmark = pytest.mark.unit

LINE = Spoken("您好", "zf_xiaobei")
SOUND = np.linspace(-0.5, 0.5, 8000, dtype=np.float32)


def test_a_clip_is_kept_and_found(tmp_path: Path):
    cache = ClipCache(tmp_path)
    assert cache.find("v1", LINE) is None
    kept = cache.keep("v1", LINE, SOUND)
    assert cache.find("v1", LINE) == kept
    assert kept.seconds == 1.0 == seconds_of(kept.path)


def test_any_player_reads_it(tmp_path: Path):
    with wave.open(io.BytesIO(as_wav(SOUND))) as clip:
        assert (clip.getnchannels(), clip.getframerate(), clip.getsampwidth()) == (1, 8000, 2)
        samples = np.frombuffer(clip.readframes(8000), "<i2")
    assert np.abs(samples / 32767 - SOUND).max() < 1e-4


@pytest.mark.parametrize(
    "other",
    [Spoken("您好", "zm_yunxi"), Spoken("您好", "zf_xiaobei", 0.9), Spoken("您好！", "zf_xiaobei")],
)
def test_another_line_is_another_clip(tmp_path: Path, other: Spoken):
    cache = ClipCache(tmp_path)
    cache.keep("v1", LINE, SOUND)
    assert cache.find("v1", other) is None
    assert cache.find("v2", LINE) is None


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "foreign"])
def test_a_damaged_clip_is_as_good_as_absent_and_made_again(tmp_path: Path, damage: str):
    cache = ClipCache(tmp_path)
    path = cache.keep("v1", LINE, SOUND).path
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(
        {"cut": path.read_bytes()[:-99], "flipped": data, "emptied": b"", "foreign": b"x" * 99}[
            damage
        ]
    )
    assert cache.find("v1", LINE) is None
    cache.keep("v1", LINE, SOUND)
    assert cache.find("v1", LINE) is not None


def test_two_may_write_the_same_line_at_once(tmp_path: Path):
    """The first lesson and what is rendered ahead of it join the same announcements."""
    cache, together = ClipCache(tmp_path), threading.Barrier(4)

    def keep(_: int) -> float:
        together.wait(30)
        return cache.keep("v1", LINE, SOUND).seconds

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(keep, range(400))) == [1.0] * 400
    assert cache.find("v1", LINE) is not None


def test_nothing_is_left_beside_the_clip(tmp_path: Path):
    path = ClipCache(tmp_path).keep("v1", LINE, SOUND).path
    assert list(path.parent.iterdir()) == [path]


def test_the_checksum_covers_every_sample():
    data = as_wav(SOUND)
    assert whole(data) == 8000
    assert all(whole(data[:i] + bytes([data[i] ^ 4]) + data[i + 1 :]) is None for i in (44, 9000))
