import io
import wave
from pathlib import Path

import numpy as np
import pytest

from classroom.practice.tape import as_pcm16, mix_in, splice
from telephony.media.codec import MU_LAW, encode
from telephony.media.recorder import HEADER_BYTES, wav_header

pytestmark = pytest.mark.unit

RATE = 8000


def tone(hertz: float, seconds: float, loud: int = 8000) -> np.ndarray:
    return (loud * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)).astype(
        np.int16
    )


def recording(path: Path, left: np.ndarray, right: np.ndarray) -> None:
    codes = encode(np.column_stack([left, right]).ravel(), MU_LAW)
    path.write_bytes(wav_header(codes.size) + codes.tobytes())


def clip(path: Path, sound: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.astype("<i2").tobytes())


def sides(path: Path) -> np.ndarray:
    with wave.open(io.BytesIO(as_pcm16(path))) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def strength(sound: np.ndarray, hertz: float) -> float:
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(sound)) / RATE)
    return float(abs(np.dot(sound, turn)) / len(sound))


def test_pcm_keeps_both_sides_apart(tmp_path: Path) -> None:
    recording(tmp_path / "a.wav", tone(440, 20), tone(1000, 20))
    sound = sides(tmp_path / "a.wav")
    assert len(sound) == 20 * RATE
    assert strength(sound[:, 0], 440) > 3800 and strength(sound[:, 0], 1000) < 50
    assert strength(sound[:, 1], 1000) > 3800 and strength(sound[:, 1], 440) < 50


def test_a_late_line_is_heard_on_the_agents_side_at_its_second(tmp_path: Path) -> None:
    recording(tmp_path / "a.wav", tone(440, 3), np.zeros(3 * RATE, np.int16))
    clip(tmp_path / "line.wav", tone(1000, 0.5))
    assert mix_in(tmp_path / "a.wav", tmp_path / "line.wav", 1.0) == 1.5
    sound = sides(tmp_path / "a.wav")
    assert len(sound) == 3 * RATE
    assert strength(sound[RATE : RATE * 3 // 2, 1], 1000) > 3800
    assert not sound[:RATE, 1].any() and not sound[RATE * 3 // 2 :, 1].any()
    assert strength(sound[:, 0], 440) > 3800


def test_a_line_that_outlasts_the_call_makes_the_recording_longer(tmp_path: Path) -> None:
    recording(tmp_path / "a.wav", tone(440, 1), tone(700, 1))
    clip(tmp_path / "line.wav", tone(1000, 1))
    assert mix_in(tmp_path / "a.wav", tmp_path / "line.wav", 0.5) == 1.5
    sound = sides(tmp_path / "a.wav")
    assert len(sound) == RATE * 3 // 2 and not sound[RATE:, 0].any()


@pytest.mark.parametrize("content", [b"", b"RIFF", b"x" * 100])
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(ValueError, match="not a recording"):
        as_pcm16(tmp_path / "a.wav")


@pytest.mark.feature("SEA-22")
def test_recordings_by_order_are_joined_each_at_its_second(tmp_path: Path) -> None:
    first, second = tmp_path / "o1.wav", tmp_path / "o1-2.wav"
    for path, code in ((first, 0x10), (second, 0x20)):
        path.write_bytes(wav_header(16_000) + bytes([code]) * 16_000)
    assert splice([(0.5, first), (3.0, second)]) == 4.0
    frames = np.frombuffer(first.read_bytes(), np.uint8, offset=HEADER_BYTES).reshape(-1, 2)
    seconds = [set(frames[at * 4000 : (at + 1) * 4000].ravel().tolist()) for at in range(8)]
    assert seconds == [{0xFF}, {0x10}, {0x10}, {0xFF}, {0xFF}, {0xFF}, {0x20}, {0x20}]
    assert not second.exists()
