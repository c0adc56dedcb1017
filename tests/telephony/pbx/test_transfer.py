"""A call is sent on without asking: where it may go, and where it comes back from."""

from __future__ import annotations

import pytest

from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.commands import EndWrapup
from telephony.pbx.desk_orders import Transfer
from telephony.pbx.errors import NotNow
from tests.stage.exchange import HOTLINE, dials, register
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


@pytest.mark.feature("SEA-35", "SEA-07", "TEL-01", "TEL-03")
def test_a_call_is_sent_to_another_extension() -> None:
    talks = Talks()
    call = talks.talk()
    talks.lifts("1002", after=3.0)
    talks.does(Transfer("1001", "1002"))
    assert (talks.desk("1001"), talks.desk("1002")) == ("wrapping", "offered")
    assert talks.hears("customer") == {"ringback"}
    talks.world.run(3)
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.taped(call) == {"1002"}
    moved = talks.exchange.only(did.Transferred)
    assert (moved.extension, moved.to, moved.queue_log) == ("1001", "1002", "BLINDTRANSFER")
    talks.customer_hangs_up()
    assert talks.desk("1002") == "wrapping"
    talks.over()


def test_a_call_is_sent_to_a_queue() -> None:
    talks = Talks()
    talks.talk()
    talks.does(Transfer("1001", "000010001"))
    assert talks.hears("customer") == {"music"}
    assert [queued.queue for queued in talks.exchange.all(ev.Queued)] == ["service", "service"]
    talks.lifts("1002")
    talks.exchange.ready("1002")
    talks.world.run(3)
    assert talks.hears("customer") == {"1002"}
    talks.hang_up("1002")
    talks.over()


def test_a_call_is_sent_to_a_menu() -> None:
    talks = Talks()
    talks.talk()
    talks.does(Transfer("1001", HOTLINE), then=0.5)
    assert talks.hears("customer") == {"prompt"}
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.parametrize("agent", ["writes", "is idle"])
@pytest.mark.parametrize("target", ["rings", "refuses", "is not there"])
def test_a_call_nobody_takes_comes_back_to_its_agent(agent: str, target: str) -> None:
    talks = Talks()
    talks.talk()
    if target == "rings":
        talks.rings("1002")
    elif target == "refuses":
        talks.refuses("1002")
    else:
        register(talks.phones["1002"], expires=0)
        talks.world.run(1)
    talks.does(Transfer("1001", "1002"), then=0)
    if agent == "is idle":
        talks.does(EndWrapup("1001"), then=0)
    talks.world.run(33)
    assert talks.exchange.only(did.TransferFailed).extension == "1001"
    assert talks.hears("customer") == {"1001"}
    assert talks.desk("1001") == "talking"
    talks.customer_hangs_up()
    assert talks.desk("1001") == "wrapping"
    talks.over()


def test_a_call_whose_agent_has_left_goes_back_to_its_queue() -> None:
    talks = Talks()
    talks.talk()
    talks.rings("1002")
    talks.does(Transfer("1001", "1002"))
    register(talks.phones["1001"], expires=0)
    talks.world.run(32)
    assert talks.hears("customer") == {"music"}
    talks.lifts("1003")
    talks.exchange.ready("1003")
    talks.world.run(3)
    assert talks.hears("customer") == {"1003"}
    talks.hang_up("1003")
    talks.over()


def test_an_agent_who_does_not_take_it_back_loses_it_to_the_queue() -> None:
    talks = Talks()
    talks.talk()
    talks.rings("1001", "1002")
    talks.does(Transfer("1001", "1002"), then=65)
    assert talks.hears("customer") == {"music"}
    assert talks.desk("1001") == "idle"
    talks.customer_hangs_up()
    talks.over()
    assert talks.exchange.only(ev.CallEnded).queue_log == "ABANDON"


def test_an_inside_call_is_sent_on_by_the_one_who_called() -> None:
    talks = Talks()
    talks.lifts("1002", "1003")
    dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.world.run(3)
    with pytest.raises(NotNow) as refused:
        talks.does(Transfer("1001", "1002"))
    assert refused.value.code == "on_the_line"
    talks.does(Transfer("1001", "1003"))
    assert (talks.hears("1002"), talks.hears("1003")) == ({"1003"}, {"1002"})
    assert talks.desk("1001") == "idle", "nothing to write about an inside call"
    talks.hang_up("1002")
    talks.over()


@pytest.mark.parametrize(("number", "code"), [("1001", "oneself"), ("4711", "no_such_number")])
def test_a_transfer_to_nowhere_changes_nothing(number: str, code: str) -> None:
    talks = Talks()
    talks.talk()
    with pytest.raises(NotNow) as refused:
        talks.does(Transfer("1001", number))
    assert refused.value.code == code
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


def test_a_call_does_not_go_round_in_a_circle_for_ever() -> None:
    talks = Talks(most_transfers=3)
    talks.talk()
    talks.lifts("1002")
    for who, to in (("1001", "1002"), ("1002", "1001"), ("1001", "1002")):
        talks.does(EndWrapup(to), Transfer(who, to))
    with pytest.raises(NotNow) as refused:
        talks.does(EndWrapup("1001"), Transfer("1002", "1001"))
    assert refused.value.code == "too_often"
    assert talks.hears("customer") == {"1002"}
    talks.customer_hangs_up()
    talks.over()
