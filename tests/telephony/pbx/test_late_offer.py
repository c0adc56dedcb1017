"""Callers who make no offer, answers that do not fit it, and calls that have gone on too often."""

import pytest

from telephony.media import control
from telephony.pbx import terms
from telephony.pbx.events import CallEnded, DeskAnswered
from telephony.pbx.leg import Leg
from telephony.sip import crypto, sdp
from telephony.sip.events import Answered, Ended, Refused
from tests.stage.exchange import HOST, Exchange, answering, carrier, dials, flow_of, plan_of, seat
from tests.stage.loopback import ANSWER, OFFER, Party
from tests.stage.talks import Talks
from tests.stage.virtual import World

SPOKEN = sdp.answer_to(sdp.parse(OFFER), "10.0.0.9", 6000)

pytestmark = pytest.mark.story


def school() -> tuple[World, Exchange, Party, Party]:
    world = World()
    exchange = Exchange(world, plan_of(1, numbers={"95501": ("queue", "service")}))
    desk, customers = seat(world, "1001"), carrier(world)
    world.run(1)
    exchange.ready("1001")
    answering(desk)
    return world, exchange, desk, customers


def test_caller_without_offer_gets_ours_and_is_heard_by_its_answer():
    world, exchange, _, customers = school()
    customers.on(Answered, lambda e: customers.core.accept_offer(e.leg, SPOKEN, world.now))
    leg = dials(customers, "95501", sdp=None)
    world.run(10)
    assert exchange.only(DeskAnswered)
    aims = [one for one in exchange.sound.sent if isinstance(one, control.AimLeg)]
    assert {(one.host, one.port) for one in aims} >= {("10.0.0.9", 6000)}
    customers.hang_up(leg)
    world.run(60)
    assert exchange.leftovers() == {}


def test_caller_whose_ack_brings_no_answer_is_hung_up_on():
    world, exchange, _, customers = school()
    customers.on(Answered, lambda e: customers.core.accept_offer(e.leg, b"v=0", world.now))
    dials(customers, "95501", sdp=None)
    world.run(60)
    assert customers.only(Ended).cause == "remote" and exchange.only(CallEnded)
    assert exchange.leftovers() == {}


def test_call_that_may_go_on_no_more_is_refused_with_483():
    world, exchange, _, customers = school()
    customers.core.invite(
        to=f"sip:95501@{HOST}", from_="<sip:138@lab>", flow=flow_of(customers), contact="carrier",
        sdp=ANSWER, hops=0, now=world.now,
    )  # fmt: skip
    world.run(60)
    assert customers.only(Refused).status == 483 and exchange.leftovers() == {}


def test_each_hop_counts_down():
    world, _, desk, customers = school()
    leg = dials(customers, "95501")
    world.run(3)
    invites = [s.data for s in world.sent("INVITE") if s.target == desk.address]
    assert b"Max-Forwards: 69" in invites[0]
    customers.hang_up(leg)


@pytest.mark.parametrize("clear", [True, False])
def test_an_answer_in_the_clear_to_a_secured_offer_ends_the_call(
    monkeypatch: pytest.MonkeyPatch, clear: bool
) -> None:
    """RFC 4568 §7: the profile of the answer is that of the offer; nobody is listened in on unknowing."""

    def keys(leg: Leg, entropy: terms.Entropy) -> tuple[crypto.Crypto, ...]:
        leg.keys = () if leg.inbound or not clear else crypto.make_keys(entropy)
        return leg.keys

    monkeypatch.setattr(terms, "_keys", keys)
    talks = Talks()
    talks.lifts("1002")
    dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.world.run(4)
    assert [event.status for event in talks.phones["1001"].all(Refused)] == [488] * clear
    assert len(talks.phones["1002"].all(Ended)) == clear
    assert len(talks.exchange.all(DeskAnswered)) == (not clear)
