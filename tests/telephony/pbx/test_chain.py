"""One call through the whole house: trunk, menu, queue, desk, talk, hold, rating, wrap-up."""

from __future__ import annotations

import pytest

from telephony.pbx import events as ev
from telephony.sip import events as sip
from telephony.sip import sdp
from tests.stage.exchange import Exchange, answering, carrier, dials, press, seat
from tests.stage.virtual import World

pytestmark = pytest.mark.story

HOLD = sdp.make_offer("10.0.0.2", 5000, direction="sendonly", version=2)
TALK = sdp.make_offer("10.0.0.2", 5000, version=3)


@pytest.mark.feature("TEL-06", "TEL-16", "TEL-17", "IVR-06")
def test_a_customer_goes_through_menu_queue_talk_hold_and_rating() -> None:
    world = World(3)
    exchange, customer, agent = Exchange(world), carrier(world), seat(world, "1001")
    legs = answering(agent, after=4.0)
    world.run(1)
    exchange.ready("1001")
    dials(customer, order="order-7")
    world.run(1)
    call = exchange.only(ev.CallStarted)
    assert (call.call, call.order, call.line, call.trunk) == ("order-7",) * 2 + ("practice",) * 2
    press(exchange, "1")
    world.run(6)
    names = [
        type(event).__name__ for event in exchange.news if not isinstance(event, ev.DeskChanged)
    ]
    for first, then in [
        ("CallStarted", "MenuChosen"), ("MenuChosen", "Queued"), ("Queued", "DeskOffered"),
        ("DeskOffered", "DeskRang"), ("DeskRang", "DeskAnswered"),
    ]:  # fmt: skip
        assert names.index(first) < names.index(then)
    answered = exchange.only(ev.DeskAnswered)
    assert answered.extension == "1001" and 3.9 < answered.waited < 4.2
    assert exchange.desk("1001") == "talking"
    assert "agent.1001" in [prompt.key for prompt in exchange.all(ev.PromptPlayed)]

    agent.core.offer(legs[0], HOLD, world.now)
    world.run(5)
    assert exchange.desk("1001") == "holding"
    assert len(customer.all(sip.Reoffered)) == 0, "hold stops at the board"
    agent.core.offer(legs[0], TALK, world.now)
    world.run(5)
    assert exchange.desk("1001") == "talking"
    assert 4.9 < exchange.only(ev.Resumed).held < 5.1

    agent.hang_up(legs[0])
    world.run(1)
    assert exchange.desk("1001") == "wrapping"
    assert exchange.only(ev.TalkEnded).queue_log == "COMPLETEAGENT"
    assert not exchange.all(ev.CallEnded), "the customer is asked to rate"
    press(exchange, "5")
    world.run(3)
    assert exchange.only(ev.Rated).score == 5
    assert exchange.only(ev.CallEnded).why == "rated"
    assert customer.only(sip.Ended).cause == "remote"
    world.run(20)
    assert exchange.desk("1001") == "idle"
    world.run(60)
    assert exchange.leftovers() == {}
