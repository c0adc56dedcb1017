"""Transfers that strangers' telephones ask for by SIP: REFER, Replaces, and a second line."""

from __future__ import annotations

import pytest

from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.sip import events as sip
from telephony.sip import sdp
from telephony.sip.auth import Credentials
from tests.stage.exchange import HOST, dials, flow_of
from tests.stage.loopback import OFFER
from tests.stage.talks import Talks

pytestmark = pytest.mark.story

HELD = sdp.make_offer("10.0.0.2", 5000, direction="sendonly", version=2)
BACK = sdp.make_offer("10.0.0.2", 5000, version=3)


def holds(talks: Talks, extension: str, leg: str, offer: bytes = HELD) -> None:
    talks.phones[extension].core.offer(leg, offer, talks.world.now)
    talks.world.run(1)


def second_line(talks: Talks, extension: str, number: str) -> str:
    """The desk puts its talk on hold and dials on a second line."""
    holds(talks, extension, talks.legs[extension][-1])
    secret = f"secret{int(extension) - 1000}"
    leg = dials(talks.phones[extension], number, user=extension, password=secret)
    talks.world.run(2)
    return leg


def refers(talks: Talks, extension: str, target: str, *, replaces: str | None = None) -> list[int]:
    phone = talks.phones[extension]
    phone.core.refer(
        talks.legs[extension][-1], f"sip:{target}@{HOST}", talks.world.now, replaces=replaces
    )
    talks.world.run(2)
    return [event.status for event in phone.all(sip.ReferProgressed)]


@pytest.mark.feature("SEA-35", "TEL-01")
def test_a_telephone_transfers_without_asking() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    assert refers(talks, "1001", "1002")[-1] == 200
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.exchange.only(did.Transferred).queue_log == "BLINDTRANSFER"
    assert talks.phones["1001"].only(sip.Ended).cause == "remote"
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.parametrize(
    ("target", "status"),
    [("4711", 404), ("1001", 482), ("", 404), ("1002@elsewhere.example", 404)],
    ids=["nowhere", "oneself", "nobody", "another-host"],
)
def test_a_refer_to_nowhere_is_refused_and_the_talk_goes_on(target: str, status: int) -> None:
    talks = Talks()
    talks.talk()
    phone = talks.phones["1001"]
    host = "" if "@" in target else f"@{HOST}"
    uri = f"sip:{target}{host}" if target else f"sip:{HOST}"
    phone.core.refer(talks.legs["1001"][-1], uri, talks.world.now)
    talks.world.run(1)
    assert [(e.status, e.done) for e in phone.all(sip.ReferProgressed)] == [(status, True)]
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


def test_a_customer_may_not_refer() -> None:
    talks = Talks()
    talks.talk()
    talks.customer.core.refer(talks.customer_leg, f"sip:1002@{HOST}", talks.world.now)
    talks.world.run(1)
    assert talks.customer.only(sip.ReferProgressed).status == 403
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("SEA-33")
def test_a_desk_has_two_lines_and_turns_from_one_to_the_other() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    first = talks.legs["1001"][-1]
    second = second_line(talks, "1001", "1002")
    assert talks.desk("1001") == "talking"
    assert talks.hears("customer") == {"music"}
    assert talks.hears("1002") == {"1001"}
    holds(talks, "1001", second)
    holds(talks, "1001", first, BACK)
    assert talks.desk("1001") == "talking"
    assert talks.hears("customer") == {"1001"}
    assert talks.hears("1002") == {"music"}
    talks.phones["1001"].hang_up(second)
    talks.world.run(1)
    assert talks.desk("1001") == "talking", "the second line ended, the first goes on"
    talks.customer_hangs_up()
    assert talks.desk("1001") == "wrapping"
    talks.world.run(120)
    assert talks.exchange.leftovers() == {}


def test_the_held_customer_hangs_up_while_the_desk_talks_on_its_second_line() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    second = second_line(talks, "1001", "1002")
    talks.customer_hangs_up()
    assert talks.desk("1001") == "talking"
    talks.phones["1001"].hang_up(second)
    talks.world.run(1)
    assert talks.desk("1001") == "wrapping", "the customer's call is still to be written up"
    talks.world.run(120)
    assert talks.exchange.leftovers() == {}


def test_a_second_line_that_nobody_answers_leaves_the_first_on_hold() -> None:
    talks = Talks()
    talks.talk()
    talks.refuses("1002")
    second_line(talks, "1001", "1002")
    assert talks.desk("1001") == "holding"
    holds(talks, "1001", talks.legs["1001"][-1], BACK)
    assert talks.hears("customer") == {"1001"}
    talks.customer_hangs_up()
    talks.world.run(120)
    assert talks.exchange.leftovers() == {}


@pytest.mark.feature("SEA-34", "TEL-01")
def test_a_telephone_joins_its_two_calls() -> None:
    talks = Talks()
    call = talks.talk()
    talks.lifts("1002")
    second = second_line(talks, "1001", "1002")
    assert refers(talks, "1001", "1002", replaces=second)[-1] == 200
    assert (talks.hears("customer"), talks.hears("1002")) == ({"1002"}, {"customer"})
    assert talks.taped(call) == {"1002"}
    assert (talks.desk("1001"), talks.desk("1002")) == ("wrapping", "talking")
    moved = talks.exchange.only(did.Transferred)
    assert (moved.call, moved.to, moved.queue_log) == (call, "1002", "ATTENDEDTRANSFER")
    assert len(talks.phones["1001"].all(sip.Ended)) == 2
    talks.hang_up("1002")
    talks.world.run(120)
    assert talks.exchange.leftovers() == {}
    assert [ended.why for ended in talks.exchange.all(ev.CallEnded)] == ["transferred", "rated"]


def test_a_telephone_joins_its_calls_while_the_second_still_rings() -> None:
    talks = Talks()
    talks.talk()
    talks.lifts("1002", after=5.0)
    second = second_line(talks, "1001", "1002")
    refers(talks, "1001", "1002", replaces=second)
    talks.world.run(6)
    assert talks.hears("customer") == {"1002"}
    talks.customer_hangs_up()
    talks.world.run(120)
    assert talks.exchange.leftovers() == {}


def replacing(talks: Talks, extension: str, replaces: str) -> str:
    """Call in with INVITE and Replaces."""
    phone = talks.phones[extension]
    leg = phone.core.invite(
        to=f"sip:1001@{HOST}", from_=f"<sip:{extension}@{HOST}>", flow=flow_of(phone),
        contact=extension, sdp=OFFER, headers=[("Replaces", replaces)],
        credentials=Credentials(extension, f"secret{int(extension) - 1000}"), now=phone.now,
    )  # fmt: skip
    talks.world.run(2)
    return leg


def dialog_of(talks: Talks, extension: str) -> str:
    """The dialog of this desk's telephone, as that telephone would name it to another."""
    phone = talks.phones[extension]
    return str(phone.core.replaces(talks.legs[extension][-1]))


@pytest.mark.feature("SEA-34")
def test_another_telephone_takes_the_place_of_one_in_a_talk() -> None:
    talks = Talks()
    talks.talk()
    replacing(talks, "1003", dialog_of(talks, "1001"))
    assert (talks.hears("customer"), talks.hears("1003")) == ({"1003"}, {"customer"})
    assert (talks.desk("1001"), talks.desk("1003")) == ("wrapping", "talking")
    assert talks.phones["1001"].only(sip.Ended).cause == "remote"
    talks.customer_hangs_up()
    talks.over()


def test_replacing_a_dialog_that_is_none_is_refused() -> None:
    talks = Talks()
    replacing(talks, "1003", "nothing;to-tag=a;from-tag=b")
    assert talks.phones["1003"].only(sip.Refused).status == 481
    assert talks.desk("1003") == "idle"
