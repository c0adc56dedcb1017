"""Click to dial: the agent's own telephone rings first, then the number is called."""

from __future__ import annotations

import pytest

from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.conference_events import MemberJoined
from telephony.pbx.conference_orders import LockConference, OpenConference
from telephony.pbx.desk_orders import Dial, HangUp
from telephony.pbx.errors import NotNow
from telephony.sip import events as sip
from tests.stage.exchange import dials, register
from tests.stage.loopback import ANSWER
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


@pytest.mark.feature("SEA-03", "TEL-14", "BAS-09")
def test_the_agents_own_telephone_rings_first() -> None:
    talks = Talks()
    talks.lifts("1001", after=2.0)
    talks.lifts("1002", after=2.0)
    talks.does(Dial("1001", "1002"), then=1)
    assert (talks.desk("1001"), talks.desk("1002")) == ("offered", "idle")
    shown = talks.phones["1001"].only(sip.Invited).request
    assert shown.from_.uri.user == "1002", "the agent's telephone shows whom it will call"
    talks.world.run(2)
    assert (talks.desk("1001"), talks.desk("1002")) == ("talking", "offered")
    assert talks.hears("1001") == {"ringback"}
    assert talks.phones["1002"].only(sip.Invited).request.from_.uri.user == "1001"
    talks.world.run(2)
    assert (talks.hears("1001"), talks.hears("1002")) == ({"1002"}, {"1001"})
    talks.hang_up("1002")
    talks.over()


def test_a_telephone_is_asked_to_lift_by_itself() -> None:
    talks = Talks()
    talks.lifts("1001", "1002")
    talks.does(Dial("1001", "1002", auto_answer=True), then=4)
    lines = talks.phones["1001"].only(sip.Invited).request.headers
    assert "answer-after=0" in lines.get("Call-Info")
    assert "alert-autoanswer" in lines.get("Alert-Info")
    talks.does(HangUp("1001"))
    talks.over()


def test_an_agent_who_does_not_lift_calls_nobody() -> None:
    talks = Talks()
    talks.rings("1001")
    talks.does(Dial("1001", "1002"), then=31)
    assert talks.exchange.only(did.NotLifted).why == "no_answer"
    assert talks.desk("1001") == "idle"
    assert not talks.phones["1002"].all(sip.Invited)
    talks.over()


def test_an_agent_who_refuses_calls_nobody() -> None:
    talks = Talks()
    talks.refuses("1001")
    talks.does(Dial("1001", "1002"))
    assert talks.exchange.only(did.NotLifted).why == "busy"
    talks.over()


def test_an_order_is_taken_back_before_the_agent_lifts() -> None:
    talks = Talks()
    talks.rings("1001")
    talks.does(Dial("1001", "1002"), HangUp("1001"))
    assert talks.phones["1001"].only(sip.Ended).cause == "remote"
    assert talks.desk("1001") == "idle"
    talks.over()


@pytest.mark.parametrize("second", ["lifts", "refuses"])
def test_two_telephones_of_the_desk_ring_and_one_is_lifted(second: str) -> None:
    talks = Talks()
    from tests.stage.exchange import answering, seat

    twin = seat(talks.world, "1001", host="10.0.2.1")
    talks.world.run(1)
    if second == "lifts":
        talks.rings("1001")
        answering(twin)
    else:
        twin.on(sip.Invited, lambda event: twin.core.refuse(event.leg, 486, twin.now))
        talks.lifts("1001", after=2.0)
    talks.lifts("1002")
    talks.does(Dial("1001", "1002"), then=5)
    assert talks.hears("1001") == {"1002"}
    talks.does(HangUp("1001"))
    talks.over()


@pytest.mark.parametrize(
    ("target", "told"), [("busy", "line.busy"), ("away", "unreachable"), ("silent", "unreachable")]
)
def test_an_agent_hears_why_nobody_is_there(target: str, told: str) -> None:
    talks = Talks()
    talks.lifts("1001")
    if target == "busy":
        talks.refuses("1002")
    elif target == "silent":
        talks.rings("1002")
    else:
        register(talks.phones["1002"], expires=0)
        talks.world.run(1)
    talks.does(Dial("1001", "1002"), then=40)
    assert [said.key for said in talks.exchange.all(ev.PromptPlayed)] == [told]
    assert talks.exchange.only(did.NotReached).number == "1002"
    assert talks.desk("1001") == "idle"
    talks.over()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Dial("1001", "1001"), "oneself"),
        (Dial("1001", "4711"), "no_such_number"),
        (Dial("1009", "1001"), "own_not_there"),
    ],
    ids=["oneself", "nowhere", "no desk"],
)
def test_what_cannot_be_dialled_is_said_before_anything_rings(order: Dial, code: str) -> None:
    talks = Talks()
    with pytest.raises(NotNow) as refused:
        talks.does(order)
    assert refused.value.code == code
    assert not talks.exchange.all(ev.CallStarted)


def test_a_desk_in_a_talk_dials_nobody_else() -> None:
    talks = Talks()
    talks.talk()
    with pytest.raises(NotNow) as refused:
        talks.does(Dial("1001", "1002"))
    assert refused.value.code == "own_busy"
    talks.customer_hangs_up()
    talks.over()


def test_what_the_far_end_sends_before_it_is_answered_is_heard() -> None:
    talks = Talks()
    talks.lifts("1001")
    phone = talks.phones["1002"]
    phone.on(
        sip.Invited, lambda event: phone.core.ring(event.leg, phone.now, status=183, sdp=ANSWER)
    )
    talks.does(Dial("1001", "1002"), then=3)
    (rows,) = [row for name, row in talks.exchange.sound.rows.items() if "/caller" in name]
    assert [("/callee" in speaker) for speaker in rows] == [True], "its own sound, no ringback"
    phone.core.answer(phone.only(sip.Invited).leg, ANSWER, phone.now)
    talks.world.run(1)
    assert talks.hears("1002") == {"1001"}
    talks.does(HangUp("1001"))
    talks.over()


def test_a_telephone_that_dials_hears_early_sound_too() -> None:
    talks = Talks()
    caller, phone = talks.phones["1001"], talks.phones["1002"]
    phone.on(
        sip.Invited, lambda event: phone.core.ring(event.leg, phone.now, status=183, sdp=ANSWER)
    )
    leg = dials(caller, "1002", user="1001", password="secret1")
    talks.world.run(2)
    progress = caller.all(sip.Progressed)[-1]
    assert progress.status == 183 and progress.sdp
    phone.core.answer(phone.only(sip.Invited).leg, ANSWER, phone.now)
    talks.world.run(1)
    assert caller.only(sip.Answered)
    assert talks.hears("1001") == {"1002"}
    caller.hang_up(leg)
    talks.over()


@pytest.mark.feature("BAS-08")
def test_a_conference_is_stepped_into_by_its_code() -> None:
    talks = Talks()
    with pytest.raises(NotNow) as refused:
        talks.does(Dial("1001", "*688"))
    assert refused.value.code == "no_conference"
    talks.lifts("1001")
    talks.does(OpenConference("88"), Dial("1001", "*688"), then=3)
    assert talks.phones["1001"].only(sip.Invited).request.headers.get("X-Lab-Conference") == "88"
    assert talks.exchange.only(MemberJoined).number == "1001"
    talks.does(LockConference("88", True))
    with pytest.raises(NotNow) as locked:
        talks.does(Dial("1002", "*688"))
    assert locked.value.code == "conference_locked"
