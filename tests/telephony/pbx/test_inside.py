"""Who may call whom, and what those hear who may not."""

from __future__ import annotations

import pytest

from telephony.pbx import events as ev
from telephony.pbx.commands import HangUpCall
from telephony.pbx.plan import TrunkPlan
from telephony.sip import events as sip
from telephony.sip import sdp
from telephony.sip.auth import Credentials
from tests.stage.exchange import (
    BOARD,
    CARRIER,
    REALM,
    Exchange,
    answering,
    carrier,
    dials,
    flow_of,
    plan_of,
    register,
    seat,
)
from tests.stage.loopback import OFFER, Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story


@pytest.fixture
def world() -> World:
    return World(7)


def status_of(party: Party) -> int:
    return party.only(sip.Refused).status


def inside(world: World, seats: int = 2) -> tuple[Exchange, Party, Party]:
    exchange = Exchange(world, plan_of(seats))
    first, second = seat(world, "1001"), seat(world, "1002")
    world.run(1)
    return exchange, first, second


def call(party: Party, number: str, **more: object) -> str:
    secret = f"secret{int(party.name) - 1000}"
    return dials(party, number, user=party.name, password=secret, **more)  # type: ignore[arg-type]


def test_one_extension_calls_another(world: World) -> None:
    exchange, first, second = inside(world)
    legs = answering(second, after=2.0)
    leg = call(first, "1002")
    world.run(1)
    assert first.all(sip.Progressed)[-1].status == 180
    world.run(3)
    assert first.only(sip.Answered)
    started = exchange.only(ev.CallStarted)
    assert (started.extension, started.dialled, started.trunk) == ("1001", "1002", None)
    assert (exchange.desk("1001"), exchange.desk("1002")) == ("talking", "talking")
    second.hang_up(legs[0])
    world.run(1)
    assert first.only(sip.Ended).leg == leg
    assert (exchange.desk("1001"), exchange.desk("1002")) == ("idle", "idle"), "nothing to write"
    world.run(60)
    assert exchange.leftovers() == {}


@pytest.mark.parametrize(("answer", "heard"), [
    (486, 486), (603, 603), (480, 480),
    (305, 480), (401, 480), (407, 480), (415, 480), (420, 480),
])  # fmt: skip
def test_a_refusal_reaches_the_caller(world: World, answer: int, heard: int) -> None:
    exchange, first, second = inside(world)
    second.on(sip.Invited, lambda event: second.core.refuse(event.leg, answer, second.now))
    call(first, "1002")
    world.run(2)
    assert status_of(first) == heard
    world.run(60)
    assert exchange.leftovers() == {}


def test_nobody_lifts(world: World) -> None:
    exchange, first, second = inside(world)
    second.on(sip.Invited, lambda event: second.core.ring(event.leg, second.now))
    call(first, "1002")
    world.run(31)
    assert status_of(first) == 480
    world.run(60)
    assert exchange.leftovers() == {}


def test_a_busy_desk_is_busy(world: World) -> None:
    exchange, first, second = inside(world, seats=3)
    third = seat(world, "1003")
    answering(second)
    world.run(1)
    call(first, "1002")
    world.run(3)
    call(third, "1002")
    world.run(1)
    assert status_of(third) == 486
    exchange.command(HangUpCall(exchange.all(ev.CallStarted)[0].call))
    world.run(60)
    assert exchange.leftovers() == {}


@pytest.mark.parametrize(
    ("number", "status"),
    [("1003", 480), ("4711", 404), ("1001", 486)],
    ids=["no telephone", "no such number", "oneself"],
)
def test_a_number_that_cannot_be_had(world: World, number: str, status: int) -> None:
    exchange, first, _ = inside(world, seats=3)
    call(first, number)
    world.run(1)
    assert status_of(first) == status
    world.run(60)
    assert exchange.leftovers() == {}


def test_no_codec_in_common(world: World) -> None:
    exchange, first, _ = inside(world)
    opus = (
        b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
        b"m=audio 4000 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n"
    )
    call(first, "1002", sdp=opus)
    world.run(1)
    assert status_of(first) == 488
    world.run(60)
    assert exchange.leftovers() == {}


def test_a_telephone_that_speaks_g722_only_is_answered(world: World) -> None:
    exchange, first, second = inside(world)
    legs = answering(second)
    leg = call(first, "1002", sdp=sdp.make_offer("10.0.0.1", 4000, ("G722",)))
    world.run(3)
    answer = first.only(sip.Answered).sdp
    assert answer and [name for name, _ in sdp.parse(answer).codecs] == ["G722"]
    assert legs and exchange.desk("1002") == "talking"
    first.hang_up(leg)
    world.run(60)
    assert exchange.leftovers() == {}


@pytest.mark.parametrize(
    ("address", "warning"),
    [
        ("IP4 phone.invalid", "301 "),
        ("IP6 2001:db8::7", "300 "),
        ("IP4 239.1.1.1", "330 "),
        ("IP4 255.255.255.255", "330 "),
    ],
    ids=["a name", "the other family", "a group", "everybody"],
)
def test_an_address_that_no_sound_can_be_sent_to(world: World, address: str, warning: str) -> None:
    """Refused at once, with the reason, rather than a call in which nobody hears."""
    exchange, first, _ = inside(world)
    offer = (
        b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN %s\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
    )
    call(first, "1002", sdp=offer % address.encode())
    world.run(1)
    assert status_of(first) == 488
    response = first.only(sip.Refused).response
    assert response is not None and response.headers.get("Warning").startswith(warning)
    world.run(60)
    assert exchange.leftovers() == {}


def test_a_name_is_asked_for_by_both_algorithms_the_older_first(world: World) -> None:
    """SIPp and old telephones read the first only; whoever chooses takes the better one."""
    Exchange(world, plan_of(1))
    seat(world, "1001")
    world.run(1)
    (asked,) = world.sent("SIP/2.0 401", by=BOARD)
    asks = [line for line in asked.data.decode().split("\r\n") if line.startswith("WWW-Auth")]
    assert ["SHA-256" in line for line in asks] == [False, True]
    assert all('qop="auth"' in line for line in asks)
    signed = [one.data for one in world.sent("REGISTER") if b"Authorization" in one.data]
    assert [b"algorithm=SHA-256" in one for one in signed] == [True]


def test_an_emergency_number_answers_for_training(world: World) -> None:
    exchange, first, _ = inside(world)
    call(first, "110")
    world.run(5)
    assert exchange.only(ev.PromptPlayed).key == "training.emergency"
    assert first.only(sip.Ended).cause == "remote"
    world.run(60)
    assert exchange.leftovers() == {}


# ── the door ─────────────────────────────────────────────────────────────────


def test_a_wrong_password_neither_registers_nor_calls(world: World) -> None:
    exchange = Exchange(world)
    stranger = seat(world, "1001", registers=False)
    register(stranger, password="guess")
    world.run(1)
    assert stranger.only(sip.Responded).status == 403
    dials(stranger, "1002", user="1001", password="guess")
    world.run(1)
    assert status_of(stranger) == 403
    assert not exchange.news
    world.run(60)
    assert exchange.leftovers() == {}


def test_one_extension_may_not_register_as_another(world: World) -> None:
    exchange = Exchange(world)
    stranger = seat(world, "1001", registers=False)
    stranger.core.request(
        "REGISTER",
        f"sip:{REALM}",
        to=f"<sip:1002@{REALM}>",
        from_=f"<sip:1002@{REALM}>",
        flow=flow_of(stranger),
        contact="1002",
        credentials=Credentials("1001", "secret1"),
        now=world.now,
    )
    world.flush()
    world.run(1)
    assert stranger.only(sip.Responded).status == 403
    assert not exchange.all(ev.RegistrationChanged)


def test_the_trunk_is_known_by_its_address_too(world: World) -> None:
    """The right password from the wrong place is nobody's."""
    exchange = Exchange(world)
    thief = Party(world, "10.6.6.6", "carrier")
    dials(thief, "000010001")
    world.run(1)
    assert status_of(thief) == 403
    assert not exchange.all(ev.CallStarted)


def test_an_order_from_a_seat_is_not_believed(world: World) -> None:
    exchange, first, second = inside(world)
    answering(second)
    leg = call(first, "1002", order="order-1")
    world.run(2)
    started = exchange.only(ev.CallStarted)
    assert started.order is None and started.call != "order-1"
    first.hang_up(leg)


@pytest.mark.parametrize("caller", ["anonymous", "13800005678"])
def test_a_withheld_number_stays_withheld(world: World, caller: str) -> None:
    exchange, customer = Exchange(world), carrier(world)
    dials(customer, "000010001", caller=caller)
    world.run(1)
    assert exchange.only(ev.CallStarted).caller == ("" if caller == "anonymous" else caller)


def test_the_carrier_may_not_dial_extensions(world: World) -> None:
    _, customer = Exchange(world), carrier(world)
    seat(world, "1002")
    world.run(1)
    dials(customer, "1002")
    world.run(1)
    assert status_of(customer) == 404


def test_options_are_answered(world: World) -> None:
    Exchange(world)
    party = Party(world, "10.0.0.77", "anybody")
    party.core.request(
        "OPTIONS", f"sip:{BOARD[0]}", to=f"<sip:{BOARD[0]}>", from_="<sip:anybody@10.0.0.77>",
        flow=flow_of(party), now=world.now,
    )  # fmt: skip
    world.flush()
    world.run(1)
    told = party.only(sip.Responded)
    assert told.status == 200
    assert told.response is not None and "INVITE" in told.response.headers.get("Allow")


def options(party: Party, asked: str) -> int:
    party.core.request(
        "OPTIONS", f"sip:{asked}", to=f"<sip:{asked}>", from_="<sip:anybody@10.0.0.77>",
        flow=flow_of(party), now=party.now,
    )  # fmt: skip
    party.world.run(1)
    return party.all(sip.Responded)[-1].status


def test_options_for_somebody_else_are_not_ours_to_answer(world: World) -> None:
    """RFC 3261 §8.2.2.1; a carrier may call us as it likes, and a telephone's name for us is ours."""
    plan = plan_of(1, trunks=(TrunkPlan("telecom", "live", host=CARRIER, port=5060),))
    exchange = Exchange(world, plan)
    stranger, telecom = Party(world, "10.0.0.77", "anybody"), carrier(world)
    for mine in (BOARD[0], f"{BOARD[0]}:5060", f"ping@{BOARD[0]}", f"1001@{REALM.upper()}"):
        assert options(stranger, mine) == 200, mine
    for other in ("192.0.2.7", "pbx.test", "bob@example.org"):
        assert options(stranger, other) == 404, other
    assert options(telecom, "gw7.telecom.example") == 200
    assert options(telecom, "bob@telecom.example") == 404
    phone = seat(world, "1001", registers=False)
    phone.core.request(
        "REGISTER", "sip:192.0.2.7", to="<sip:1001@pbx.test>", from_="<sip:1001@pbx.test>",
        flow=flow_of(phone), contact="1001", credentials=Credentials("1001", "secret1"),
        now=world.now,
    )  # fmt: skip
    world.run(1)
    assert options(stranger, "192.0.2.7") == options(stranger, "x@PBX.test") == 200
    assert len(exchange.board.works.registrar.names) == 2


@pytest.mark.parametrize(
    ("asked", "sender", "status"),
    [
        (f"1002@{BOARD[0]}", "1001@10.0.1.1", 0),
        (f"1002@{REALM}", f"1001@{REALM}", 0),
        ("1002@pbx.school.test", "1001@PBX.school.test", 0),
        ("1002@example.org", f"1001@{REALM}", 404),
        ("1002@192.0.2.7", "1001@pbx.school.test", 404),
    ],
)
def test_we_are_no_proxy_into_the_world(world: World, asked: str, sender: str, status: int) -> None:
    """A telephone may call us by any name that is its own domain; other domains are not reached by us."""
    exchange, first, second = inside(world)
    first.core.invite(
        to=f"sip:{asked}", from_=f"<sip:{sender}>", flow=flow_of(first), contact="1001", sdp=OFFER,
        credentials=Credentials("1001", "secret1"), now=world.now,
    )  # fmt: skip
    world.run(1)
    assert [refused.status for refused in first.all(sip.Refused)] == ([status] if status else [])
    assert len(second.all(sip.Invited)) == len(exchange.all(ev.CallStarted)) == (not status)


def test_a_telephone_that_asks_for_nobody_is_told_and_a_stranger_learns_nothing(
    world: World,
) -> None:
    """RFC 3261 §11.2: OPTIONS as INVITE would be; strangers' INVITEs are asked for a password first."""
    _, first, _ = inside(world)
    stranger = Party(world, "10.0.0.77", "anybody")
    for user, status in (("1002", 200), ("4711", 404), ("*97", 200), ("*8", 200)):
        assert options(first, f"{user}@{BOARD[0]}") == status, user
        assert options(stranger, f"{user}@{BOARD[0]}") == 200, user


def test_two_telephones_of_one_desk_ring_and_the_first_gets_it(world: World) -> None:
    exchange, first, second = inside(world)
    twin = seat(world, "1002", host="10.0.2.2")
    second.on(sip.Invited, lambda event: second.core.ring(event.leg, second.now))
    answering(twin, after=2.0)
    world.run(1)
    leg = call(first, "1002")
    world.run(4)
    assert exchange.only(ev.DeskAnswered)
    assert second.only(sip.Ended).cause == "remote"
    assert twin.only(sip.Confirmed)
    first.hang_up(leg)
    world.run(60)
    assert exchange.leftovers() == {}
