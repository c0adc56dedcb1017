"""The line: order, priority as time, skills that widen, the desk of the last talk, the honest wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.pbx.desk import Desk, Duty, Step
from telephony.pbx.errors import PlanError
from telephony.pbx.plan import QueuePlan
from telephony.pbx.queue import Queue, next_pair
from telephony.pbx.queue_plan import Way
from tests.stage.exchange import plan_of

pytestmark = pytest.mark.unit


def desk(extension: str, **skills: int) -> Desk:
    return Desk(extension, duty=Duty.READY, registered=True, skills=skills)


def by_extension(*desks: Desk) -> dict[str, Desk]:
    return {one.extension: one for one in desks}


def served(queue: Queue) -> list[str]:
    """Serve the whole line, one desk after the other."""
    order = []
    while pair := queue.match(by_extension(desk("1001")), 1e6):
        order.append(pair[0])
        queue.leave(pair[0])
    return order


def test_priority_goes_first_and_time_outweighs_it() -> None:
    queue = Queue(QueuePlan("q", ageing=60.0))
    queue.join("plain", 0.0)
    assert queue.join("gold", 30.0, priority=1) == 1
    assert queue.join("late gold", 61.0, priority=1) == 3
    assert served(queue) == ["gold", "plain", "late gold"]


arrivals = st.lists(st.tuples(st.floats(0, 600), st.integers(0, 3)), min_size=1, max_size=40).map(
    lambda found: sorted(found, key=lambda one: one[0])
)


@given(arrivals=arrivals)
def test_nobody_starves(arrivals: list[tuple[float, int]]) -> None:
    """A caller is overtaken only by those who joined within priority times ageing seconds."""
    queue = Queue(QueuePlan("q", ageing=60.0))
    for n, (at, priority) in enumerate(arrivals):
        queue.join(str(n), at, priority=priority)
    order = [int(name) for name in served(queue)]
    assert sorted(order) == list(range(len(arrivals)))
    for place, later in enumerate(order):
        for earlier in order[place + 1 :]:
            ahead = arrivals[later][0] - arrivals[earlier][0]
            assert ahead <= 60.0 * max(0, arrivals[later][1] - arrivals[earlier][1]) + 1e-6


@given(arrivals=arrivals, gone=st.sets(st.integers(0, 39)))
def test_positions_are_one_to_n_whoever_leaves(
    arrivals: list[tuple[float, int]], gone: set[int]
) -> None:
    queue = Queue(QueuePlan("q"))
    for n, (at, priority) in enumerate(arrivals):
        queue.join(str(n), at, priority=priority)
    for n in gone:
        queue.leave(str(n))
    left = [str(n) for n in range(len(arrivals)) if n not in gone]
    assert sorted(queue.position(name) for name in left) == list(range(1, len(left) + 1))
    assert all(queue.position(str(n)) == 0 for n in gone)


@pytest.mark.feature("ARC-02", "ARC-04")
def test_skills_widen_with_time() -> None:
    levels = ((0.0, 8), (30.0, 5), (60.0, 1))
    queue = Queue(QueuePlan("bills", skill="bills", levels=levels, strategy="most-skilled"))
    queue.join("a", 100.0)
    fair, poor = desk("1001", bills=6), desk("1002", bills=1)
    crew = by_extension(fair, poor, desk("1003"))
    assert queue.match(crew, 100.0) is None
    assert queue.next_change("a", 100.0) == 130.0
    assert queue.match(crew, 130.0) == ("a", [fair])
    assert queue.match(by_extension(poor, desk("1003")), 130.0) is None
    assert queue.next_change("a", 130.0) == 160.0
    assert queue.match(by_extension(poor, desk("1003")), 160.0) == ("a", [poor])
    assert queue.match(by_extension(desk("1003")), 999.0) is None, "who cannot never may"
    assert queue.next_change("a", 160.0) is None


def test_one_whom_nobody_can_serve_does_not_block_the_line() -> None:
    queue = Queue(QueuePlan("q"))
    queue.join("english", 0.0, needs={"english": 3})
    queue.join("any", 1.0)
    one = desk("1001")
    assert queue.match(by_extension(one), 2.0) == ("any", [one])
    assert queue.position("english") == 1


def test_a_caller_waits_for_the_last_agent_only_so_long() -> None:
    queue = Queue(QueuePlan("q", sticky=30.0))
    last, other = desk("1001"), desk("1002")
    last.step(Step.OFFER, 0.0, owner="x", deadline=90.0)
    queue.join("a", 10.0, wants="1001")
    assert queue.match(by_extension(last, other), 10.0) is None
    assert queue.next_change("a", 10.0) == 40.0
    assert queue.match(by_extension(last, other), 40.0) == ("a", [other])
    last.step(Step.DECLINE, 20.0, owner=None, deadline=None)
    assert queue.match(by_extension(last, other), 20.0) == ("a", [last])
    last.choose(Duty.OFF, "", 21.0)
    assert queue.match(by_extension(last, other), 21.0) == ("a", [other]), (
        "nobody is there any more"
    )


def test_queues_that_share_desks_are_served_by_rank() -> None:
    one = desk("1001")
    plain, urgent = Queue(QueuePlan("plain")), Queue(QueuePlan("urgent", priority=2, ageing=60.0))
    plain.join("early", 0.0)
    urgent.join("late", 100.0)
    assert next_pair([plain, urgent], by_extension(one), 101.0) == ("late", [one])
    urgent.leave("late")
    urgent.join("later", 121.0)
    assert next_pair([plain, urgent], by_extension(one), 122.0) == ("early", [one])


def test_the_expected_wait_serves_the_line_by_several_desks() -> None:
    queue = Queue(QueuePlan("q", first_guess=100.0))
    talking, other, wrapping = desk("1001"), desk("1002"), desk("1003")
    for busy, since in ((talking, 0.0), (other, 40.0), (wrapping, 0.0)):
        busy.step(Step.OFFER, since, owner="x", deadline=999.0)
        busy.step(Step.ANSWER, since, owner="x", deadline=999.0)
    wrapping.step(Step.END, 50.0, owner="wrapup", deadline=80.0)
    queue.learn_wrapup(20.0)
    crew = [talking, other, wrapping]
    at = 60.0
    assert queue.wait_behind(1, crew, at) == 10.0, "its summary usually takes 20 s, 10 are over"
    assert queue.wait_behind(2, crew, at) == 60.0, "40 s of the talk and a summary"
    assert queue.wait_behind(3, crew, at) == 100.0
    assert queue.wait_behind(4, crew, at) == 130.0, "the first again, after a whole call"
    talking.since = -500.0
    assert queue.wait_behind(2, crew, at) == 45.0, "an overlong talk: a quarter of one more"


def test_a_call_that_rings_everywhere_keeps_one_desk() -> None:
    queue = Queue(QueuePlan("q", first_guess=100.0, strategy="ring-all"))
    crew = by_extension(desk("1001"), desk("1002"))
    for call in ("a", "b"):
        queue.join(call, 0.0)
    for one in crew.values():
        one.step(Step.OFFER, 0.0, owner="a", deadline=30.0)
    queue.offered.add("a")
    assert queue.expected_wait("a", crew, 1.0) == 0.0
    assert queue.expected_wait("b", crew, 1.0) == 100.0


@given(behind=st.integers(1, 60), staff=st.integers(0, 20))
def test_the_wait_grows_along_the_line_and_shrinks_with_desks(behind: int, staff: int) -> None:
    queue = Queue(QueuePlan("q"))
    crew = [desk(str(1001 + n)) for n in range(staff + 1)]
    wait = queue.wait_behind(behind, crew[:staff], 0.0)
    assert wait <= queue.wait_behind(behind + 1, crew[:staff], 0.0)
    assert wait >= queue.wait_behind(behind, crew, 0.0)


def test_what_a_queue_plan_refuses() -> None:
    with pytest.raises(PlanError, match="begin at 0 s and high"):
        QueuePlan("q", levels=((0.0, 1), (30.0, 5)))
    with pytest.raises(PlanError, match="to which one"):
        Way("extension")
    with pytest.raises(PlanError, match="busy desks are no reason"):
        QueuePlan("q", stay_if="free")
    with pytest.raises(PlanError, match="add the queue 'nowhere'"):
        plan_of(queues={"service": QueuePlan("service", full=Way("queue", "nowhere"))}, flows={},
                numbers={})  # fmt: skip
    with pytest.raises(PlanError, match="choose a strategy"):
        plan_of(queues={"service": QueuePlan("service", strategy="psychic")}, flows={}, numbers={})
