"""Recordings: true length, staggered seconds, readable after a crash and on a full disk."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from telephony.media import recorder as recorder_module
from telephony.media.chores import AtOnce
from telephony.media.codec import FRAME, RATE
from telephony.media.control import RecordingBegan, RecordingBroken, RecordingClosed
from telephony.media.recorder import HEADER_BYTES, Recorder, recover, wav_header

pytestmark = pytest.mark.unit

FULL = Path("/dev/full")


def codes(left: int = 0x80, right: int = 0x00) -> np.ndarray:
    """Two rows of sound: full scale up on the left, down on the right."""
    return np.stack([np.full(FRAME, left, np.uint8), np.full(FRAME, right, np.uint8)])


def recorded(path: Path, frames: int, recorder: Recorder | None = None) -> Recorder:
    recorder = recorder or Recorder(AtOnce())
    recorder.open("r", str(path), (0, 1))
    for tick in range(frames):
        recorder.write(codes(), tick * 0.02)
    return recorder


@pytest.mark.parametrize("frames", [0, 1, 49, 50, 51, 150, 333])
def test_a_recording_has_two_channels_and_its_true_length(tmp_path: Path, frames: int) -> None:
    path = tmp_path / "calls" / "one.wav"
    recorder = recorded(path, frames)
    recorder.close("r")
    assert recorder.events()[-1] == RecordingClosed("r", str(path), frames * 0.02)
    with soundfile.SoundFile(path) as file:
        assert (file.channels, file.samplerate, file.subtype) == (2, RATE, "ULAW")
        sound = file.read(dtype="int16")
    assert len(sound) == frames * FRAME
    assert np.all(sound[:, 0] == 32124) and np.all(sound[:, 1] == -32124)


def test_the_first_frame_tells_its_moment(tmp_path: Path) -> None:
    recorder = Recorder(AtOnce())
    recorder.open("r", str(tmp_path / "r.wav"), (0, 1))
    recorder.write(codes(), 12.5)
    recorder.write(codes(), 12.52)
    assert recorder.events() == [RecordingBegan("r", 12.5)]
    recorder.close("r")


def test_ticks_that_never_were_are_silence_and_every_position_stays_true(tmp_path: Path) -> None:
    recorder = Recorder(AtOnce())
    recorder.open("r", str(tmp_path / "r.wav"), (0, 1), since=100.0)
    for tick in (*range(10, 20), *range(130, 140)):
        recorder.write(codes(), 100.003 + tick * 0.02)
    recorder.close("r", until=103.5)
    assert recorder.events() == [
        RecordingBegan("r", 100.0),
        RecordingClosed("r", str(tmp_path / "r.wav"), 3.5),
    ]
    sound, _ = soundfile.read(tmp_path / "r.wav", dtype="int16")
    loud = np.abs(sound).reshape(175, FRAME, 2).min(axis=(1, 2)) > 0
    assert np.flatnonzero(loud).tolist() == [*range(10, 20), *range(130, 140)]


def test_what_was_recorded_after_the_end_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "r.wav"
    recorder = recorded(path, 200)
    recorder.close("r", until=1.5)
    assert recorder.events()[-1] == RecordingClosed("r", str(path), 1.5)
    assert len(soundfile.read(path)[0]) == 1.5 * RATE


def test_a_recording_that_got_no_tick_at_all_is_as_long_as_the_talk(tmp_path: Path) -> None:
    recorder = Recorder(AtOnce())
    recorder.open("r", str(tmp_path / "r.wav"), (0, 1), since=7.0)
    recorder.close("r", until=8.0)
    assert recorder.events() == [
        RecordingBegan("r", 7.0),
        RecordingClosed("r", str(tmp_path / "r.wav"), 1.0),
    ]
    assert len(soundfile.read(tmp_path / "r.wav")[0]) == RATE


def test_a_pause_is_silence_of_its_true_length(tmp_path: Path) -> None:
    recorder = recorded(tmp_path / "r.wav", 10)
    recorder.pause("r", True)
    for _ in range(20):
        recorder.write(codes(), 0)
    recorder.pause("r", False)
    for _ in range(10):
        recorder.write(codes(), 0)
    recorder.close("r")
    sound, _ = soundfile.read(tmp_path / "r.wav", dtype="int16")
    loud = np.abs(sound).reshape(40, FRAME, 2).min(axis=(1, 2)) > 0
    silent = np.abs(sound).reshape(40, FRAME, 2).max(axis=(1, 2)) == 0
    assert loud.tolist() == [True] * 10 + [False] * 20 + [True] * 10
    assert silent.sum() == 20


def test_a_pause_ends_with_the_sound_of_its_moment_though_the_worker_is_behind(
    tmp_path: Path,
) -> None:
    """The order comes while ten ticks are due that were spoken in the pause."""
    recorder = Recorder(AtOnce())
    recorder.open("r", str(tmp_path / "r.wav"), (0, 1), since=5.0)
    recorder.pause("r", True)
    recorder.pause("r", False, 5.0 + 10 * FRAME / RATE)
    for n in range(20):
        recorder.write(codes(), 5.0 + n * FRAME / RATE)
    recorder.close("r")
    sound, _ = soundfile.read(tmp_path / "r.wav", dtype="int16")
    loud = np.abs(sound).reshape(20, FRAME, 2).min(axis=(1, 2)) > 0
    assert loud.tolist() == [False] * 10 + [True] * 10


def test_the_writes_of_many_recordings_fall_on_different_ticks(tmp_path: Path) -> None:
    recorder = Recorder(AtOnce())
    for n in range(20):
        recorder.open(f"r{n}", str(tmp_path / f"{n}.wav"), (0, 1))
    sizes = {}
    writes_a_tick = []
    for tick in range(100):
        recorder.write(codes(), tick * 0.02)
        now = {n: (tmp_path / f"{n}.wav").stat().st_size for n in range(20)}
        writes_a_tick.append(sum(now[n] != sizes.get(n, HEADER_BYTES) for n in range(20)))
        sizes = now
        if tick == 99:
            for n in range(20):
                recorder.close(f"r{n}")
    assert max(writes_a_tick) <= 1
    assert sum(writes_a_tick) >= 20


def test_a_file_whose_process_was_killed_is_made_whole(tmp_path: Path) -> None:
    path = tmp_path / "killed.wav"
    recorder = recorded(tmp_path / "r.wav", 120)
    path.write_bytes((tmp_path / "r.wav").read_bytes() + b"\x80")  # and half a pair of samples
    recorder.close("r")
    seconds = recover(path)
    assert 1.0 <= seconds <= 2.4
    sound, _ = soundfile.read(path)
    assert len(sound) == round(seconds * RATE) > 0
    assert recover(path) == seconds, "recovering twice changes nothing"


def test_a_file_killed_in_its_header_is_empty_but_readable(tmp_path: Path) -> None:
    path = tmp_path / "r.wav"
    path.write_bytes(wav_header(0)[:20])
    assert recover(path) == 0
    assert len(soundfile.read(path)[0]) == 0


@pytest.mark.parametrize("stranger", [b"", b"hello, this is no recording at all" * 9])
def test_only_our_own_recordings_are_touched(tmp_path: Path, stranger: bytes) -> None:
    path = tmp_path / "r.wav"
    path.write_bytes(stranger)
    with pytest.raises(ValueError, match="not a recording"):
        recover(path)
    assert path.read_bytes() == stranger


def test_a_pcm_file_is_not_taken_for_ours(tmp_path: Path) -> None:
    path = tmp_path / "pcm.wav"
    soundfile.write(path, np.zeros((800, 2)), RATE, subtype="PCM_16")
    with pytest.raises(ValueError, match="not a recording"):
        recover(path)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_disk_full_from_the_start_breaks_the_recording_once() -> None:
    recorder = recorded(FULL, 200)
    recorder.close("r")
    broken = [e for e in recorder.events() if not isinstance(e, RecordingBegan)]
    assert broken == [RecordingBroken("r", str(FULL), "No space left on device", 0.0)]


def test_a_disk_that_fills_in_a_call_leaves_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.wav"
    limit = HEADER_BYTES + 20_001
    write_all = recorder_module._write_all

    def write_until_full(file: io.FileIO, data: bytes) -> None:
        room = limit - file.tell()
        if len(data) > room:
            write_all(file, data[:room])
            raise OSError(28, "No space left on device")
        write_all(file, data)

    monkeypatch.setattr(recorder_module, "_write_all", write_until_full)
    recorder = recorded(path, 200)
    recorder.close("r")
    events = [e for e in recorder.events() if not isinstance(e, RecordingBegan)]
    assert events == [RecordingBroken("r", str(path), "No space left on device", 10_000 / RATE)]
    assert len(soundfile.read(path)[0]) == 10_000


def test_a_folder_that_cannot_be_made_breaks_only_the_recording(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    recorder = recorded(tmp_path / "file" / "r.wav", 60)
    recorder.close("r")
    assert [type(e) for e in recorder.events()] == [RecordingBroken, RecordingBegan]
