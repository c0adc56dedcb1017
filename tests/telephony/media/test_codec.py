"""G.711 against its published values and against libsndfile."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from telephony.media.codec import (
    A_LAW,
    MU_LAW,
    SILENCE,
    decode,
    decode_frames,
    encode,
    encode_frames,
)

pytestmark = pytest.mark.unit

EVERY_CODE = np.arange(256, dtype=np.uint8)


def by_libsndfile(pcm: np.ndarray, subtype: str) -> np.ndarray:
    file = io.BytesIO()
    soundfile.write(file, pcm, 8000, format="RAW", subtype=subtype)
    return np.frombuffer(file.getvalue(), np.uint8)


@pytest.mark.parametrize(
    ("law", "code", "value"),
    [  # G.711 tables 1a-2b, scaled to 16 bits
        (MU_LAW, 0xFF, 0), (MU_LAW, 0x80, 32124), (MU_LAW, 0x00, -32124), (MU_LAW, 0xFE, 8),
        (MU_LAW, 0xEF, 132), (MU_LAW, 0x8F, 16764), (A_LAW, 0xD5, 8), (A_LAW, 0x55, -8),
        (A_LAW, 0xAA, 32256), (A_LAW, 0x2A, -32256), (A_LAW, 0xC5, 264), (A_LAW, 0xF5, 528),
    ],
)  # fmt: skip
def test_published_values(law: int, code: int, value: int) -> None:
    assert decode(np.array([code], np.uint8), law)[0] == value


@pytest.mark.parametrize(("law", "subtype"), [(MU_LAW, "ULAW"), (A_LAW, "ALAW")])
def test_every_code_means_what_libsndfile_says(law: int, subtype: str) -> None:
    raw = io.BytesIO(EVERY_CODE.tobytes())
    theirs, _ = soundfile.read(
        raw, samplerate=8000, channels=1, format="RAW", subtype=subtype, dtype="int16"
    )
    assert np.array_equal(decode(EVERY_CODE, law), theirs)


@pytest.mark.parametrize(("law", "subtype"), [(MU_LAW, "ULAW"), (A_LAW, "ALAW")])
def test_every_sample_comes_out_as_near_as_the_law_allows(law: int, subtype: str) -> None:
    pcm = np.arange(-32768, 32768).astype(np.int16)
    ours = decode(encode(pcm, law), law).astype(int)
    theirs = decode(by_libsndfile(pcm, subtype), law).astype(int)
    # Codecs may disagree on a decision value itself, never on how near they come.
    error = np.abs(ours - pcm) - np.abs(theirs - pcm)
    assert error.max() <= 16
    assert (ours == theirs).mean() > 0.98


@pytest.mark.parametrize("law", [MU_LAW, A_LAW])
def test_decoded_sound_is_encoded_to_itself(law: int) -> None:
    again = encode(decode(EVERY_CODE, law), law)
    same = again == EVERY_CODE
    if law == MU_LAW:
        same[0x7F] = True  # minus zero is zero
    assert same.all()


def test_rows_of_both_laws_go_through_at_once() -> None:
    laws = np.array([MU_LAW, A_LAW], np.uint8)
    codes = np.stack([EVERY_CODE[:160], EVERY_CODE[96:]])
    frames = decode_frames(codes, laws)
    assert np.array_equal(frames[0], decode(codes[0], MU_LAW))
    assert np.array_equal(frames[1], decode(codes[1], A_LAW))
    back = encode_frames(frames, laws)
    assert np.array_equal(back[1], codes[1])
    assert np.array_equal(np.delete(back[0], 0x7F), np.delete(codes[0], 0x7F))


def test_loud_sums_are_clipped_and_never_wrap() -> None:
    loud = np.array([[60000.0, -60000.0]], np.float32)
    for law in (MU_LAW, A_LAW):
        codes = encode_frames(loud, np.array([law], np.uint8))
        high, low = decode(codes[0], law)
        assert high > 32000 and low < -32000


def test_silence_is_the_code_of_zero() -> None:
    for law in (MU_LAW, A_LAW):
        assert encode(np.zeros(1, np.int16), law)[0] == SILENCE[law]
