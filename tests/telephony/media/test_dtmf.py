"""Keys: one event a press, whatever the network does to its packets."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from telephony.media.codec import FRAME, RATE
from telephony.media.dtmf import KeyHeard, KeyPress, build_event, keys_in, parse_event
from telephony.media.errors import MalformedPacket

pytestmark = pytest.mark.unit

Sent = tuple[int, bytes, int, bool]


def pressed(digits: str) -> list[Sent]:
    """The packets of a press: tick, payload, timestamp, marker."""
    press = KeyPress()
    press.press(keys_in(digits))
    packets = []
    tick = 0
    while press.busy:
        event = press.next_event(tick * FRAME)
        if event is not None:
            packets.append((tick, *event))
        tick += 1
    return packets


def heard(packets: list[Sent], ssrc: int = 1) -> str:
    ear = KeyHeard()
    keys = [
        ear.hear(ssrc, timestamp, payload, marker=marker, now=tick * 0.02)
        for tick, payload, timestamp, marker in packets
    ]
    return "".join(key for key in keys if key)


def test_a_press_is_100_ms_with_a_marker_and_three_end_packets() -> None:
    packets = pressed("5")
    events = [parse_event(payload) for _, payload, _, _ in packets]
    assert [key for key, _, _ in events] == ["5"] * 7
    assert [end for _, end, _ in events] == [False] * 4 + [True] * 3
    assert [duration for _, _, duration in events] == [160, 320, 480, 640, 800, 800, 800]
    assert [marker for *_, marker in packets] == [True] + [False] * 6
    assert len({timestamp for _, _, timestamp, _ in packets}) == 1


def test_keys_are_apart() -> None:
    starts = [tick for tick, *_, marker in pressed("159#") if marker]
    assert all(b - a >= 7 + 2 for a, b in itertools.pairwise(starts))


def test_every_key_is_heard_once() -> None:
    assert heard(pressed("0123456789*#ABCD")) == "0123456789*#ABCD"


def test_the_same_key_twice_is_two() -> None:
    assert heard(pressed("55")) == "55"


def test_lost_end_packets_lose_no_press_and_make_none() -> None:
    packets = [p for p in pressed("5512") if not parse_event(p[1])[1]]
    assert heard(packets) == "5512"


def test_only_end_packets_are_enough() -> None:
    packets = [p for p in pressed("5512") if parse_event(p[1])[1]]
    assert heard(packets) == "5512"


def test_repeated_packets_count_once() -> None:
    assert heard([p for p in pressed("77") for _ in range(3)]) == "77"


@pytest.mark.parametrize("seed", range(5))
def test_a_third_of_the_packets_lost_and_some_swapped(seed: int) -> None:
    dice = random.Random(seed)
    packets = [p for p in pressed("902#1") if dice.random() > 0.33]
    for i in range(0, len(packets) - 1, 3):
        packets[i], packets[i + 1] = packets[i + 1], packets[i]
    seen = "".join(dict.fromkeys(parse_event(p[1])[0] or "" for p in packets))
    result = heard(packets)
    assert set(result) == set(seen)
    assert len(result) == len(set(result))


def test_a_telephone_that_moves_the_timestamp_within_a_press() -> None:
    packets = [
        (tick, build_event("8", (tick + 1) * FRAME, end=tick == 4), tick * FRAME, tick == 0)
        for tick in range(5)
    ]
    assert heard(packets) == "8"


def test_a_new_source_is_heard_at_once() -> None:
    ear = KeyHeard()
    event = build_event("1", 160, end=False)
    assert ear.hear(1, 50000, event, marker=True, now=0.0) == "1"
    assert ear.hear(2, 10, event, marker=True, now=0.1) == "1"


def test_a_flash_is_no_key_and_a_stump_is_refused() -> None:
    ear = KeyHeard()
    assert ear.hear(1, 0, bytes((16, 0, 0, 160)), marker=True, now=0.0) is None
    with pytest.raises(MalformedPacket):
        parse_event(b"\x01\x0a")


def test_in_band_tones_have_the_two_pitches_of_their_key() -> None:
    press = KeyPress()
    press.press("6")
    tones = [tone for tone in (press.next_tone() for _ in range(12)) if tone is not None]
    spectrum = np.abs(np.fft.rfft(np.concatenate(tones)))
    bins = np.fft.rfftfreq(len(tones) * FRAME, 1 / RATE)
    top = sorted(bins[np.argsort(spectrum)[-2:]])
    assert top == pytest.approx([770, 1477], abs=10)
    assert not press.busy
