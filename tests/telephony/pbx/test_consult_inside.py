"""Two desks talk and one asks a third: who goes on talking when somebody puts the handset down."""

from __future__ import annotations

import pytest

from telephony.pbx import call_events as did
from telephony.pbx.desk_orders import CompleteTransfer, Consult, JoinAll, Toggle
from telephony.sip import events as sip
from telephony.sip import sdp
from tests.stage.exchange import dials
from tests.stage.talks import Talks

pytestmark = pytest.mark.story

BOTH = pytest.mark.parametrize(("maker", "other"), [("1001", "1002"), ("1002", "1001")])
"""The desk that called and the one it called are peers: each may ask a third."""


def desks_talk() -> Talks:
    """1001 has called 1002; nobody outside is in it."""
    talks = Talks()
    talks.lifts("1002")
    leg = dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.legs["1001"] = [leg]
    talks.world.run(3)
    assert (talks.desk("1001"), talks.desk("1002")) == ("talking", "talking")
    return talks


@BOTH
@pytest.mark.feature("SEA-36", "BAS-01")
def test_who_made_the_three_way_leaves_and_the_two_talk_on(maker: str, other: str) -> None:
    talks = desks_talk()
    talks.lifts("1003")
    talks.does(Consult(maker, "1003"), JoinAll(maker))
    assert talks.hears("1003") == {maker, other}
    talks.hang_up(maker)
    assert (talks.hears(other), talks.hears("1003")) == ({"1003"}, {other})
    assert [talks.desk(seat) for seat in (maker, other, "1003")] == ["idle", "talking", "talking"]
    talks.hang_up(other)
    assert talks.phones["1003"].only(sip.Ended).cause == "remote", "one alone is no talk"
    talks.over()


@BOTH
def test_who_only_took_part_leaves_and_the_two_talk_on(maker: str, other: str) -> None:
    talks = desks_talk()
    talks.lifts("1003")
    talks.does(Consult(maker, "1003"), JoinAll(maker))
    talks.hang_up(other)
    assert (talks.hears(maker), talks.hears("1003")) == ({"1003"}, {maker})
    assert talks.desk(other) == "idle"
    talks.hang_up("1003")
    talks.over()


@BOTH
def test_who_hangs_up_in_a_consultation_hands_over(maker: str, other: str) -> None:
    talks = desks_talk()
    talks.lifts("1003")
    talks.does(Consult(maker, "1003"))
    assert talks.hears(other) == {"music"}
    talks.hang_up(maker)
    assert (talks.hears(other), talks.hears("1003")) == ({"1003"}, {other})
    moved = talks.exchange.only(did.Transferred)
    assert (moved.extension, moved.to, moved.how) == (maker, "1003", "attended")
    talks.hang_up("1003")
    talks.over()


@BOTH
def test_who_hangs_up_while_the_third_rings_hands_over(maker: str, other: str) -> None:
    talks = desks_talk()
    talks.lifts("1003", after=6.0)
    talks.does(Consult(maker, "1003"))
    talks.hang_up(maker)
    assert (talks.desk(maker), talks.desk("1003")) == ("idle", "offered")
    assert talks.hears(other) == {"ringback"}
    talks.world.run(5)
    assert (talks.hears(other), talks.hears("1003")) == ({"1003"}, {other})
    talks.hang_up(other)
    talks.over()


def test_a_third_whom_nobody_answers_for_comes_back_to_who_asked() -> None:
    talks = desks_talk()
    talks.rings("1003")
    talks.lifts("1001")
    talks.does(Consult("1001", "1003"))
    talks.phones["1001"].hang_up(talks.phones["1001"].all(sip.Answered)[0].leg)
    talks.world.run(35)
    assert talks.exchange.only(did.TransferFailed).to == "1003"
    assert (talks.hears("1001"), talks.hears("1002")) == ({"1002"}, {"1001"})
    talks.hang_up("1002")
    talks.over()


@BOTH
def test_a_peer_who_waits_and_hangs_up_takes_nobody_along(maker: str, other: str) -> None:
    """As with a customer: whoever was only asked aside is let go."""
    talks = desks_talk()
    talks.lifts("1003")
    talks.does(Consult(maker, "1003"))
    talks.hang_up(other)
    assert talks.phones["1003"].only(sip.Ended).cause == "remote"
    assert {talks.desk(seat) for seat in (maker, other, "1003")} == {"idle"}
    talks.over()


def three_way() -> Talks:
    """A customer, 1001 and 1002 talk with each other."""
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"), JoinAll("1001"))
    return talks


def test_a_fourth_who_still_rings_is_let_be_when_who_asked_hangs_up() -> None:
    """Nobody in the talk has asked for the fourth, and the customer is with the third."""
    talks = three_way()
    talks.rings("1003")
    talks.does(Consult("1001", "1003"))
    talks.hang_up("1001")
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.phones["1003"].only(sip.Ended), "it rings no longer"
    assert talks.desk("1003") == "idle"
    talks.lifts("1004")
    talks.does(Consult("1002", "1004"))
    assert talks.hears("1002") == {"1004"}, "who carries on may ask, too"
    talks.customer_hangs_up()
    talks.over()


def test_a_fourth_who_has_answered_takes_the_place_of_who_asked() -> None:
    talks = three_way()
    talks.lifts("1003")
    talks.does(Consult("1001", "1003"))
    talks.hang_up("1001")
    assert talks.hears("customer") == {"1002", "1003"}
    assert talks.hears("1003") == {"customer", "1002"}
    assert talks.exchange.only(did.Transferred).to == "1003"
    talks.customer_hangs_up()
    assert {talks.desk(seat) for seat in ("1002", "1003")} <= {"idle", "wrapping"}
    talks.over()


def test_a_fourth_who_waits_with_music_leaves_with_who_asked() -> None:
    talks = three_way()
    talks.lifts("1003")
    talks.does(Consult("1001", "1003"), Toggle("1001"))
    talks.hang_up("1001")
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.phones["1003"].only(sip.Ended).cause == "remote"
    talks.customer_hangs_up()
    talks.over()


def test_a_customer_on_hold_of_its_own_comes_back_to_whom_it_was_handed() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    for at, (direction, orders) in enumerate(
        [("inactive", (Consult("1001", "1002"), CompleteTransfer("1001"))), ("sendrecv", ())]
    ):
        offer = sdp.make_offer(*talks.customer.address, direction=direction, version=2 + at)  # type: ignore[arg-type]
        talks.customer.core.offer(talks.customer_leg, offer, talks.world.now)
        talks.world.run(1)
        talks.does(*orders)
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    talks.customer_hangs_up()
    talks.over()
