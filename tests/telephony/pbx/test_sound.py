"""Who hears whom: the rows of the matrix as a pure function of a scene and the parties in it."""

from __future__ import annotations

import pytest

from telephony.pbx.party import Mode, Role
from telephony.pbx.sound import SOFT, Rows, Scene, Voice, rows_of

pytestmark = pytest.mark.unit

CUSTOMER = Voice("c", Role.CALLER)
AGENT = Voice("a", Role.CALLEE)
EXPERT = Voice("x", Role.CONSULTED)
GUEST = Voice("g", Role.GUEST)
LOOPS = {"music": "m", "ringback": "r"}


def boss(mode: Mode, over: str = "a", *, muted: bool = False) -> Voice:
    return Voice("s", Role.SUPERVISOR, mode, over, muted)


def recorded(scene: Scene, *voices: Voice, holder: str | None = None) -> tuple[Rows, set[str]]:
    """The rows of the telephones, and who is heard on the right of the recording."""
    rows = rows_of(scene, voices, customer="c", holder=holder, loops=LOOPS, recording="tape")
    assert rows.pop("tape/left") == {"c": 1.0}
    return rows, set(rows.pop("tape/right"))


def test_a_talk_is_two_rows_and_two_taps() -> None:
    rows = rows_of(
        Scene.TALK, (CUSTOMER, AGENT), customer="c", prompt="p", hearers=("c",), recording="r"
    )
    assert rows == {
        "c": {"a": 1.0, "p": 1.0},
        "a": {"c": 1.0},
        "r/left": {"c": 1.0},
        "r/right": {"a": 1.0, "p": 1.0},
    }


def test_on_hold_the_customer_hears_music_and_the_recording_does_not() -> None:
    rows, heard = recorded(Scene.HOLD, CUSTOMER, AGENT, holder="a")
    assert rows == {"c": {"m": 1.0}, "a": {}}
    assert heard == set()
    rows, _ = recorded(Scene.HOLD, CUSTOMER, AGENT, holder="c")
    assert rows == {"c": {}, "a": {"m": 1.0}}


def test_music_is_soft_under_a_prompt() -> None:
    rows = rows_of(Scene.MUSIC, (CUSTOMER,), loops=LOOPS, prompt="p", hearers=("c",))
    assert rows == {"c": {"m": SOFT, "p": 1.0}}


def test_while_the_expert_rings_the_agent_hears_ringback_and_the_customer_music() -> None:
    rows, heard = recorded(Scene.CONSULT, CUSTOMER, AGENT, holder="a")
    assert rows == {"c": {"m": 1.0}, "a": {"r": 1.0}}
    assert heard == set()


def test_a_consultation_is_heard_by_two_and_recorded_by_none() -> None:
    rows, heard = recorded(Scene.CONSULT, CUSTOMER, AGENT, EXPERT, holder="a")
    assert rows == {"c": {"m": 1.0}, "a": {"x": 1.0}, "x": {"a": 1.0}}
    assert heard == set()


def test_back_with_the_customer_the_expert_hears_music() -> None:
    rows, heard = recorded(Scene.TALK, CUSTOMER, AGENT, EXPERT)
    assert rows == {"c": {"a": 1.0}, "a": {"c": 1.0}, "x": {"m": 1.0}}
    assert heard == {"a"}


def test_three_ways_everybody_hears_the_others() -> None:
    rows, heard = recorded(Scene.TALK, CUSTOMER, AGENT, GUEST)
    assert {name: set(hears) for name, hears in rows.items()} == {
        "c": {"a", "g"}, "a": {"c", "g"}, "g": {"c", "a"},
    }  # fmt: skip
    assert heard == {"a", "g"}


def test_the_outside_end_of_a_call_out_is_left_on_the_recording() -> None:
    rows = rows_of(Scene.TALK, (CUSTOMER, AGENT), customer="a", recording="t")
    assert (rows["t/left"], rows["t/right"]) == ({"a": 1.0}, {"c": 1.0})


@pytest.mark.parametrize("scene", list(Scene))
@pytest.mark.parametrize("over", ["a", "c"])
def test_a_listening_supervisor_has_no_column_anywhere(scene: Scene, over: str) -> None:
    voices = (CUSTOMER, AGENT, EXPERT, GUEST, boss(Mode.LISTEN, over))
    rows = rows_of(scene, voices, customer="c", holder="a", loops=LOOPS, recording="tape")
    assert not any("s" in hears for hears in rows.values())


def test_a_listening_supervisor_hears_both() -> None:
    rows, _ = recorded(Scene.TALK, CUSTOMER, AGENT, boss(Mode.LISTEN))
    assert rows["s"] == {"a": 1.0, "c": 1.0}
    rows, _ = recorded(Scene.CONSULT, CUSTOMER, AGENT, EXPERT, boss(Mode.LISTEN), holder="a")
    assert rows["s"] == {"a": 1.0, "x": 1.0}


def test_a_whisper_reaches_the_agent_and_nobody_else() -> None:
    rows, heard = recorded(Scene.TALK, CUSTOMER, AGENT, boss(Mode.WHISPER))
    assert rows == {"c": {"a": 1.0}, "a": {"c": 1.0, "s": 1.0}, "s": {"a": 1.0, "c": 1.0}}
    assert heard == {"a"}


def test_a_whisper_to_the_recorded_end_is_not_recorded_either() -> None:
    rows, heard = recorded(Scene.TALK, CUSTOMER, AGENT, boss(Mode.WHISPER, "c"))
    assert rows["c"] == {"a": 1.0, "s": 1.0}
    assert heard == {"a"}


def test_one_who_barges_in_is_heard_by_all_and_recorded() -> None:
    rows, heard = recorded(Scene.TALK, CUSTOMER, AGENT, boss(Mode.BARGE))
    assert {name: set(hears) for name, hears in rows.items()} == {
        "c": {"a", "s"}, "a": {"c", "s"}, "s": {"c", "a"},
    }  # fmt: skip
    assert heard == {"a", "s"}


def test_one_who_barges_in_does_not_follow_the_customer_into_the_music() -> None:
    rows, _ = recorded(Scene.HOLD, CUSTOMER, AGENT, boss(Mode.BARGE), holder="a")
    assert rows["c"] == {"m": 1.0}


def test_the_muted_are_heard_by_nobody_and_hear_all() -> None:
    mute = Voice("a", Role.CALLEE, muted=True)
    rows, heard = recorded(Scene.TALK, CUSTOMER, mute, boss(Mode.LISTEN))
    assert rows == {"c": {}, "a": {"c": 1.0}, "s": {"c": 1.0}}
    assert heard == set()
