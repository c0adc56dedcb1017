"""A call waits in a slot, or rings at another desk: who may take it, and how."""

from __future__ import annotations

import pytest

from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.calls_plan import CallsPlan
from telephony.pbx.commands import EndWrapup
from telephony.pbx.desk_orders import Park, PickUp, Retrieve, Transfer
from telephony.pbx.errors import NotNow
from telephony.sip import events as sip
from tests.stage.exchange import dials, register
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


def dialled(talks: Talks, extension: str, number: str) -> str:
    secret = f"secret{int(extension) - 1000}"
    return dials(talks.phones[extension], number, user=extension, password=secret)


@pytest.mark.feature("TEL-01")
@pytest.mark.parametrize("how", ["order", "transfer to the code"])
def test_a_call_is_parked_and_fetched_at_another_desk(how: str) -> None:
    talks = Talks()
    call = talks.talk()
    talks.does(Park("1001") if how == "order" else Transfer("1001", "700"))
    parked = talks.exchange.only(did.Parked)
    assert (parked.extension, parked.slot) == ("1001", "701")
    assert talks.hears("customer") == {"music"}
    assert talks.desk("1001") == "wrapping"
    assert talks.taped(call) == set(), "music is on no recording"
    talks.lifts("1002")
    talks.does(Retrieve("1002", "701"))
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.exchange.only(did.Retrieved).extension == "1002"
    talks.customer_hangs_up()
    talks.over()


def test_a_parked_call_is_fetched_by_dialling_its_slot() -> None:
    talks = Talks()
    talks.talk()
    talks.does(Park("1001", "705"))
    dialled(talks, "1003", "705")
    talks.world.run(1)
    assert talks.phones["1003"].only(sip.Answered)
    assert (talks.hears("customer"), talks.hears("1003")) == ({"1003"}, {"customer"})
    assert talks.desk("1003") == "talking"
    talks.customer_hangs_up()
    talks.over()


def test_a_parked_call_nobody_fetches_comes_back_to_whom_parked_it() -> None:
    talks = Talks()
    talks.talk()
    talks.does(Park("1001"), EndWrapup("1001"), then=30)
    assert talks.exchange.only(did.ParkTimedOut).extension == "1001"
    talks.world.run(3)
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


def test_a_parked_call_whose_desk_is_gone_comes_back_to_its_queue() -> None:
    talks = Talks()
    talks.talk()
    talks.does(Park("1001"))
    register(talks.phones["1001"], expires=0)
    talks.world.run(60)
    assert [queued.queue for queued in talks.exchange.all(ev.Queued)] == ["service", "service"]
    talks.customer_hangs_up()
    talks.over()


def test_a_fetch_that_nobody_lifts_leaves_the_call_parked() -> None:
    talks = Talks()
    talks.talk()
    talks.refuses("1002")
    talks.does(Park("1001"), Retrieve("1002", "701"))
    assert talks.hears("customer") == {"music"}
    assert talks.desk("1002") == "idle"
    talks.customer_hangs_up()
    talks.over()


def test_a_parked_customer_who_hangs_up_leaves_the_slot_free() -> None:
    talks = Talks()
    talks.talk()
    talks.does(Park("1001"))
    talks.customer_hangs_up()
    dialled(talks, "1002", "701")
    talks.world.run(1)
    assert talks.phones["1002"].only(sip.Refused).status == 404
    talks.over()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Park("1001", "799"), "no_such_slot"),
        (Park("1002"), "no_call"),
        (Retrieve("1002", "701"), "slot_empty"),
    ],
    ids=["no such slot", "no call", "empty"],
)
def test_what_cannot_be_parked_or_fetched(order: Park, code: str) -> None:
    talks = Talks()
    talks.talk()
    with pytest.raises(NotNow) as refused:
        talks.does(order)
    assert refused.value.code == code
    talks.customer_hangs_up()
    talks.over()


# ── pickup ───────────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-01", "BAS-01")
@pytest.mark.parametrize("number", ["*8", "**1002"])
def test_a_ringing_call_is_taken_by_code(number: str) -> None:
    talks = Talks()
    talks.rings("1002")
    dialled(talks, "1001", "1002")
    talks.world.run(2)
    dialled(talks, "1003", number)
    talks.world.run(1)
    assert (talks.hears("1001"), talks.hears("1003")) == ({"1003"}, {"1001"})
    assert talks.phones["1002"].only(sip.Ended).cause == "remote"
    took = talks.exchange.only(did.PickedUp)
    assert (took.extension, took.rang) == ("1003", "1002")
    assert (talks.desk("1002"), talks.desk("1003")) == ("idle", "talking")
    talks.phones["1003"].hang_up(talks.phones["1003"].all(sip.Answered)[0].leg)
    talks.over()


@pytest.mark.feature("TEL-01", "BAS-01")
def test_a_customer_of_a_queue_is_taken_by_order() -> None:
    talks = Talks()
    talks.rings("1002")
    talks.lifts("1003")
    talks.exchange.ready("1002")
    talks.customer_leg = dials(talks.customer, "000010001")
    talks.world.run(2)
    assert talks.desk("1002") == "offered"
    talks.does(PickUp("1003", "1002"), then=3)
    assert talks.hears("customer") == {"1003"}
    assert talks.desk("1002") == "idle"
    assert talks.exchange.only(ev.DeskAnswered).extension == "1003"
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.parametrize(("group", "status"), [(("1001", "1003"), 403), (("1002", "1003"), 0)])
def test_only_ones_own_group_is_picked_up_for(group: tuple[str, ...], status: int) -> None:
    talks = Talks(calls=CallsPlan(groups={"one": group}))
    talks.rings("1002")
    caller = dialled(talks, "1001", "1002")
    talks.world.run(2)
    dialled(talks, "1003", "*8")
    talks.world.run(1)
    heard = [refused.status for refused in talks.phones["1003"].all(sip.Refused)]
    assert heard == ([status] if status else [])
    talks.phones["1001"].hang_up(caller)
    talks.over()


def test_nothing_rings() -> None:
    talks = Talks()
    dialled(talks, "1003", "*8")
    talks.world.run(1)
    assert talks.phones["1003"].only(sip.Refused).status == 404
    with pytest.raises(NotNow, match="No call rings"):
        talks.does(PickUp("1003"))
