"""Tables, alarms and the drawings in the room's MACHINES.md."""

from pathlib import Path

import pytest

import telephony
from telephony.clock import Alarms
from telephony.errors import UnlistedStep
from telephony.sip.tables import INVITE_CLIENT, MACHINES, Event, State, diagrams

pytestmark = pytest.mark.unit


def test_unlisted_step_raises_and_names_itself():
    with pytest.raises(UnlistedStep, match="INVITE client: no step from TERMINATED on SUCCESS"):
        INVITE_CLIENT.step(State.TERMINATED, Event.SUCCESS)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_can_be_reached_and_left_to_the_end(machine):
    forward: dict[object, set[object]] = {}
    for (state, _), after in machine.steps.items():
        forward.setdefault(state, set()).add(after)
    firsts = {machine.first, *(state for state in forward if state.name == "OFFERED")}
    assert set(forward) <= reached_from(forward, firsts)
    ends = set(machine.steps.values()) - set(forward)
    assert len(ends) == 1
    for state in forward:
        assert ends & reached_from(forward, {state}), f"{state} never ends"


def reached_from(forward, states):
    reached = set(states)
    while more := {n for s in reached for n in forward.get(s, ())} - reached:
        reached |= more
    return reached


def test_drawings_in_the_readme_are_those_of_the_tables():
    drawings = Path(telephony.__file__).with_name("MACHINES.md").read_text(encoding="utf-8")
    assert diagrams() in drawings


def test_alarms_ring_in_order_and_only_as_last_set():
    alarms: Alarms[str] = Alarms()
    alarms.set("b", 2.0)
    alarms.set("a", 1.0)
    alarms.set("c", 3.0)
    alarms.set("b", 4.0)
    alarms.cancel("c")
    alarms.cancel("never set")
    assert alarms.next() == 1.0 and len(alarms) == 2
    assert [alarms.ring(3.0), alarms.ring(3.0), alarms.next()] == ["a", None, 4.0]
    assert alarms.ring(4.0) == "b" and alarms.next() is None


def test_alarms_do_not_pile_up_what_was_cancelled():
    alarms: Alarms[int] = Alarms()
    for number in range(10_000):
        alarms.set(number, float(number))
        alarms.cancel(number)
    assert len(alarms) == 0 and len(alarms._heap) < 200
