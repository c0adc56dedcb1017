"""The gain matrix: every feature of a call is a few entries of G."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.media.bridge import RAMP, Bridge

pytestmark = pytest.mark.unit

AGENT, CUSTOMER, BOSS = 1.0, 10.0, 100.0
"""What each says, all the time: a number of its own."""


SAYS = {"agent": AGENT, "customer": CUSTOMER, "boss": BOSS, "music": 1000.0, "prompt": 10000.0}
LISTENERS = ("agent", "customer", "boss", "rec/left", "rec/right")


class Room:
    """An agent, a customer, a supervisor, music, a prompt and a recording on one matrix."""

    def __init__(self) -> None:
        self.bridge = Bridge(2)
        for name, level in SAYS.items():
            column = self.bridge.open_column(name)
            self.bridge.spoken[column] = level
        self.rows = {name: self.bridge.open_row(name) for name in LISTENERS}

    def hear(self, **rows: dict[str, float]) -> dict[str, float]:
        """Set rows (``rec_left`` is ``rec/left``) and tell what all hear when the ramp is over."""
        for name, hears in rows.items():
            self.bridge.set_row(name.replace("_", "/"), hears)
        self.bridge.mix()
        heard = self.bridge.mix()
        return {name: float(heard[row, 0]) for name, row in self.rows.items()}


TALK = {
    "agent": {"customer": 1.0},
    "customer": {"agent": 1.0},
    "rec_left": {"customer": 1.0},
    "rec_right": {"agent": 1.0},
}


def test_two_party_call_and_its_recording() -> None:
    assert Room().hear(**TALK) == {
        "agent": CUSTOMER, "customer": AGENT, "boss": 0,
        "rec/left": CUSTOMER, "rec/right": AGENT,
    }  # fmt: skip


def test_hold_gives_music_to_the_customer_and_silence_to_the_agent() -> None:
    room = Room()
    room.hear(**TALK)
    held = room.hear(customer={"music": 1.0}, agent={}, rec_right={})
    assert (held["customer"], held["agent"]) == (1000.0, 0)
    assert (held["rec/left"], held["rec/right"]) == (CUSTOMER, 0)  # what they hear, less music
    assert room.hear(**TALK)["customer"] == AGENT


def test_a_prompt_is_heard_by_the_rows_it_names() -> None:
    heard = Room().hear(customer={"prompt": 1.0}, rec_right={"prompt": 1.0})
    assert heard["customer"] == heard["rec/right"] == 10000.0
    assert heard["agent"] == heard["rec/left"] == 0


def test_a_monitor_hears_both_and_is_heard_by_none() -> None:
    room = Room()
    before = room.hear(**TALK)
    after = room.hear(boss={"agent": 1.0, "customer": 1.0})
    assert after.pop("boss") == AGENT + CUSTOMER
    before.pop("boss")
    assert after == before


def test_a_whisper_reaches_the_agent_alone_and_no_recording() -> None:
    room = Room()
    room.hear(**TALK, boss={"agent": 1.0, "customer": 1.0})
    heard = room.hear(agent={"customer": 1.0, "boss": 1.0})
    assert heard["agent"] == CUSTOMER + BOSS
    assert heard["customer"] == heard["rec/right"] == AGENT
    assert heard["rec/left"] == CUSTOMER


def test_who_barges_in_is_heard_by_every_row() -> None:
    heard = Room().hear(
        agent={"customer": 1.0, "boss": 1.0},
        customer={"agent": 1.0, "boss": 1.0},
        boss={"agent": 1.0, "customer": 1.0},
        rec_left={"customer": 1.0},
        rec_right={"agent": 1.0, "boss": 1.0},
    )
    assert heard == {
        "agent": CUSTOMER + BOSS, "customer": AGENT + BOSS, "boss": AGENT + CUSTOMER,
        "rec/left": CUSTOMER, "rec/right": AGENT + BOSS,
    }  # fmt: skip


def test_in_a_conference_each_hears_all_the_others() -> None:
    bridge = Bridge()
    names = [f"party{n}" for n in range(30)]
    for n, name in enumerate(names):
        column = bridge.open_column(name)
        bridge.spoken[column] = 2.0**n
        bridge.open_row(name)
    for name in names:
        bridge.set_row(name, {other: 1.0 for other in names if other != name})
    bridge.mix()
    heard = bridge.mix()
    everyone = 2.0**30 - 1
    for n, name in enumerate(names):
        assert heard[bridge.open_row(name), 0] == pytest.approx(everyone - 2.0**n, rel=1e-6)


def test_gains_scale() -> None:
    assert Room().hear(agent={"customer": 0.5, "music": 0.25})["agent"] == 5.0 + 250.0


def test_a_change_is_ramped_over_five_milliseconds() -> None:
    room = Room()
    room.bridge.set_row("agent", {"music": 1.0})
    first = room.bridge.mix()[room.rows["agent"]]
    assert first == pytest.approx(1000 * RAMP)
    assert first[0] == pytest.approx(25) and np.all(first[39:] == 1000)
    assert np.all(room.bridge.mix()[room.rows["agent"]] == 1000)
    room.bridge.set_row("agent", {})
    assert room.bridge.mix()[room.rows["agent"]] == pytest.approx(1000 * (1 - RAMP))
    assert not np.any(room.bridge.mix())


def test_a_row_set_before_its_speaker_comes_hears_it_when_it_comes() -> None:
    room = Room()
    assert room.hear(agent={"ghost": 1.0})["agent"] == 0
    column = room.bridge.open_column("ghost")
    room.bridge.spoken[column] = 7.0
    assert room.hear()["agent"] == 7.0


def test_a_row_may_be_set_before_its_listener_opens() -> None:
    room = Room()
    room.bridge.set_row("later", {"music": 1.0})
    row = room.bridge.open_row("later")
    room.bridge.mix()
    assert room.bridge.mix()[row, 0] == 1000.0


def test_who_leaves_is_heard_no_more_even_when_another_takes_the_column() -> None:
    room = Room()
    room.hear(**TALK)
    room.bridge.close_column("customer")
    stranger = room.bridge.open_column("stranger")
    room.bridge.spoken[stranger] = 777.0
    heard = room.hear()
    assert heard["agent"] == heard["rec/left"] == 0


def test_a_listener_that_left_takes_its_row_along() -> None:
    room = Room()
    room.hear(**TALK)
    room.bridge.close_row("agent")
    room.rows["newcomer"] = room.bridge.open_row("newcomer")
    del room.rows["agent"]
    assert room.hear()["newcomer"] == 0


def test_an_empty_matrix_is_silent() -> None:
    assert not np.any(Bridge().mix())
