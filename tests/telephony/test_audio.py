"""Microphone and speaker: clocks that disagree, cards that are missing, and silence."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.audio import ElasticTape, Silence
from telephony.media.codec import FRAME
from telephony.media.control import CloseSound, OpenSound, SetRow, SoundFailed, SoundOpened
from telephony.media.errors import NoSoundCard
from tests.telephony.media.stage import Stage, pitches_in

pytestmark = pytest.mark.unit


class Headset(Silence):
    """A sound card that hums into its microphone and keeps what its speaker says."""

    microphone, speaker = "hum", "ear"

    def __init__(self) -> None:
        self.said: list[np.ndarray] = []
        self.closed = False
        self.fault: str | None = None

    def hear(self) -> np.ndarray:
        time = (np.arange(FRAME) + len(self.said) * FRAME) / 8000
        return np.asarray(6000 * np.sin(2 * np.pi * 1000 * time), np.float32)

    def say(self, frame: np.ndarray) -> None:
        self.said.append(frame.copy())

    def broken(self) -> str | None:
        return self.fault

    def close(self) -> None:
        self.closed = True


def stage_with(card: Headset | NoSoundCard) -> Stage:
    def open_card(microphone: str | None, speaker: str | None) -> Headset:
        if isinstance(card, NoSoundCard):
            raise card
        return card

    stage = Stage(open_card)
    stage.seat("line", 440.0)
    stage.send(SetRow("line", {"mic": 1.0}), SetRow("speaker", {"line": 1.0}))
    return stage


def test_a_person_talks_and_listens_on_a_line() -> None:
    headset = Headset()
    stage = stage_with(headset)
    stage.send(OpenSound())
    told = stage.run(1)
    assert [e for e in told if isinstance(e, SoundOpened)] == [SoundOpened("hum", "ear")]
    assert pitches_in(stage.far["line"].heard()[1600:], [440.0, 1000.0]) == {1000.0}
    assert pitches_in(np.concatenate(headset.said)[1600:], [440.0, 1000.0]) == {440.0}
    stage.send(CloseSound())
    stage.run(0.1)
    assert headset.closed and len(headset.said) == 50


def test_without_a_sound_card_the_call_goes_on_in_silence() -> None:
    stage = stage_with(NoSoundCard("this machine has no microphone; plug one in"))
    stage.send(OpenSound())
    told = stage.run(0.5)
    failed = [e for e in told if isinstance(e, SoundFailed)]
    assert failed == [SoundFailed("this machine has no microphone; plug one in")]
    assert not np.any(np.abs(stage.far["line"].heard()) > 8)
    assert len(stage.far["line"].packets) == 25


def test_a_headset_pulled_out_is_told_and_may_come_back() -> None:
    headset = Headset()
    stage = stage_with(headset)
    stage.send(OpenSound())
    stage.run(1)
    headset.fault = "the sound card stopped"
    assert SoundFailed("the sound card stopped") in stage.run(1.1)
    headset.fault = None
    stage.send(OpenSound())
    before = len(headset.said)
    stage.run(1)
    back = np.concatenate(headset.said[before:])
    assert pitches_in(back[1600:], [440.0]) == {440.0}, "the speaker's row was kept"


@pytest.mark.parametrize("drift", [0.99, 1.0, 1.01])
def test_a_tape_between_two_clocks_stays_short_and_mostly_whole(drift: float) -> None:
    tape = ElasticTape()
    written = 0.0
    taken = 0
    for tick in range(3000):
        written += drift
        while written >= 1:
            tape.put(np.full(FRAME, 1.0, np.float32))
            written -= 1
        taken += int(np.count_nonzero(tape.take(FRAME)))
        assert len(tape._stored) <= 8 * FRAME, tick
    assert taken >= 3000 * FRAME * 0.96
    if drift == 1.0:
        assert tape.dropped == tape.missed == 0


def test_a_dry_tape_gives_silence_until_a_little_is_stored() -> None:
    tape = ElasticTape()
    tape.put(np.ones(FRAME, np.float32))
    assert not np.any(tape.take(FRAME))
    tape.put(np.ones(FRAME, np.float32))
    assert np.all(tape.take(FRAME)) and np.all(tape.take(FRAME))
    assert not np.any(tape.take(FRAME))
