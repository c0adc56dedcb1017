"""The counters of a queue: what is counted, what is not, and that nobody is lost in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.pbx import events as ev
from telephony.pbx.callback_events import CallbackBooked, CallbackMoved
from telephony.pbx.service import Service

pytestmark = pytest.mark.unit


def queued(call: str, at: float, queue: str = "care") -> ev.Queued:
    return ev.Queued(call, at, queue, 1)


def answered(call: str, at: float, waited: float) -> ev.DeskAnswered:
    return ev.DeskAnswered(call, at, "1001", "care", waited, 2.0)


def gone(call: str, at: float) -> ev.CallEnded:
    return ev.CallEnded(call, at, "hung_up", "caller", queue_log="ABANDON", queue="care")


def left(call: str, at: float) -> ev.QueueLeft:
    return ev.QueueLeft(call, at, "care", 1, 9.0, "key", "EXITWITHKEY")


@pytest.mark.feature("ARC-14")
def test_a_morning_in_figures() -> None:
    service = Service("care", threshold=20.0, short_abandon=5.0)
    for n in range(8):
        service.hear(queued(str(n), 100.0))
    for event in (
        answered("0", 110.0, 10.0), answered("1", 120.0, 20.0), answered("2", 150.0, 50.0),
        gone("3", 104.0), gone("4", 140.0), left("5", 130.0), queued("x", 100.0, "other"),
        ev.TurnedAway("y", 100.0, "care", "full", "busy"),
    ):  # fmt: skip
        service.hear(event)
    score = service.score(160.0)
    assert (score.offered, score.answered, score.in_time) == (8, 3, 2)
    assert (score.abandoned, score.short, score.left, score.turned_away) == (1, 1, 1, 1)
    assert (score.waiting, score.longest) == (2, 60.0)
    assert score.level == pytest.approx(2 / 6), "the short abandon is no loss"
    assert (score.speed, score.patience) == (pytest.approx(80 / 3), 40.0)


def booked(call: str, at: float) -> CallbackBooked:
    return CallbackBooked("cb", at, call, "care", "1", "1", "practice", 100.0, 100.0, 1)


@pytest.mark.feature("ARC-05", "ARC-14")
def test_a_callback_is_no_loss_and_no_answer_and_has_figures_of_its_own() -> None:
    service = Service("care")
    kept = ev.QueueLeft("a", 110.0, "care", 1, 10.0, "key", "EXITWITHKEY", to="callback")
    full = ev.TurnedAway("b", 110.0, "care", "full", "callback")
    declines = ev.TurnedAway("c", 110.0, "care", "full", "callback")
    for event in (
        queued("a", 100.0), kept, booked("a", 110.0), full, booked("b", 112.0), declines,
        gone("a", 113.0), gone("b", 113.0), gone("c", 113.0),
        ev.DeskAnswered("try", 200.0, "1001", "care", 0.0, 2.0),
        CallbackMoved("cb", 200.0, "care", "1", "over", "reached", 0, "try", "1001"),
        CallbackMoved("cb", 300.0, "care", "2", "over", "given_up", 3, "again", "1001"),
        CallbackMoved("cb", 300.0, "other", "2", "over", "given_up", 3, "again", "1001"),
    ):  # fmt: skip
        service.hear(event)
    score = service.score(400.0)
    assert (score.offered, score.booked, score.called_back, score.given_up) == (1, 2, 1, 1)
    assert (score.answered, score.left, score.abandoned, score.turned_away) == (0, 0, 0, 1)
    assert (score.level, score.waiting) == (0.0, 0), "who would have none is turned away"


def test_nothing_yet_is_no_figure() -> None:
    score = Service("care").score(5.0)
    assert (score.level, score.speed, score.patience, score.longest) == (None, None, None, 0.0)


def test_an_answer_after_the_queue_was_left_is_not_its_own() -> None:
    service = Service("care")
    service.hear(queued("a", 0.0))
    service.hear(left("a", 9.0))
    assert not service.hear(answered("a", 12.0, 12.0))
    assert service.score(20.0).answered == 0


def test_a_new_day_keeps_those_who_wait() -> None:
    service = Service("care")
    for n in range(3):
        service.hear(queued(str(n), 0.0))
    service.hear(answered("0", 5.0, 5.0))
    service.begin_anew()
    score = service.score(10.0)
    assert (score.offered, score.answered, score.waiting, score.longest) == (2, 0, 2, 10.0)


@given(st.lists(st.sampled_from(["answer", "abandon", "leave", "wait"]), max_size=50))
def test_everybody_is_somewhere(fates: list[str]) -> None:
    service = Service("care")
    for n, fate in enumerate(fates):
        call = str(n)
        service.hear(queued(call, float(n)))
        if fate == "answer":
            service.hear(answered(call, n + 30.0, 30.0))
        elif fate == "abandon":
            service.hear(gone(call, n + 2.0 * n))
        elif fate == "leave":
            service.hear(left(call, n + 9.0))
    score = service.score(1000.0)
    found = score.answered + score.abandoned + score.short + score.left + score.waiting
    assert found == score.offered == len(fates)
