"""G.722: what of its 16 kHz reaches the matrix, and the matrix's sound in it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from G722 import G722

from telephony.media.codec import FRAME, LAWS, RATE
from telephony.media.control import LegReport, SetRow
from telephony.media.jitter import JitterRing
from telephony.media.wideband import Decoder, Encoder
from tests.telephony.media.stage import Stage, loudness, pitches_in

pytestmark = pytest.mark.unit

WIDE = 2 * RATE
LEVEL = 8000.0


def tone(hertz: float, rate: int, frames: int = 50) -> np.ndarray:
    time = np.arange(frames * rate // 50) / rate
    return (LEVEL * np.sin(2 * np.pi * hertz * time)).astype(np.int16)


def amplitude(sound: np.ndarray, hertz: float, rate: int) -> float:
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(sound)) / rate)
    return float(2 * abs(np.dot(sound.astype(float), turn)) / len(sound)) / LEVEL


def heard_of(hertz: float) -> np.ndarray:
    """What the matrix hears when a wideband telephone says a tone."""
    telephone, decoder = G722(WIDE, 64000), Decoder()
    frames = tone(hertz, WIDE).reshape(-1, 2 * FRAME)
    sound = [decoder.decode(bytes(telephone.encode(frame))) for frame in frames]
    return np.concatenate(sound)[10 * FRAME :]


def said_of(hertz: float) -> np.ndarray:
    """What a wideband telephone hears when the matrix has a tone."""
    telephone, encoder = G722(WIDE, 64000), Encoder()
    frames = tone(hertz, RATE).astype(np.float32).reshape(-1, FRAME)
    sound = [np.asarray(telephone.decode(encoder.encode(frame).tobytes())) for frame in frames]
    return np.concatenate(sound)[20 * FRAME :]


@pytest.mark.parametrize("hertz", [300, 1000, 2000, 3000, 3400])
def test_the_voice_passes_both_ways(hertz: int) -> None:
    assert amplitude(heard_of(hertz), hertz, RATE) == pytest.approx(1.0, abs=0.06)
    assert amplitude(said_of(hertz), hertz, WIDE) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("hertz", [4700, 5000, 6000])
def test_what_is_too_high_for_the_matrix_does_not_fold_back(hertz: int) -> None:
    assert amplitude(heard_of(hertz), 8000 - hertz, RATE) < 0.002


@pytest.mark.parametrize("hertz", [1000, 3000, 3300])
def test_the_telephone_hears_no_mirror_of_the_matrix(hertz: int) -> None:
    assert amplitude(said_of(hertz), 8000 - hertz, WIDE) < 0.002


def test_silence_is_silent() -> None:
    encoder, decoder = Encoder(), Decoder()
    codes = [encoder.encode(np.zeros(FRAME, np.float32)) for _ in range(20)]
    assert all(len(frame) == FRAME for frame in codes)
    assert np.abs(np.concatenate([decoder.decode(f.tobytes()) for f in codes])).max() < 20


def test_a_new_stream_has_a_new_decoder() -> None:
    ring, rows = JitterRing(1), np.array([0], np.intp)
    heard = []
    for _ in range(2):
        row, encoder = ring.open(), Encoder()
        frames = tone(500, RATE, 8).astype(np.float32).reshape(-1, FRAME)
        heard.append([])
        for n, frame in enumerate(frames):
            ring.put(row, n * FRAME, encoder.encode(frame).tobytes(), LAWS["G722"])
            heard[-1].append(ring.read(rows)[0])
        ring.close(row)
    assert np.array_equal(heard[0], heard[1])


@pytest.mark.story
@pytest.mark.parametrize("other", ["PCMA", "PCMU", "G722"])
def test_a_wideband_leg_talks_with_any_other(other: str) -> None:
    stage = Stage()
    wide = stage.seat("wide", 440.0, "G722")
    plain = stage.seat("plain", 880.0, other)
    boss = stage.seat("boss", 1300.0)
    stage.send(
        SetRow("wide", {"plain": 1.0}),
        SetRow("plain", {"wide": 1.0}),
        SetRow("boss", {"plain": 1.0, "wide": 1.0}),
    )
    stage.run(1.0)
    late = 20 * FRAME
    every = [440.0, 880.0, 1300.0]
    assert pitches_in(wide.heard()[late:], every) == {880.0}
    assert pitches_in(plain.heard()[late:], every) == {440.0}
    assert pitches_in(boss.heard()[late:], every) == {440.0, 880.0}
    assert loudness(wide.heard()[late:], 880.0) == pytest.approx(6000, rel=0.05)
    assert {packet.payload_type for packet in wide.packets} == {9}
    stamps = [packet.timestamp for packet in wide.packets]
    assert {b - a for a, b in itertools.pairwise(stamps)} == {FRAME}, "8000 a second"
    reports = [event for event in stage.close() if isinstance(event, LegReport)]
    assert all(report.lost == 0 for report in reports)


@pytest.mark.story
@pytest.mark.parametrize("ptime", [10, 30])
def test_wideband_packets_of_another_length(ptime: int) -> None:
    stage = Stage()
    wide = stage.seat("wide", 440.0, "G722", ptime=ptime)
    stage.seat("plain", 880.0)
    stage.send(SetRow("wide", {"plain": 1.0}))
    stage.run(1.0)
    assert {len(packet.payload) for packet in wide.packets} == {ptime * 8}
    assert pitches_in(wide.heard()[20 * FRAME :], [440.0, 880.0]) == {880.0}


@pytest.mark.story
def test_a_lost_wideband_packet_is_concealed_and_the_sound_goes_on() -> None:
    stage = Stage()
    stage.seat("wide", 440.0, "G722")
    plain = stage.seat("plain", 880.0)
    stage.send(SetRow("plain", {"wide": 1.0}))
    stage.run(1.0)
    stage.far["wide"].say()
    stage.run(0.5)
    before = len(plain.heard())
    stage.run(0.5)
    assert loudness(plain.heard()[before:], 440.0) == pytest.approx(6000, rel=0.05)
    (report,) = [event for event in stage.close() if getattr(event, "leg", "") == "wide"]
    assert isinstance(report, LegReport)
    assert (report.lost, report.concealed) == (1, 1)
