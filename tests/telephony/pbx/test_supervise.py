"""A supervisor over a desk: who hears whom, what the log says, and who may not."""

from __future__ import annotations

import pytest

from telephony.media.control import Digit
from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.commands import EndWrapup
from telephony.pbx.desk_orders import Consult, Transfer
from telephony.pbx.errors import NotNow
from telephony.pbx.party import Mode
from telephony.pbx.supervision_events import (
    SupervisionBegan,
    SupervisionEnded,
    SupervisionMissed,
)
from telephony.pbx.supervisor_orders import (
    AnswerFor,
    ForceRelease,
    ForceTransfer,
    Intercept,
    StopSupervising,
    Supervise,
)
from telephony.sip import events as sip
from tests.stage.exchange import dials
from tests.stage.talks import Talks

pytestmark = pytest.mark.story

LEADER = "1004"


def school() -> Talks:
    """Desk 1004 has 1001 and 1002 in charge, and nobody else has anybody."""
    talks = Talks(5, charges={LEADER: frozenset({"1001", "1002"})})
    talks.lifts(LEADER)
    return talks


def log(talks: Talks) -> list[tuple[str, str]]:
    """The acts as they began and ended."""
    kinds = (SupervisionBegan, SupervisionEnded)
    return [(type(e).__name__[11:].lower(), e.act) for e in talks.exchange.news if type(e) in kinds]


@pytest.mark.feature("TEL-11", "SEA-37")
def test_a_listener_hears_both_and_nobody_hears_the_listener() -> None:
    talks = school()
    call = talks.talk()
    talks.does(Supervise(LEADER, "1001"))
    assert talks.hears(LEADER) == {"customer", "1001"}
    assert (talks.hears("customer"), talks.hears("1001")) == ({"1001"}, {"customer"})
    assert talks.taped(call) == {"1001"}
    listener = talks._leg(LEADER)
    assert all(listener not in row for row in talks.exchange.sound.rows.values())
    assert talks.desk(LEADER) == "talking", "no other call rings there meanwhile"
    talks.does(StopSupervising(LEADER))
    assert talks.desk(LEADER) == "idle" and talks.desk("1001") == "talking"
    ended = talks.exchange.only(SupervisionEnded)
    assert (ended.call, ended.supervisor, ended.extension, ended.act) == (
        call, LEADER, "1001", "listen",
    )  # fmt: skip
    assert ended.at > ended.began == talks.exchange.only(SupervisionBegan).at
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("SEA-38", "BAS-02")
def test_one_key_changes_from_listening_to_whispering_to_barging_in() -> None:
    talks = school()
    call = talks.talk()
    talks.does(Supervise(LEADER, "1001"), Supervise(LEADER, "1001", Mode.WHISPER))
    assert talks.hears("1001") == {"customer", LEADER}
    assert talks.hears("customer") == {"1001"} and talks.taped(call) == {"1001"}
    talks.does(Supervise(LEADER, "1001", Mode.BARGE))
    assert talks.hears("customer") == {"1001", LEADER} == talks.taped(call)
    assert talks.hears("1001") == {"customer", LEADER}
    talks.exchange.media(Digit(talks._leg(LEADER), "1", talks.world.now))
    assert talks.hears("1001") == {"customer"} and talks.hears("customer") == {"1001"}
    assert len(talks.phones[LEADER].all(sip.Invited)) == 1, "the telephone rang once"
    talks.hang_up(LEADER)
    assert log(talks) == [
        ("began", "listen"), ("ended", "listen"), ("began", "whisper"), ("ended", "whisper"),
        ("began", "barge"), ("ended", "barge"), ("began", "listen"), ("ended", "listen"),
    ]  # fmt: skip
    assert not talks.exchange.all(ev.DigitPressed), "a supervisor's key is no key of the call"
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("SEA-39")
@pytest.mark.parametrize("listens_first", [False, True])
def test_a_supervisor_takes_the_call_over(listens_first: bool) -> None:
    talks = school()
    call = talks.talk()
    if listens_first:
        talks.does(Supervise(LEADER, "1001"))
    talks.does(Intercept(LEADER, "1001"))
    assert talks.hears("customer") == {LEADER} == talks.taped(call)
    assert talks.hears(LEADER) == {"customer"}
    assert talks.phones["1001"].only(sip.Ended).cause == "remote"
    assert talks.desk("1001") == "wrapping" and talks.desk(LEADER) == "talking"
    assert log(talks)[-2:] == [("began", "intercept"), ("ended", "intercept")]
    assert talks.exchange.only(did.Transferred).how == "intercepted"
    talks.customer_hangs_up()
    talks.over()


def test_who_has_a_summary_to_write_is_told_that_and_not_of_a_call() -> None:
    talks = school()
    talks.talk()
    talks.does(Intercept(LEADER, "1001"))
    talks.customer_hangs_up()
    talks.does(EndWrapup("1001"))
    talks.talk()
    with pytest.raises(NotNow) as refused:
        talks.does(Supervise(LEADER, "1001", Mode.LISTEN))
    assert refused.value.code == "own_wrapping"


@pytest.mark.feature("SEA-39", "BAS-01")
def test_a_supervisor_answers_for_a_desk_that_lets_it_ring() -> None:
    talks = school()
    talks.rings("1001")
    talks.exchange.ready("1001")
    talks.customer_leg = dials(talks.customer, "000010001")
    talks.world.run(3)
    talks.does(AnswerFor(LEADER, "1001"))
    assert LEADER in talks.hears("customer") and talks.desk("1001") == "idle"
    assert talks.exchange.only(ev.DeskAnswered).extension == LEADER
    assert not talks.exchange.all(ev.DeskMissed), "the desk is not to blame"
    assert log(talks) == [("began", "answer_for"), ("ended", "answer_for")]
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("TEL-04", "SEA-40", "BAS-02")
def test_a_supervisor_releases_a_call_by_force() -> None:
    talks = school()
    talks.talk()
    talks.does(ForceRelease(LEADER, "1001"))
    assert talks.customer.only(sip.Ended) and talks.phones["1001"].only(sip.Ended)
    assert talks.exchange.only(ev.CallEnded).why == "force_released"
    assert log(talks) == [("began", "force_release"), ("ended", "force_release")]
    talks.over()


@pytest.mark.feature("TEL-04", "BAS-02")
def test_a_supervisor_sends_the_customer_on_who_dials_nothing() -> None:
    talks = school()
    talks.talk()
    talks.lifts("1003")
    talks.does(ForceTransfer(LEADER, "1001", "1003"))
    assert talks.hears("customer") == {"1003"} and talks.desk("1001") == "wrapping"
    assert len(talks.customer.all(sip.Ended)) == 0
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("PER-01", "PER-02")
@pytest.mark.parametrize(
    "order",
    [
        Supervise(LEADER, "1003"),
        Supervise("1002", "1001", Mode.BARGE),
        Intercept("1002", "1001"),
        AnswerFor("1002", "1001"),
        ForceRelease("1002", "1001"),
        ForceTransfer("1002", "1001", "1003"),
        ForceRelease("nobody", "1001"),
    ],
    ids=lambda order: f"{type(order).__name__} {order.supervisor} {order.extension}",
)
def test_without_charge_of_the_desk_nothing_happens(order: object) -> None:
    talks = school()
    talks.talk()
    before = dict(talks.exchange.sound.rows)
    with pytest.raises(NotNow, match="not in your charge"):
        talks.does(order)  # type: ignore[arg-type]
    assert talks.exchange.sound.rows == before and log(talks) == []
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (Supervise(LEADER, "1002"), "no_talk_there"),
        (ForceRelease(LEADER, "1002"), "no_talk_there"),
        (AnswerFor(LEADER, "1002"), "nothing_rings"),
        (StopSupervising(LEADER), "not_supervising"),
        (ForceTransfer(LEADER, "1001", "4711"), "no_such_number"),
    ],
)
def test_what_cannot_be_done_now_is_told(order: object, why: str) -> None:
    talks = school()
    talks.talk()
    with pytest.raises(NotNow) as refused:
        talks.does(order)  # type: ignore[arg-type]
    assert refused.value.code == why
    assert log(talks) == []
    talks.customer_hangs_up()
    talks.over()


def test_a_supervisor_steps_from_one_desk_to_another_without_ringing_again() -> None:
    talks = school()
    first = talks.talk()
    talks.lifts("1002")
    talks.exchange.ready("1002")
    second_leg = dials(talks.customer, "000010001")
    talks.world.run(5)
    second = next(name for name in talks.exchange.board.works.calls if name != first)
    talks.does(Supervise(LEADER, "1001"), Supervise(LEADER, "1002", Mode.WHISPER))
    assert len(talks.phones[LEADER].all(sip.Invited)) == 1
    assert [e.call for e in talks.exchange.all(SupervisionBegan)] == [first, second]
    assert LEADER in talks.hears("1002") and LEADER not in talks.hears("1001")
    talks.customer.hang_up(second_leg)
    talks.world.run(1)
    assert talks.desk(LEADER) == "idle", "out with the call"
    talks.customer_hangs_up()
    talks.world.run(120)
    assert talks.exchange.leftovers() == {}


def test_a_supervisor_leaves_with_the_desk_that_hands_its_call_on() -> None:
    talks = school()
    talks.talk()
    talks.lifts("1003")
    talks.does(Supervise(LEADER, "1001"), Transfer("1001", "1003"))
    assert talks.desk(LEADER) == "idle" and talks.hears("customer") == {"1003"}
    assert log(talks) == [("began", "listen"), ("ended", "listen")]
    talks.customer_hangs_up()
    talks.over()


def test_a_listener_hears_a_consultation_as_the_agent_does() -> None:
    talks = school()
    talks.talk()
    talks.lifts("1003")
    talks.does(Supervise(LEADER, "1001"), Consult("1001", "1003"))
    assert talks.hears(LEADER) == {"1001", "1003"}
    talks.customer_hangs_up()
    talks.over()


def test_a_telephone_that_is_not_lifted_or_says_no_is_told_and_freed() -> None:
    talks = school()
    talks.talk()
    talks.refuses(LEADER)
    talks.does(Supervise(LEADER, "1001"))
    assert talks.exchange.only(SupervisionMissed).why == "busy"
    talks.rings(LEADER)
    talks.does(Supervise(LEADER, "1001"), then=40)
    assert talks.exchange.all(SupervisionMissed)[-1].why == "no_answer"
    assert talks.desk(LEADER) == "idle" and log(talks) == []
    talks.customer_hangs_up()
    talks.over()
