"""An agent asks somebody aside and may hand the customer over: who hears whom at every step."""

from __future__ import annotations

import pytest

from telephony.media import control
from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.desk_orders import (
    CancelConsult,
    CompleteTransfer,
    Consult,
    Hold,
    JoinAll,
    Mute,
    Resume,
    Toggle,
)
from telephony.pbx.errors import NotNow
from telephony.sip import events as sip
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


@pytest.mark.feature("SEA-08", "SEA-31", "TEL-03")
def test_hold_and_resume_by_command_are_not_seen_on_the_wire() -> None:
    talks = Talks()
    call = talks.talk()
    talks.does(Hold("1001"))
    assert talks.desk("1001") == "holding"
    assert (talks.hears("customer"), talks.hears("1001")) == ({"music"}, set())
    assert talks.taped(call) == set()
    assert not talks.phones["1001"].all(sip.Reoffered)
    talks.does(Resume("1001"))
    assert talks.desk("1001") == "talking"
    assert (talks.hears("customer"), talks.hears("1001")) == ({"1001"}, {"customer"})
    assert talks.exchange.only(ev.Resumed).by == "callee"
    talks.hang_up("1001")
    talks.over()


def test_nobody_hears_a_muted_agent() -> None:
    talks = Talks()
    call = talks.talk()
    talks.does(Mute("1001"))
    assert (talks.hears("customer"), talks.hears("1001")) == (set(), {"customer"})
    assert talks.taped(call) == set()
    talks.does(Mute("1001", muted=False))
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


def test_the_consulted_sees_who_asks_and_not_who_waits() -> None:
    talks = Talks()
    talks.talk()
    talks.rings("1002")
    talks.does(Consult("1001", "1002"))
    assert talks.phones["1002"].only(sip.Invited).request.from_.uri.user == "1001"
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("SEA-32")
def test_a_consultation_is_cancelled_and_the_talk_goes_on() -> None:
    talks = Talks()
    call = talks.talk()
    talks.lifts("1002", after=3.0)
    talks.does(Consult("1001", "1002"))
    assert talks.hears("customer") == {"music"}
    assert talks.hears("1001") == {"ringback"}
    talks.world.run(2)
    assert (talks.hears("1001"), talks.hears("1002")) == ({"1002"}, {"1001"})
    assert talks.hears("customer") == {"music"}
    assert talks.taped(call) == set(), "a consultation is on no recording"
    talks.does(CancelConsult("1001"))
    assert talks.hears("customer") == {"1001"}
    assert (talks.desk("1001"), talks.desk("1002")) == ("talking", "idle")
    assert talks.phones["1002"].only(sip.Ended).cause == "remote"
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("SEA-33")
def test_the_agent_toggles_between_customer_and_expert() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"), Toggle("1001"))
    assert talks.hears("customer") == {"1001"}
    assert talks.hears("1002") == {"music"}
    talks.does(Toggle("1001"))
    assert talks.hears("customer") == {"music"}
    assert talks.hears("1002") == {"1001"}
    assert len(talks.exchange.all(ev.Held)) == 2
    talks.customer_hangs_up()
    assert talks.phones["1002"].only(sip.Ended), "the expert is let go with the customer"
    assert (talks.desk("1001"), talks.desk("1002")) == ("wrapping", "idle")
    talks.over()


@pytest.mark.feature("SEA-34", "SEA-07", "TEL-01", "TEL-03")
def test_the_customer_is_handed_over_to_whom_the_agent_asked() -> None:
    talks = Talks()
    call = talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"), CompleteTransfer("1001"))
    assert (talks.desk("1001"), talks.desk("1002")) == ("wrapping", "talking")
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.taped(call) == {"1002"}, "the recording goes on"
    moved = talks.exchange.only(did.Transferred)
    assert (moved.extension, moved.to, moved.queue_log) == ("1001", "1002", "ATTENDEDTRANSFER")
    answered = talks.exchange.all(ev.DeskAnswered)
    assert [(one.extension, one.transferred) for one in answered] == [
        ("1001", False), ("1002", True),
    ]  # fmt: skip
    talks.hang_up("1002")
    assert talks.desk("1002") == "wrapping"
    talks.over()
    assert talks.exchange.only(ev.TalkEnded).extension == "1002"


@pytest.mark.feature("SEA-34", "SEA-36")
def test_an_agent_who_completes_a_three_way_leaves_the_other_two_talking() -> None:
    talks = Talks()
    call = talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"), JoinAll("1001"), CompleteTransfer("1001"))
    assert (talks.desk("1001"), talks.desk("1002")) == ("wrapping", "talking")
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.taped(call) == {"1002"}, "the recording goes on"
    moved = talks.exchange.only(did.Transferred)
    assert (moved.to, moved.how, moved.queue_log) == ("1002", "attended", "ATTENDEDTRANSFER")
    talks.hang_up("1002")
    talks.over()


def test_an_agent_who_hangs_up_in_a_consultation_hands_over() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"))
    talks.hang_up("1001")
    assert talks.hears("customer") == {"1002"}
    assert talks.exchange.only(did.Transferred).how == "attended"
    talks.customer_hangs_up()
    talks.over()


def test_handed_over_while_the_expert_still_rings() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002", after=6.0)
    talks.does(Consult("1001", "1002"), CompleteTransfer("1001"))
    assert talks.desk("1001") == "wrapping"
    assert talks.hears("customer") == {"ringback"}
    talks.world.run(5)
    assert talks.hears("customer") == {"1002"}
    talks.customer_hangs_up()
    talks.over()


def test_a_telephone_handed_over_to_rings_no_longer_than_any_other() -> None:
    """It had rung for a while already; then the call comes back (found by the law's dice)."""
    talks = Talks()
    talks.talk()
    talks.rings("1002")
    talks.does(Consult("1001", "1002"), then=20.0)
    talks.does(CompleteTransfer("1001"), then=12.0)
    assert talks.exchange.only(did.TransferFailed).to == "1002"
    assert talks.desk("1002") == "idle"
    talks.world.run(1)
    assert talks.hears("customer") == {"1001"}, "whose telephone lifts"
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.parametrize("why", ["busy", "no_answer", "not_there"])
def test_an_expert_who_cannot_be_had_leaves_the_customer_with_music(why: str) -> None:
    talks = Talks(seats=3)
    talks.talk()
    if why == "busy":
        talks.refuses("1002")
    else:
        talks.rings("1002")
    if why == "not_there":
        with pytest.raises(NotNow) as refused:
            talks.does(Consult("1001", "1009"))
        assert refused.value.code == "no_trunk"
        assert talks.hears("customer") == {"1001"}, "nothing happened"
    else:
        talks.does(Consult("1001", "1002"), then=32)
        assert talks.exchange.only(did.ConsultMissed).why == why
        assert talks.hears("customer") == {"music"}
        talks.does(Resume("1001"))
        assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


def test_an_expert_who_hangs_up_leaves_the_customer_with_music() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"))
    talks.hang_up("1002")
    assert talks.exchange.only(did.ConsultEnded).why == "hung_up"
    assert talks.hears("customer") == {"music"}
    talks.does(Consult("1001", "1003"), CancelConsult("1001"))
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("SEA-36", "TEL-03", "BAS-01")
def test_three_talk_with_each_other_and_the_agent_leaves() -> None:
    talks = Talks()
    call = talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"), JoinAll("1001"))
    assert talks.hears("customer") == {"1001", "1002"}
    assert talks.hears("1001") == {"customer", "1002"}
    assert talks.hears("1002") == {"customer", "1001"}
    assert talks.taped(call) == {"1001", "1002"}
    talks.hang_up("1001")
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.desk("1001") == "wrapping"
    talks.hang_up("1002")
    talks.over()


def test_the_third_leaves_and_the_two_talk_on() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"), JoinAll("1001"))
    talks.hang_up("1002")
    assert (talks.hears("customer"), talks.hears("1001")) == ({"1001"}, {"customer"})
    assert talks.desk("1002") == "idle"
    talks.customer_hangs_up()
    talks.over()


def test_a_flood_of_keys_in_a_consultation_hurts_nobody() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    talks.does(Consult("1001", "1002"))
    for leg in list(talks.exchange.board.works.legs.by_name):
        for key in "0123456789*#ABCD" * 20:
            talks.exchange.media(control.Digit(leg, key, talks.world.now))
    assert len(talks.exchange.all(ev.DigitPressed)) == 3 * 320
    assert talks.hears("1002") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Toggle("1001"), "not_consulting"),
        (CancelConsult("1001"), "not_consulting"),
        (CompleteTransfer("1001"), "not_consulting"),
        (JoinAll("1001"), "not_consulting"),
        (Consult("1001", "1001"), "oneself"),
        (Consult("1001", "4711"), "no_such_number"),
        (Hold("1002"), "no_call"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_what_cannot_be_is_said_and_changes_nothing(order: Consult, code: str) -> None:
    talks = Talks()
    talks.talk()
    with pytest.raises(NotNow) as refused:
        talks.does(order)
    assert refused.value.code == code
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()
