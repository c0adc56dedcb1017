"""A whole call between two cores on the loopback network."""

import pytest

from telephony.sip.events import Answered, Confirmed, Ended, Invited, Progressed, Refused
from tests.stage.loopback import ANSWER, OFFER, two_parties
from tests.stage.virtual import World

pytestmark = pytest.mark.story


def test_call_is_answered_talked_and_ended_and_nothing_is_left():
    world = World()
    anna, bert = two_parties(world)
    bert.answers(after=3.0)
    leg = anna.call(bert)
    world.run(10)
    assert bert.only(Invited).request.sdp == OFFER
    assert anna.only(Progressed).status == 180
    assert anna.only(Answered).sdp == ANSWER
    assert bert.only(Confirmed)
    anna.hang_up(leg)
    world.run(1)
    assert anna.only(Ended).cause == "local"
    assert bert.only(Ended).cause == "remote"
    world.run_out()
    assert anna.core.idle and bert.core.idle, (anna.core.counts(), bert.core.counts())


def test_busy_is_told_once_and_acknowledged_on_the_same_branch():
    world = World()
    anna, bert = two_parties(world)
    bert.on(Invited, lambda event: bert.core.refuse(event.leg, 486, bert.now))
    anna.call(bert)
    world.run_out()
    assert anna.only(Refused).status == 486
    assert len(world.sent("ACK")) == 1
    assert anna.core.idle and bert.core.idle
