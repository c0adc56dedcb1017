"""G.711 by look-up tables: whole matrices of samples in one indexing step.

A *law* is 0 for mu-law (PCMU) and 1 for A-law (PCMA), so that one table serves legs of both laws at
once: the index of a sample is ``law * size + code``.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Bytes: TypeAlias = npt.NDArray[np.uint8]
Pcm: TypeAlias = npt.NDArray[np.int16]

RATE: Final = 8000
FRAME: Final = 160
"""Samples of one 20 ms frame."""

MU_LAW: Final = 0
A_LAW: Final = 1
G722: Final = 2
"""No law of samples: a leg's own coder and decoder turn it, see ``wideband``."""

LAWS: Final = {"PCMU": MU_LAW, "PCMA": A_LAW, "G722": G722}
SILENCE: Final = (0xFF, 0xD5, 0xFA)
"""The code of a zero sample, by law."""


def _mu_law_values() -> Pcm:
    code = np.arange(256, dtype=np.int32) ^ 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _a_law_values() -> Pcm:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment = (code >> 4) & 7
    step = ((code & 0x0F) << 4) + 8
    magnitude = np.where(segment > 0, (step + 0x100) << np.maximum(segment - 1, 0), step)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _mu_law_codes(pcm: npt.NDArray[np.int32]) -> Bytes:
    sign = np.where(pcm < 0, 0x80, 0)
    magnitude = np.minimum(np.where(pcm < 0, ~pcm, pcm) >> 2, 8158) + 33
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 5
    codes = ~(sign | (exponent << 4) | ((magnitude >> (exponent + 1)) & 0x0F)) & 0xFF
    return np.asarray(codes, np.uint8)


def _a_law_codes(pcm: npt.NDArray[np.int32]) -> Bytes:
    magnitude = np.where(pcm < 0, ~pcm, pcm) >> 3
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0)
    mantissa = (magnitude >> np.maximum(segment, 1)) & 0x0F
    codes = ((segment << 4) | mantissa) ^ np.where(pcm < 0, 0x55, 0xD5)
    return np.asarray(codes, np.uint8)


def _encoding_table() -> Bytes:
    pcm = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    return np.concatenate([_mu_law_codes(pcm), _a_law_codes(pcm)])


_DECODE: Final = np.concatenate([_mu_law_values(), _a_law_values()])
_DECODE_FLOAT: Final = _DECODE.astype(np.float32)
_ENCODE: Final = _encoding_table()


_HALF: Final = 32768
_ENCODE_UP: Final = np.roll(_ENCODE.reshape(2, -1), _HALF, axis=1)
"""The same codes from the lowest sample up."""


def decode(codes: Bytes, law: int) -> Pcm:
    """Turn codes of one law into linear samples."""
    return _DECODE[codes.astype(np.uint16) + law * 256]


def encode(pcm: Pcm, law: int) -> Bytes:
    """Turn linear samples into codes of one law."""
    return _ENCODE[pcm.view(np.uint16).astype(np.int32) + law * 65536]


def decode_frames(codes: Bytes, laws: Bytes | npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Turn rows of codes, each of its own law, into linear samples; G.722 is not turned."""
    by_a_law = laws == A_LAW
    sound: npt.NDArray[np.float32]
    if by_a_law.all():
        sound = _DECODE_FLOAT[256:].take(codes)
    elif not by_a_law.any():
        sound = _DECODE_FLOAT.take(codes)
    else:
        sound = _DECODE_FLOAT.take(codes + (by_a_law.astype(np.uint16) << 8)[:, None])
    return sound


def encode_frames(heard: npt.NDArray[np.float32], laws: Bytes) -> Bytes:
    """Round and clip rows of linear samples to 16 bits and turn each into codes of its own law.

    Rows of G.722 are left to their coders.
    """
    codes = np.empty(heard.shape, np.uint8)
    for law in (MU_LAW, A_LAW):
        rows = np.flatnonzero(laws == law)
        if len(rows):
            places = (heard[rows] + (_HALF + np.float32(0.5))).astype(np.intp)
            codes[rows] = _ENCODE_UP[law].take(places, mode="clip")
    return codes
