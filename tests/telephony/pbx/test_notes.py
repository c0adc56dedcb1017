"""Words between seats outside calls."""

import pytest

from telephony.sip.auth import Credentials
from telephony.sip.events import Requested, Responded
from tests.stage.exchange import HOST, REALM, Exchange, flow_of, plan_of, seat
from tests.stage.loopback import Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story


def school() -> tuple[World, Exchange, Party, Party]:
    world = World()
    exchange = Exchange(world, plan_of(3))
    anna, bert = seat(world, "1001"), seat(world, "1002")
    bert.on(Requested, lambda event: bert.core.respond(event.key, 200, world.now))
    world.run(1)
    return world, exchange, anna, bert


def says(party: Party, to: str, password: str = "secret1") -> Responded:
    key = party.core.request(
        "MESSAGE", f"sip:{to}@{HOST}", to=f"<sip:{to}@{REALM}>",
        from_=f"<sip:{party.name}@{REALM}>", flow=flow_of(party), body="请帮我看一下".encode(),
        content_type="text/plain;charset=utf-8", credentials=Credentials(party.name, password),
        now=party.now,
    )  # fmt: skip
    party.world.run(2)
    (told,) = [event for event in party.all(Responded) if event.key == key]
    return told


def test_words_of_a_seat_reach_the_other():
    world, exchange, anna, bert = school()
    assert says(anna, "1002").status == 202
    request = bert.only(Requested).request
    assert request.body.decode() == "请帮我看一下"
    assert request.from_.uri.user == "1001" and request.headers.get("Content-Type").startswith(
        "text/"
    )
    world.run(60)
    assert exchange.leftovers() == {}


def test_words_to_nobody_are_refused_as_is_a_stranger():
    _, _, anna, bert = school()
    assert says(anna, "1003").status == 480, "its telephone is not there"
    assert says(anna, "4711").status == 404
    assert says(anna, "1002", password="wrong").status == 403
    assert bert.all(Requested) == []
