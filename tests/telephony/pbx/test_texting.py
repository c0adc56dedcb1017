"""Short messages to mobile telephones: which trunk carries them, what a carrier says, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from telephony.pbx.desk_orders import SendText
from telephony.pbx.errors import NotNow
from telephony.pbx.events import TextSent
from telephony.pbx.numbering import UNITED_STATES, Kind, Place
from telephony.pbx.plan import USUAL_KINDS, OutRule
from telephony.pbx.texting import MOST_PARTS, MOST_WAITING, PLAIN, WHOLE, parts_of
from telephony.sip import events as sip
from telephony.sip.auth import Credentials
from tests.stage.loopback import Party
from tests.telephony.pbx.test_outside import FRIEND, MINE, TRUNK, House

pytestmark = pytest.mark.story

SAID = "您的故障已修复。Thank you! \r\nVia: none"


def says(party: Party, status: int) -> None:
    """This gateway answers every message so."""
    party.on(
        sip.Requested,
        lambda event: party.core.respond(event.key, status, party.now),
    )


def sends(house: House, number: str = FRIEND, text: str = SAID, ref: str = "n1") -> None:
    house.exchange.command(SendText("1001", number, text, ref))
    house.world.run(2)


@pytest.mark.feature("TEL-18", "SEA-22")
def test_a_message_leaves_by_the_trunk_a_call_would_take_and_the_carriers_answer_is_told() -> None:
    house = House()
    says(house.east, 202)
    sends(house)
    request = house.east.only(sip.Requested).request
    assert (request.method, request.to.uri.user, request.from_.uri.user) == (
        "MESSAGE",
        FRIEND,
        MINE,
    )
    assert request.headers.get("Content-Type") == PLAIN
    assert request.body.decode() == SAID and not request.headers.all("Via")[1:]
    told = house.exchange.only(TextSent)
    assert (told.number, told.ref, told.trunk, told.parts) == ("+8613800138000", "n1", "unicom", 1)
    assert (told.status, told.why, told.call) == (202, "", None)
    assert not house.exchange.board.works.texts


@pytest.mark.feature("TEL-18")
def test_a_rule_chooses_the_trunk_and_the_trunk_the_writing_of_the_number() -> None:
    mobile = replace(TRUNK, name="mobile", gateways=TRUNK.gateways[:1], style="e164", numbers=())
    house = House(TRUNK, mobile, rules=(OutRule("mobile", kinds=frozenset({Kind.MOBILE})),))
    says(house.west, 200)
    sends(house)
    assert house.west.only(sip.Requested).request.to.uri.user == "+8613800138000"
    assert house.exchange.only(TextSent).trunk == "mobile"


@pytest.mark.feature("TEL-18")
@pytest.mark.parametrize(
    ("east", "west", "why", "trunk_says"),
    [(503, 202, "", 202), (500, 404, "no_such_number", 404), (405, 200, "no_texts", 405),
     (403, 200, "forbidden", 403), (604, 200, "sip_604", 604)],
)  # fmt: skip
def test_the_next_gateway_is_tried_when_one_fails_and_a_refusal_is_told(
    east: int, west: int, why: str, trunk_says: int
) -> None:
    house = House()
    says(house.east, east)
    says(house.west, west)
    sends(house)
    told = house.exchange.only(TextSent)
    assert (told.status, told.why) == (trunk_says, why)
    assert len(house.west.all(sip.Requested)) == int(east >= 500 and east != 604)


def test_silent_gateways_are_waited_for_no_longer_than_a_request_lasts() -> None:
    house = House()
    for party in (house.east, house.west):
        party.on(sip.Requested, lambda event: None)
    sends(house)
    house.world.run(80)
    assert (house.exchange.only(TextSent).status, house.exchange.board.works.texts) == (408, {})


def test_a_carrier_that_wants_proof_gets_it() -> None:
    house = House(replace(TRUNK, account=Credentials("school", "secret")))
    asked: list[str] = []

    def challenge(event: sip.Requested) -> None:
        proof = event.request.headers.get("Authorization")
        asked.append(proof)
        lines = [("WWW-Authenticate", 'Digest realm="c", nonce="n", algorithm=MD5')]
        house.east.core.respond(
            event.key, 202 if proof else 401, house.east.now, headers=() if proof else lines
        )

    house.east.on(sip.Requested, challenge)
    sends(house)
    assert [bool(one) for one in asked] == [False, True]
    assert house.exchange.only(TextSent).why == ""


@pytest.mark.feature("TEL-18")
@pytest.mark.parametrize(
    ("number", "text", "code"),
    [
        ("01062345678", "hello", "no_mobile"), ("4008001234", "hello", "no_mobile"),
        ("10086", "hello", "no_mobile"), ("0014152345678", "hello", "no_mobile"),
        ("110", "hello", "emergency"), ("120", "hello", "emergency"),
        ("12", "hello", "no_number"), ("", "hello", "no_number"), ("sip:x@evil", "hello", "no_number"),
        ("9" * 4000, "hello", "no_number"), (FRIEND, " \n\t", "text_empty"), (FRIEND, "", "text_empty"),
        (FRIEND, "字" * 336, "text_too_long"), (FRIEND, "x" * 100_000, "text_too_long"),
    ],
)  # fmt: skip
def test_what_is_refused(number: str, text: str, code: str) -> None:
    house = House()
    with pytest.raises(NotNow) as refused:
        house.exchange.command(SendText("1001", number, text))
    assert refused.value.code == code
    assert not house.east.events and not house.exchange.board.works.texts


@pytest.mark.feature("TEL-18")
@pytest.mark.parametrize("number", [FRIEND, "000010007", "110"])
def test_a_live_line_carries_no_message(number: str) -> None:
    house = House(replace(TRUNK, line="live"))
    with pytest.raises(NotNow) as refused:
        house.exchange.command(SendText("1001", number, "hello"))
    assert refused.value.code == "live_closed"
    assert not house.east.events


def test_practice_numbers_take_messages_and_a_trunk_that_may_not_call_mobiles_does_not() -> None:
    house = House()
    says(house.east, 202)
    sends(house, "000010007")
    assert house.exchange.only(TextSent).number == "000010007"
    shut = House(replace(TRUNK, allows=USUAL_KINDS - {Kind.MOBILE}))
    with pytest.raises(NotNow) as refused:
        shut.exchange.command(SendText("1001", FRIEND, "hello"))
    assert refused.value.code == "mobile_not_allowed"


def test_in_america_mobile_numbers_look_like_all_others() -> None:
    house = House()
    works = house.exchange.board.works
    works.plan = replace(works.plan, place=Place(UNITED_STATES))
    says(house.east, 202)
    sends(house, "14152345678")
    assert house.exchange.only(TextSent).number == "+14152345678"


def test_so_many_wait_at_once_and_no_more() -> None:
    house = House()
    house.east.on(sip.Requested, lambda event: None)
    with pytest.raises(NotNow) as refused:
        for _ in range(MOST_WAITING + 1):
            house.exchange.command(SendText("1001", FRIEND, "hello"))
    assert refused.value.code == "texts_waiting"
    assert len(house.exchange.board.works.texts) == MOST_WAITING


def test_gateways_without_an_address_are_no_way() -> None:
    house = House()
    house.exchange.board.works.reach = lambda gateway: None
    with pytest.raises(NotNow) as refused:
        house.exchange.command(SendText("1001", FRIEND, "hello"))
    assert refused.value.code == "no_gateway"


@given(some.text(max_size=400))
def test_parts_hold_the_whole_text(text: str) -> None:
    letters = len(text.encode("utf-16-be")) // 2
    parts = parts_of(text)
    assert (parts == 1) == (letters <= WHOLE)
    assert parts == 1 or (parts - 1) * 67 < letters <= parts * 67


@pytest.mark.parametrize(
    ("text", "parts"), [("字" * 70, 1), ("字" * 71, 2), ("😀" * 36, 2), ("字" * 335, MOST_PARTS)]
)
def test_the_length_of_a_part(text: str, parts: int) -> None:
    assert parts_of(text) == parts
