"""The house in which resuming rings the seat again; the customer is on hold meanwhile."""

from __future__ import annotations

import pytest

from telephony.media.control import Digit
from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.calls_plan import CallsPlan
from telephony.pbx.commands import Command
from telephony.pbx.desk_orders import Consult, HangUp, Hold, Park, Resume, Transfer
from telephony.pbx.errors import NotNow
from telephony.pbx.supervisor_orders import Intercept, Supervise
from telephony.sip import events as sip
from tests.stage.exchange import dials, register
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


def held() -> tuple[Talks, str]:
    """The agent has put the customer on hold and the handset down."""
    talks = Talks(calls=CallsPlan(resume_rings=True))
    call = talks.talk()
    talks.does(Hold("1001"))
    return talks, call


@pytest.mark.feature("SEA-09")
def test_the_telephone_rings_again_and_the_talk_goes_on_when_it_is_lifted() -> None:
    talks, call = held()
    assert talks.phones["1001"].only(sip.Ended).cause == "remote", "the handset may be put down"
    assert talks.hears("customer") == {"music"}
    assert talks.desk("1001") == "holding"
    talks.does(Resume("1001"), then=0.5)
    assert talks.hears("customer") == {"music"}, "until it is lifted"
    talks.world.run(2)
    assert (talks.hears("customer"), talks.hears("1001")) == ({"1001"}, {"customer"})
    assert talks.taped(call) == {"1001"}
    assert talks.desk("1001") == "talking"
    assert talks.exchange.only(ev.Resumed).by == "callee"
    talks.customer_hangs_up()
    assert talks.desk("1001") == "wrapping"
    talks.over()


def test_an_agent_who_does_not_lift_leaves_the_customer_on_hold() -> None:
    talks, _ = held()
    talks.refuses("1001")
    talks.does(Resume("1001"))
    assert talks.exchange.only(did.ResumeMissed).why == "busy"
    assert talks.hears("customer") == {"music"}
    talks.lifts("1001")
    talks.does(Resume("1001"), then=3)
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


def test_the_customer_hangs_up_while_the_seat_rings_again() -> None:
    talks, _ = held()
    talks.rings("1001")
    talks.does(Resume("1001"))
    with pytest.raises(NotNow, match="rings already"):
        talks.does(Resume("1001"))
    talks.customer_hangs_up()
    assert talks.desk("1001") == "wrapping"
    talks.over()


def test_a_held_call_is_ended_without_lifting() -> None:
    talks, _ = held()
    talks.does(HangUp("1001"), then=0.5)
    assert talks.desk("1001") == "wrapping"
    assert talks.hears("customer") == {"prompt"}, "the rating"
    talks.world.run(60)
    talks.over()


def test_a_seat_without_a_telephone_is_told() -> None:
    talks, _ = held()
    register(talks.phones["1001"], expires=0)
    talks.world.run(1)
    with pytest.raises(NotNow) as no:
        talks.does(Resume("1001"))
    assert no.value.code == "own_not_there"
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.parametrize(
    "order",
    [Transfer("1002", "1003"), Transfer("1002", "110"), Park("1002"), Consult("1002", "1003"),
     Intercept("1004", "1002")],
    ids=lambda order: type(order).__name__,
)  # fmt: skip
def test_a_colleague_who_holds_with_the_handset_down_cannot_be_handed_on(order: Command) -> None:
    """No telephone is at that end; the talk goes on when it is lifted again."""
    charges = {"1004": frozenset({"1002"})}
    talks = Talks(calls=CallsPlan(resume_rings=True), charges=charges)
    talks.lifts("1001", "1002", "1003", "1004")
    dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.world.run(3)
    talks.does(Hold("1001"))
    assert (talks.desk("1001"), talks.desk("1002")) == ("holding", "talking")
    with pytest.raises(NotNow) as no:
        talks.does(order)
    assert no.value.code == "held_away"
    talks.does(Supervise("1004", "1002"))
    talks.exchange.media(Digit(talks._leg("1004"), "4", talks.world.now))
    assert talks.desk("1002") == "talking", "the supervisor's key takes nothing over either"
    talks.does(Resume("1001"), then=3)
    assert talks.hears("1002") == {"1001"} and "1002" in talks.hears("1001")
    talks.hang_up("1002")
    talks.over()
