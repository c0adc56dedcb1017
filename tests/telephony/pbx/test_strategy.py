"""Whom a queue rings: every strategy alone, and what holds for each of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.pbx.desk import Desk, Duty, Step
from telephony.pbx.free import in_turn
from telephony.pbx.queue import next_pair
from telephony.pbx.strategy import (
    STRATEGIES,
    Asking,
    able,
    at_random,
    least_talk,
    linear,
    longest_idle,
    most_skilled,
    ring_all,
    round_robin,
)
from tests.stage.exchange import Exchange, plan_of
from tests.stage.virtual import World

pytestmark = pytest.mark.unit

NAMES = ("1001", "1002", "1003", "1004")


def desk(extension: str, **values: object) -> Desk:
    made = Desk(extension, duty=Duty.READY, registered=True)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def names(desks: list[Desk]) -> list[str]:
    return [found.extension for found in desks]


def four() -> list[Desk]:
    return [desk(name) for name in NAMES]


def test_who_has_talked_the_least_rings() -> None:
    desks = [desk("1001", talked=90.0), desk("1002", talked=30.0), desk("1003", talked=60.0)]
    assert names(least_talk(desks)) == ["1002"]


def test_a_talk_counts_with_its_holds() -> None:
    one = desk("1001")
    one.step(Step.OFFER, 0.0, owner="c", deadline=9.0)
    one.step(Step.ANSWER, 5.0, owner="c", deadline=99.0)
    one.step(Step.HOLD, 20.0, owner="c", deadline=99.0)
    one.step(Step.RESUME, 30.0, owner="c", deadline=99.0)
    one.step(Step.RELEASE, 45.0, owner=None, deadline=None)
    assert one.talked == 40.0


def test_linear_always_begins_at_the_beginning() -> None:
    order = Asking(("1003", "1001", "1002"))
    assert names(linear(four(), order)) == ["1003"]
    assert names(linear([desk("1002"), desk("1001"), desk("1004")], order)) == ["1001"]
    assert names(linear([desk("1004")], order)) == ["1004"], "one who is not in the plan comes last"


def test_round_robin_goes_on_after_the_last_one() -> None:
    asking = Asking(NAMES, last="1003")
    assert names(round_robin(four(), asking)) == ["1004"]
    assert names(round_robin(four()[:3], asking)) == ["1001"], "round the corner"
    assert names(round_robin(four(), Asking(NAMES))) == ["1001"]


def test_everybody_rings() -> None:
    assert names(ring_all(four())) == list(NAMES)


@pytest.mark.feature("ARC-04")
def test_the_best_at_the_skill_rings_and_of_equals_the_longest_idle() -> None:
    desks = [
        desk("1001", skills={"bills": 4}),
        desk("1002", skills={"bills": 9}, idle_since=5.0),
        desk("1003", skills={"bills": 9}, idle_since=2.0),
        desk("1004"),
    ]
    assert names(most_skilled(in_turn(desks), Asking(skill="bills"))) == ["1003"]


@pytest.mark.feature("ARC-02")
def test_who_lacks_a_skill_is_not_able() -> None:
    desks = [desk("1001", skills={"english": 5}), desk("1002", skills={"english": 2}), desk("1003")]
    assert names(able(desks, {"english": 3})) == ["1001"]
    assert names(able(desks, {"english": 1})) == ["1001", "1002"]
    assert names(able(desks, {})) == ["1001", "1002", "1003"]


def test_chance_is_seeded_and_reaches_everybody() -> None:
    def draws(n: int) -> Asking:
        return Asking(entropy=lambda size: n.to_bytes(size, "big"))

    assert {names(at_random(four(), draws(n)))[0] for n in range(8)} == set(NAMES)
    assert at_random(four(), draws(5)) == at_random(four(), draws(5))


desks = st.lists(
    st.builds(
        desk,
        st.sampled_from([str(n) for n in range(1001, 1020)]),
        idle_since=st.floats(0, 1000),
        talked=st.floats(0, 1000),
        calls=st.integers(0, 50),
        skills=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(1, 10)),
    ),
    max_size=12,
    unique_by=lambda made: made.extension,
)


@pytest.mark.parametrize("name", STRATEGIES)
@given(free=desks, last=st.sampled_from(["", "1001", "1007", "9999"]), drawn=st.binary(min_size=8))
def test_every_strategy_rings_somebody_who_is_free(
    name: str, free: list[Desk], last: str, drawn: bytes
) -> None:
    asking = Asking([d.extension for d in free], last, "a", lambda size: drawn[:size])
    chosen = STRATEGIES[name](free, asking)
    assert bool(chosen) == bool(free)
    assert all(one in free for one in chosen)
    assert len({one.extension for one in chosen}) == len(chosen)


@given(count=st.integers(1, 9), rounds=st.integers(1, 5))
def test_round_robin_is_fair(count: int, rounds: int) -> None:
    order = [str(1001 + n) for n in range(count)]
    free = [desk(name) for name in order]
    last, rung = "", []
    for _ in range(count * rounds):
        (one,) = round_robin(free, Asking(order, last))
        last = one.extension
        rung.append(last)
    assert {rung.count(name) for name in order} == {rounds}


@given(free=desks.filter(bool))
def test_nobody_idler_than_the_one_who_rings(free: list[Desk]) -> None:
    (one,) = longest_idle(in_turn(free))
    assert all(one.idle_since <= other.idle_since for other in free)


# ── on the board ─────────────────────────────────────────────────────────────


@pytest.mark.story
def test_a_large_school_looks_at_no_more_desks_for_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred desks that are free cost a call no more looks than three."""
    looks: list[str] = []
    look = Desk.available

    def counted(one: Desk, now: float) -> bool:
        looks.append(one.extension)
        return look(one, now)

    monkeypatch.setattr(Desk, "available", counted)
    seen = []
    for seats in (3, 100):
        exchange = Exchange(World(), plan_of(seats))
        works = exchange.board.works
        for one in works.desks.values():
            one.registered = True
        exchange.ready(*works.desks)
        looks.clear()
        works.queues["service"].join("call", 1.0)
        pair = next_pair(works.queues.values(), works.desks, 1.0, works.free_desks.desks)
        assert pair == ("call", [works.desks["1001"]])
        works.move(works.desks["1001"], Step.OFFER, 1.0, owner="call", seconds=15.0)
        seen.append(looks.copy())
    assert seen == [["1001"], ["1001"]], "only the desk that changed was looked at"
    assert works.free_desks.desks[0].extension == "1002"
