"""What travels inside a call besides sound: words, keys, offers that cross."""

from __future__ import annotations

import pytest

from telephony.media.control import Press
from telephony.pbx import events as ev
from telephony.pbx.conference_orders import EndConference, Invite, OpenConference
from telephony.pbx.desk_orders import CancelConsult, Consult, Hold, JoinAll, Resume
from telephony.pbx.plan import TrunkPlan
from telephony.sip import events as sip
from telephony.sip import sdp
from telephony.sip.core import SipCore
from telephony.sip.message import Lines
from tests.stage.exchange import BOARD, CARRIER, Exchange, answering, carrier, dials, seat
from tests.stage.loopback import Party
from tests.stage.talks import Talks
from tests.stage.virtual import World

pytestmark = pytest.mark.story

PLAIN = "text/plain;charset=utf-8"


def house() -> tuple[World, Exchange, Party, Party]:
    world = World(11)
    exchange, customer, agent = Exchange(world), carrier(world), seat(world, "1001")
    for party in (customer, agent):
        party.on(
            sip.Requested, lambda event, party=party: party.core.respond(event.key, 200, world.now)
        )
    world.run(1)
    exchange.ready("1001")
    return world, exchange, customer, agent


def talk(world: World, exchange: Exchange, customer: Party, agent: Party) -> tuple[str, str]:
    legs = answering(agent)
    leg = dials(customer, "000010001", order="order-1")
    world.run(5)
    return leg, legs[0]


def send(party: Party, leg: str, method: str, body: str, kind: str, lines: Lines = ()) -> None:
    core: SipCore = party.core
    core.send(leg, method, body.encode(), kind, party.now, headers=lines)
    party.world.flush()


def test_the_agents_words_reach_the_practice_customer() -> None:
    world, exchange, customer, agent = house()
    _, leg = talk(world, exchange, customer, agent)
    marks = [("X-RTP-Timestamp", "16000"), ("X-Lab-Line", "picked; line=billing/greet")]
    send(agent, leg, "MESSAGE", "您好", PLAIN, marks)
    world.run(1)
    assert agent.all(sip.Responded)[-1].status == 200
    (relayed,) = customer.all(sip.Requested)
    assert relayed.request.body.decode() == "您好"
    assert relayed.request.headers.get("X-RTP-Timestamp") == "16000"
    said = exchange.only(ev.TextSaid)
    assert (said.by, said.extension, said.text, said.relayed) == ("callee", "1001", "您好", True)
    assert said.headers["X-Lab-Line"] == "picked; line=billing/greet"


def test_the_customers_words_are_noted_and_stay_here() -> None:
    world, exchange, customer, agent = house()
    leg, _ = talk(world, exchange, customer, agent)
    send(customer, leg, "MESSAGE", "我的账单不对", PLAIN)
    world.run(1)
    assert not agent.all(sip.Requested)
    said = exchange.only(ev.TextSaid)
    assert (said.by, said.relayed) == ("caller", False)


def test_words_between_seats_reach_the_other_seat() -> None:
    world, exchange, _, agent = house()
    other = seat(world, "1002")
    legs = answering(agent)
    world.run(1)
    leg = dials(other, "1001", user="1002", password="secret2")
    world.run(3)
    send(other, leg, "MESSAGE", "hello", PLAIN)
    send(agent, legs[0], "MESSAGE", "hello yourself", PLAIN)
    world.run(1)
    assert [said.relayed for said in exchange.all(ev.TextSaid)] == [True, True]
    assert [one.request.body for one in agent.all(sip.Requested)] == [b"hello"]
    assert [one.request.body for one in other.all(sip.Requested)] == [b"hello yourself"]
    send(other, leg, "MESSAGE", "<p>hello</p>", "text/html")
    world.run(1)
    refused = other.all(sip.Responded)[-1]
    assert (refused.status, refused.response.headers.get("Accept")) == (415, "text/plain")
    assert len(agent.all(sip.Requested)) == 1


TYPED = [("X-Lab-Line", "typed")]


def says(talks: Talks, extension: str, leg: str, lines: Lines = ()) -> int:
    """Send words from a desk; returns how they were answered."""
    send(talks.phones[extension], leg, "MESSAGE", "再见", PLAIN, lines)
    talks.world.run(1)
    return talks.phones[extension].all(sip.Responded)[-1].status


def texts(party: Party) -> list[str]:
    asked = [event.request for event in party.all(sip.Requested)]
    return [one.body.decode() for one in asked if one.method == "MESSAGE"]


def test_a_carrier_gets_no_words_and_the_desk_that_sends_them_is_told() -> None:
    """What the agent says is spoken, too: that line is kept and accepted, a text message is not."""
    carriers = TrunkPlan("telecom", "live", "carrier", "carrier-secret", CARRIER, 5060)
    talks = Talks(trunks=(carriers,))
    talks.talk()
    leg = talks.legs["1001"][-1]
    assert says(talks, "1001", leg, TYPED) == 200
    assert says(talks, "1001", leg) == 403
    said = talks.exchange.only(ev.TextSaid)
    assert (said.headers, said.relayed) == (dict(TYPED), False)
    assert texts(talks.customer) == []
    talks.customer_hangs_up()
    talks.over()


def test_words_go_to_those_who_hear_the_voice() -> None:
    """A customer on hold learns nothing of what is said aside; of three each has the others' words."""
    talks = Talks()
    talks.talk()
    talks.lifts("1002")
    talks.does(Hold("1001"))
    ours = talks.legs["1001"][-1]
    assert (says(talks, "1001", ours, TYPED), says(talks, "1001", ours)) == (200, 403)
    talks.does(Resume("1001"), Consult("1001", "1003"))
    assert says(talks, "1001", ours, TYPED) == 403, "nobody asked has answered"
    talks.does(CancelConsult("1001"), Consult("1001", "1002"))
    assert says(talks, "1001", ours, TYPED) == says(talks, "1002", talks.legs["1002"][-1]) == 200
    assert (len(texts(talks.phones["1001"])), len(texts(talks.phones["1002"]))) == (1, 1)
    assert texts(talks.customer) == []
    talks.does(JoinAll("1001"))
    assert says(talks, "1002", talks.legs["1002"][-1]) == 200
    assert (len(texts(talks.customer)), len(texts(talks.phones["1001"]))) == (1, 2)
    kept = [(said.extension, said.relayed) for said in talks.exchange.all(ev.TextSaid)]
    assert kept == [("1001", False), ("1002", True)], "what is said aside is on no record"
    talks.customer_hangs_up()
    talks.over()


def test_a_conference_takes_no_words() -> None:
    talks = Talks()
    talks.lifts("1001")
    talks.does(OpenConference("88"), Invite("88", "1001"), then=3)
    leg = talks.legs["1001"][-1]
    assert (says(talks, "1001", leg, TYPED), says(talks, "1001", leg)) == (200, 403)
    talks.does(EndConference("88"), then=120)
    assert talks.exchange.leftovers() == {}


@pytest.mark.parametrize(
    ("body", "kind"),
    [("Signal=2\r\nDuration=160\r\n", "application/dtmf-relay"), ("2", "application/dtmf")],
)
def test_a_key_by_info_counts_in_a_menu(body: str, kind: str) -> None:
    world, exchange, customer, _ = house()
    leg = dials(customer)
    world.run(0.5)
    send(customer, leg, "INFO", body, kind)
    world.run(0.5)
    assert exchange.only(ev.MenuChosen).key == "2"
    assert exchange.only(ev.Queued).queue == "sales"


def test_a_key_in_a_talk_goes_to_the_other_end_and_is_noted_without_saying_which() -> None:
    world, exchange, customer, agent = house()
    leg, _ = talk(world, exchange, customer, agent)
    send(customer, leg, "INFO", "Signal=7\r\n", "application/dtmf-relay")
    world.run(1)
    assert exchange.only(ev.DigitPressed).by == "caller"
    (pressed,) = [one for one in exchange.sound.sent if isinstance(one, Press)]
    assert (pressed.leg.split("/")[1][:6], pressed.digits) == ("callee", "7")
    assert not hasattr(exchange.only(ev.DigitPressed), "digit")


def test_offers_that_cross_meet_491_and_the_call_goes_on() -> None:
    """The board makes no offers of its own, so it has to be made to."""
    world, exchange, customer, agent = house()
    _, leg = talk(world, exchange, customer, agent)
    works = exchange.board.works
    ours = next(one for one in works.legs.by_name.values() if one.side == "callee")
    offer = sdp.make_offer("10.0.0.100", ours.port, version=9)
    exchange.board.core.offer(ours.sip, offer, world.now)
    agent.core.offer(leg, sdp.make_offer("10.0.0.2", 5000, version=2), world.now)
    agent.on(sip.Reoffered, lambda event: agent.core.accept_offer(leg, offer, world.now))
    world.flush()
    world.run(10)
    assert world.sent("SIP/2.0 491", by=BOARD) or world.sent("SIP/2.0 491", by=agent.address)
    assert exchange.desk("1001") == "talking"
    agent.hang_up(leg)
    world.run(120)
    assert exchange.leftovers() == {}


def test_the_customer_may_hold_too_and_the_agent_hears_music() -> None:
    world, exchange, customer, agent = house()
    leg, desk = talk(world, exchange, customer, agent)
    caller, callee = (
        next(n for n in exchange.board.works.legs.by_name if side in n)
        for side in ("caller", "callee")
    )
    hold = sdp.make_offer("10.0.0.1", 4000, direction="sendonly", version=2)
    customer.core.offer(leg, hold, world.now)
    world.run(1)
    assert exchange.only(ev.Held).by == "caller"
    assert exchange.desk("1001") == "talking", "it is not the agent who holds"
    rows = exchange.sound.rows
    assert rows[caller] == {} and list(rows[callee].values()) == [1.0]
    agent.core.offer(
        desk, sdp.make_offer("10.0.0.2", 5000, direction="sendonly", version=2), world.now
    )
    world.run(1)
    back = sdp.make_offer("10.0.0.1", 4000, version=3)
    customer.core.offer(leg, back, world.now)
    world.run(1)
    assert [held.by for held in exchange.all(ev.Held)] == ["caller", "callee"]
    assert exchange.desk("1001") == "holding"
    assert list(exchange.sound.rows[caller].values()) == [1.0]
    assert exchange.sound.rows[callee] == {}
    agent.hang_up(desk)
    world.run(120)
    assert exchange.leftovers() == {}


def test_an_offer_without_a_codec_of_ours_is_refused_and_the_talk_goes_on() -> None:
    world, exchange, customer, agent = house()
    _, leg = talk(world, exchange, customer, agent)
    strange = sdp.make_offer("10.0.0.2", 5000, ("G722",), version=2)
    strange = strange.replace(b"AVP 9 ", b"AVP 18 ").replace(b":9 G722", b":18 G729")
    agent.core.offer(leg, strange, world.now)
    world.run(1)
    assert agent.only(sip.OfferRefused).status == 488
    assert exchange.desk("1001") == "talking"
    (warned,) = world.sent("SIP/2.0 488", by=BOARD)
    assert b'Warning: 305 10.0.0.100:5060 "Incompatible media format"' in warned.data


def test_the_version_of_our_description_counts_what_was_sent() -> None:
    world, exchange, customer, agent = house()
    _, leg = talk(world, exchange, customer, agent)
    strange = sdp.make_offer("10.0.0.2", 5000, ("G722",), version=3)
    strange = strange.replace(b"AVP 9 ", b"AVP 18 ").replace(b":9 G722", b":18 G729")
    for offer in (sdp.make_offer("10.0.0.2", 5000, version=2), strange, strange,
                  sdp.make_offer("10.0.0.2", 5000, version=4)):  # fmt: skip
        agent.core.offer(leg, offer, world.now)
        world.run(1)
    assert len(agent.all(sip.OfferRefused)) == 2
    answers = [sdp.parse(one.sdp or b"").version for one in agent.all(sip.OfferAnswered)]
    assert answers == ["2", "3"]
