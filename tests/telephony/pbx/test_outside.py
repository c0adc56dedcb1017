"""Calls to the outside: which trunk, which gateway, what is shown, and what happens when one fails."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from telephony.errors import LocalError
from telephony.pbx import events as ev
from telephony.pbx import trunk_events as out
from telephony.pbx.call_events import Transferred
from telephony.pbx.commands import SetPlan
from telephony.pbx.desk_orders import CompleteTransfer, Consult, JoinAll, Transfer
from telephony.pbx.errors import PlanError
from telephony.pbx.numbering import CHINA, Kind, Place
from telephony.pbx.plan import GatewayPlan, OutRule, TrunkPlan
from telephony.sip import events as sip
from telephony.sip import sdp
from telephony.sip.auth import Credentials
from telephony.sip.message import Lines, Request
from telephony.wires.loopback import Weather
from tests.stage.exchange import HOST, Exchange, answering, dials, flow_of, plan_of, seat
from tests.stage.loopback import ANSWER, OFFER, Party
from tests.stage.talks import Talks
from tests.stage.virtual import World

pytestmark = pytest.mark.story

EAST, WEST = "10.0.2.1", "10.0.2.2"
MINE = "01062341000"
FRIEND = "13800138000"

TRUNK = TrunkPlan(
    "unicom",
    "practice",
    host=EAST,
    port=5060,
    gateways=(GatewayPlan(WEST, priority=2), GatewayPlan(EAST, priority=1)),
    numbers=(MINE, "01062341001"),
)


class House:
    """A board with one seat and two gateways of a carrier."""

    def __init__(self, *trunks: TrunkPlan, desk: dict[str, Any] | None = None, **more: Any) -> None:
        self.world = World(11)
        plan = plan_of(2, trunks=trunks or (TRUNK,), place=Place(CHINA, "10", "9"), **more)
        if desk:
            desks = {**plan.desks, "1001": replace(plan.desks["1001"], **desk)}
            plan = replace(plan, desks=desks)
        self.exchange = Exchange(self.world, plan)
        self.seat = seat(self.world, "1001")
        self.east = Party(self.world, EAST, "east")
        self.west = Party(self.world, WEST, "west")
        self.world.run(1)

    def dials(self, number: str = FRIEND) -> str:
        leg = dials(self.seat, number, user="1001", password="secret1")
        self.world.run(0.5)
        return leg

    def run(self, seconds: float) -> None:
        self.world.run(seconds)

    def refusing(self, party: Party, status: int, **more: Any) -> None:
        party.on(sip.Invited, lambda e: party.core.refuse(e.leg, status, party.now, **more))

    def quiet(self) -> None:
        self.world.run(120)
        assert self.exchange.leftovers() == {}


def invite_of(party: Party) -> Request:
    return party.all(sip.Invited)[-1].request


@pytest.mark.feature("SEA-35")
def test_a_colleague_sees_the_customer_whom_an_agent_called_and_hands_on() -> None:
    house = House()
    colleague = seat(house.world, "1002")
    answering(house.east, after=1.0)
    answering(colleague, after=1.0)
    house.dials(FRIEND)
    house.run(3)
    house.exchange.command(Transfer("1001", "1002"))
    house.run(3)
    assert invite_of(colleague).from_.uri.user == FRIEND
    (taken,) = house.exchange.board.works.recents.of("1002")
    assert (taken.kind, taken.number) == ("answered", FRIEND)
    colleague.core.hang_up(colleague.only(sip.Invited).leg, house.world.now)
    house.quiet()


@pytest.mark.feature("SEA-34", "SEA-36")
@pytest.mark.parametrize("orders", [(), (JoinAll("1001"),)], ids=["consulted", "three-way"])
def test_a_hand_over_to_a_number_outside_names_it(orders: tuple[JoinAll, ...]) -> None:
    house = House()
    colleague = seat(house.world, "1002")
    legs = answering(colleague, after=1.0)
    answering(house.east, after=1.0)
    house.run(1)
    dials(house.seat, "1002", user="1001", password="secret1")
    house.run(3)
    for order in (Consult("1001", FRIEND), *orders, CompleteTransfer("1001")):
        house.exchange.command(order)
        house.run(3)
    moved = house.exchange.only(Transferred)
    assert (moved.to, moved.how) == ("+8613800138000", "attended")
    assert (house.exchange.desk("1001"), house.exchange.desk("1002")) == ("idle", "talking")
    colleague.hang_up(legs[0])
    house.quiet()


def test_whoever_calls_and_hands_on_is_not_who_calls_then() -> None:
    talks = Talks()
    talks.lifts("1002", "1003")
    dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.world.run(3)
    talks.does(Transfer("1001", "1003"))
    assert invite_of(talks.phones["1003"]).from_.uri.user == "1002"
    talks.hang_up("1003")
    talks.over()


@pytest.mark.feature("TEL-01")
def test_a_call_in_progress_outlives_its_trunk() -> None:
    house = House()
    answering(house.east, after=1.0)
    leg = house.dials(FRIEND)
    house.run(3)
    plan = house.exchange.board.works.plan
    house.exchange.command(SetPlan(replace(plan, trunks=())))
    house.run(120)
    assert len(house.exchange.board.works.calls) == 1
    refused = house.dials(FRIEND)
    house.run(2)
    assert [event.leg for event in house.seat.all(sip.Refused)] == [refused]
    house.seat.hang_up(leg)
    house.quiet()


@pytest.mark.feature("TEL-01", "BAS-01", "SEA-30")
def test_a_seat_calls_a_number_outside() -> None:
    house = House()
    legs = answering(house.east, after=3.0)
    leg = house.dials("9" + FRIEND)
    house.run(1)
    assert house.seat.all(sip.Progressed)[-1].status == 180
    assert house.exchange.only(out.OutsideRang).number == "+8613800138000"
    house.run(3)
    assert house.seat.only(sip.Answered)
    dialled, answered = (
        house.exchange.only(out.OutsideDialled),
        house.exchange.only(out.OutsideAnswered),
    )
    assert (dialled.number, dialled.trunk, dialled.shows) == ("+8613800138000", "unicom", MINE)
    assert dialled.gateway == f"udp:{EAST}:5060"
    assert (answered.extension, answered.codec) == ("1001", "PCMA")
    assert house.exchange.desk("1001") == "talking"
    assert house.exchange.sound.recordings, "outbound calls are recorded as any other"
    house.east.hang_up(legs[0])
    house.run(1)
    assert house.seat.only(sip.Ended).leg == leg
    assert house.exchange.desk("1001") == "idle"
    house.quiet()


def test_what_the_carrier_and_the_called_side_see() -> None:
    house = House()
    answering(house.east)
    house.dials()
    request = invite_of(house.east)
    assert request.uri == f"sip:{FRIEND}@{EAST}:5060"
    assert (request.from_.uri.user, request.from_.uri.host) == (MINE, EAST)
    assert request.headers.get("P-Asserted-Identity") == f"<sip:{MINE}@{EAST}>"
    assert "Privacy" not in request.headers


@pytest.mark.parametrize(
    ("style", "number", "called", "shown"),
    [
        ("e164", FRIEND, "+8613800138000", "+861062341000"),
        ("digits", "057187654321", "8657187654321", "861062341000"),
        ("national", "62349999", "01062349999", "01062341000"),
        ("local", "62349999", "62349999", "62341000"),
        ("e164", "95588", "95588", "+861062341000"),
    ],
)
def test_numbers_are_written_as_the_carrier_wants(
    style: Any, number: str, called: str, shown: str
) -> None:
    house = House(replace(TRUNK, style=style))
    house.dials(number)
    request = invite_of(house.east)
    assert request.uri.partition("@")[0] == f"sip:{called}"
    assert request.from_.uri.user == shown


def test_a_desk_shows_its_own_number_and_never_anothers() -> None:
    house = House(desk={"shows": "+861062341001"})
    house.dials()
    assert invite_of(house.east).from_.uri.user == "01062341001"
    house = House(desk={"shows": "01088888888"})
    house.dials()
    assert house.seat.only(sip.Refused).status == 403
    assert house.exchange.only(out.OutsideClosed).why == "caller_id_not_ours"
    assert not house.east.all(sip.Invited)
    house.quiet()


@pytest.mark.parametrize("status", [408, 500, 503, 504])
def test_the_next_gateway_is_tried(status: int) -> None:
    house = House()
    house.refusing(house.east, status)
    answering(house.west)
    house.dials()
    house.run(2)
    assert house.seat.only(sip.Answered)
    failed = house.exchange.only(out.OutsideFailed)
    assert (failed.status, failed.again) == (status, True)
    assert house.exchange.only(out.OutsideAnswered)
    assert len(house.exchange.sound.legs) == 2, "one leg, however many ways it tried"


def test_a_gateway_without_a_sign_of_life_is_passed_over() -> None:
    house = House()
    house.world.network.loses = lambda sent: sent.target[0] == EAST
    answering(house.west)
    house.dials()
    house.run(2)
    assert not house.west.all(sip.Invited)
    house.run(3)
    assert house.seat.only(sip.Answered)
    assert house.exchange.only(out.OutsideFailed).why == "no_answer_of_gateway"
    house.exchange.board.works.calls.copy().popitem()[1].end("over", "board", house.world.now)
    house.quiet()


def answers_late(party: Party, after: float) -> None:
    """Say 100 at once and nothing more until the call is answered, whoever has hung up meanwhile."""

    def lift(leg: str) -> None:
        with suppress(LocalError):
            party.core.answer(leg, ANSWER, party.now)

    party.on(sip.Invited, lambda e: party.world.at(party.now + after, lambda: lift(e.leg)))


@pytest.mark.feature("TEL-01")
@pytest.mark.parametrize("after", [100.0, 6.85], ids=["never", "as it is taken back"])
def test_a_gateway_that_is_only_trying_is_passed_over(after: float) -> None:
    house = House(replace(TRUNK, progress=7.0))
    legs = answering(house.west)
    answers_late(house.east, after)
    house.world.network.weather = Weather(delay=0.1)
    house.dials()
    house.run(6)
    assert not house.west.all(sip.Invited), "a call may take its time"
    house.run(6)
    assert house.seat.only(sip.Answered) and house.exchange.only(out.OutsideAnswered)
    tried = house.exchange.only(out.OutsideFailed)
    assert (tried.why, tried.again) == ("no_answer_of_gateway", True)
    assert len(house.east.all(sip.Ended)) == 1, "nothing of the first try is left"
    house.west.hang_up(legs[0])
    house.quiet()


def test_the_last_gateway_may_try_as_long_as_the_caller_waits() -> None:
    house = House(replace(TRUNK, progress=7.0, gateways=TRUNK.gateways[1:]))
    answers_late(house.east, 40.0)
    leg = house.dials()
    house.run(45)
    assert house.seat.only(sip.Answered)
    house.seat.hang_up(leg)
    house.quiet()


@pytest.mark.parametrize(
    ("said", "told", "again"),
    [(999, 503, True), (599, 503, True), (499, 400, False), (677, 600, False), (485, 485, False)],
)
def test_a_status_that_nobody_knows_is_read_as_its_class(said: int, told: int, again: bool) -> None:
    house = House()
    for gateway in (house.east, house.west):
        house.refusing(gateway, said)
    house.dials()
    house.run(1)
    assert house.seat.only(sip.Refused).status == told
    assert house.exchange.all(out.OutsideFailed)[0].again is again
    assert house.exchange.all(out.OutsideFailed)[0].status == said, "the log says what was said"
    house.quiet()


@pytest.mark.parametrize("status", [404, 484, 486, 603])
def test_a_no_of_the_called_side_is_a_no(status: int) -> None:
    house = House()
    house.refusing(house.east, status)
    answering(house.west)
    house.dials()
    house.run(1)
    assert house.seat.only(sip.Refused).status == status
    assert not house.west.all(sip.Invited)
    house.quiet()


def test_no_gateway_takes_the_call() -> None:
    house = House()
    house.refusing(house.east, 503)
    house.refusing(house.west, 500)
    house.dials()
    house.run(1)
    assert house.seat.only(sip.Refused).status == 503
    assert [event.again for event in house.exchange.all(out.OutsideFailed)] == [True, False]
    assert house.exchange.desk("1001") == "idle"
    house.quiet()


def test_the_carrier_does_not_take_our_password() -> None:
    house = House(replace(TRUNK, account=Credentials("school", "wrong")))
    house.refusing(house.east, 407, headers=[("Proxy-Authenticate", 'Digest realm="x", nonce="y"')])
    house.dials()
    house.run(1)
    assert len(house.east.all(sip.Invited)) == 2, "asked, answered, refused"
    assert house.exchange.only(out.OutsideFailed).why == "password_refused"
    assert house.seat.only(sip.Refused).status == 503, "the quarrel is ours, not the seat's"
    house.quiet()


def test_every_channel_is_in_use() -> None:
    house = House(replace(TRUNK, channels=1))
    answering(house.east)
    second = seat(house.world, "1002")
    house.dials()
    house.run(1)
    dials(second, FRIEND, user="1002", password="secret2")
    house.run(1)
    assert second.only(sip.Refused).status == 503
    assert house.exchange.only(out.TrunkFull).channels == 1
    assert house.exchange.desk("1002") == "idle"


def test_a_full_trunk_leaves_the_call_to_its_reserve() -> None:
    reserve = replace(TRUNK, name="telecom", gateways=(GatewayPlan(WEST),), channels=0)
    house = House(replace(TRUNK, channels=1), reserve)
    answering(house.east)
    answering(house.west)
    second = seat(house.world, "1002")
    house.dials()
    house.run(1)
    dials(second, FRIEND, user="1002", password="secret2")
    house.run(2)
    assert second.only(sip.Answered)
    assert [e.trunk for e in house.exchange.all(out.OutsideDialled)] == ["unicom", "telecom"]


@pytest.mark.feature("TEL-01")
def test_the_number_chooses_the_trunk() -> None:
    other = replace(TRUNK, name="telecom", gateways=(GatewayPlan(WEST),))
    rules = (
        OutRule("telecom", kinds=frozenset({Kind.MOBILE})),
        OutRule("telecom", begins=("+86571",)),
        OutRule("unicom"),
    )
    house = House(TRUNK, other, rules=rules)
    house.refusing(house.east, 486)
    house.refusing(house.west, 486)
    for number in (FRIEND, "057187654321", "62349999"):
        house.dials(number)
    used = [event.trunk for event in house.exchange.all(out.OutsideDialled)]
    assert used == ["telecom", "telecom", "unicom"]
    with pytest.raises(PlanError):
        plan_of(rules=(OutRule("nobody"),))


@pytest.mark.parametrize(
    ("line", "number", "why"),
    [
        ("live", FRIEND, "live_closed"),
        ("live", "000010023", "live_closed"),
        ("practice", "00442079460123", "abroad_not_allowed"),
        ("practice", "16812345", "premium_not_allowed"),
    ],
)
def test_what_may_not_leave(line: Any, number: str, why: str) -> None:
    house = House(replace(TRUNK, line=line))
    house.dials(number)
    assert house.seat.only(sip.Refused).status == 403
    assert house.exchange.only(out.OutsideClosed).why == why
    assert not house.east.all(sip.Invited)
    house.quiet()


@pytest.mark.parametrize("number", ["110", "119", "120", "122", "9110"])
@pytest.mark.parametrize("line", ["practice", "live"])
def test_help_is_never_called_from_a_training_line(number: str, line: Any) -> None:
    house = House(replace(TRUNK, line=line))
    house.dials(number)
    house.run(1)
    assert house.seat.only(sip.Answered)
    house.run(5)
    assert [e.key for e in house.exchange.all(ev.PromptPlayed)] == ["training.emergency"]
    assert not house.east.all(sip.Invited)
    house.quiet()


def test_a_number_of_ours_dialled_in_full_stays_inside() -> None:
    house = House(numbers={MINE: ("extension", "1002")})
    second = seat(house.world, "1002")
    house.run(1)
    answering(second)
    house.dials("9" + MINE)
    house.run(2)
    assert house.seat.only(sip.Answered)
    assert not house.east.all(sip.Invited)


def test_a_carrier_that_moves_the_call_is_followed_within_the_rules() -> None:
    house = House()
    contacts = [f"<sip:13900139000@{EAST}>", f"<sip:13700137000@{EAST}>"]

    def move(event: sip.Invited) -> None:
        if contacts:
            lines = [("Contact", contacts.pop(0))]
            house.east.core.refuse(event.leg, 302, house.east.now, headers=lines)
        else:
            house.east.core.answer(event.leg, b"", house.east.now)

    house.east.on(sip.Invited, move)
    house.dials()
    house.run(1)
    numbers = [event.number for event in house.exchange.all(out.OutsideDialled)]
    assert numbers == ["+8613800138000", "+8613900139000", "+8613700137000"]


def test_a_carrier_that_names_another_gateway_of_ours() -> None:
    house = House()
    house.refusing(house.east, 302, headers=[("Contact", f"<sip:{FRIEND}@{WEST}>")])
    answering(house.west)
    house.dials()
    house.run(1)
    assert house.seat.only(sip.Answered)
    assert [one.gateway for one in house.exchange.all(out.OutsideDialled)] == [
        f"udp:{EAST}:5060", f"udp:{WEST}:5060",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("from_", "headers"),
    [("<sip:1001@lab>", [("Privacy", "id")]), ("<sip:anonymous@anonymous.invalid>", [])],
)
def test_a_telephone_may_withhold_its_number(from_: str, headers: Lines) -> None:
    """The carrier learns who calls, the called side does not (RFC 3325)."""
    house = House()
    answering(house.east)
    house.seat.core.invite(
        to=f"sip:{FRIEND}@{HOST}", from_=from_, flow=flow_of(house.seat), contact="1001", sdp=OFFER,
        headers=headers, credentials=Credentials("1001", "secret1"), now=house.world.now,
    )  # fmt: skip
    house.run(1)
    sent = invite_of(house.east)
    assert sent.from_.uri.host == "anonymous.invalid"
    assert sent.headers.get("Privacy") == "id"
    assert MINE in sent.headers.get("P-Asserted-Identity")
    assert house.exchange.only(out.OutsideDialled).shows == ""


def test_a_number_with_spaces_in_it_can_be_hung_up() -> None:
    """Our Contact names what was dialled; what may not stand there goes as %20."""
    house = House()
    answering(house.east)
    leg = house.dials("138%200013%208000")
    house.run(1)
    contact = house.seat.only(sip.Answered).response.headers.get("Contact")
    assert contact == f"<sip:138%200013%208000@{HOST}:5060>"
    house.seat.hang_up(leg)
    house.run(1)
    assert house.east.only(sip.Ended).cause == "remote"
    house.quiet()


@pytest.mark.parametrize(
    "contact",
    [
        "<sip:00442079460123@10.0.2.1>",
        "<sip:110@10.0.2.1>",
        "<sip:13800138000@10.0.2.1>",
    ],
    ids=["abroad", "emergency", "itself"],
)
def test_a_carrier_cannot_move_a_call_where_it_may_not_go(contact: str) -> None:
    house = House()
    house.refusing(house.east, 302, headers=[("Contact", contact)])
    house.dials()
    house.run(1)
    assert house.seat.only(sip.Refused).status == 503
    assert len(house.exchange.all(out.OutsideDialled)) == 1
    house.quiet()


def test_a_carrier_that_moves_a_call_for_ever() -> None:
    house = House()
    places = iter(range(100))

    def move(event: sip.Invited) -> None:
        lines = [("Contact", f"<sip:139001390{next(places):02}@{EAST}>")]
        house.east.core.refuse(event.leg, 302, house.east.now, headers=lines)

    house.east.on(sip.Invited, move)
    house.dials()
    house.run(2)
    assert len(house.exchange.all(out.OutsideDialled)) == 4
    assert house.seat.only(sip.Refused).status == 503
    house.quiet()


def test_nobody_answers_outside() -> None:
    house = House(outside_seconds=20.0)
    house.east.on(sip.Invited, lambda e: house.east.core.ring(e.leg, house.east.now))
    house.dials()
    house.run(21)
    assert house.seat.only(sip.Refused).status == 480
    assert house.east.only(sip.Ended)
    house.quiet()


def test_the_seat_hangs_up_while_it_rings_outside() -> None:
    house = House()
    house.east.on(sip.Invited, lambda e: house.east.core.ring(e.leg, house.east.now))
    leg = house.dials()
    house.run(3)
    house.seat.hang_up(leg)
    house.run(1)
    assert house.east.only(sip.Ended)
    house.quiet()


def test_codecs_of_a_trunk() -> None:
    house = House(replace(TRUNK, codecs=("PCMU",)))
    ours = sdp.answer_to(sdp.parse(sdp.make_offer("10.0.0.1", 4000, ("PCMU",))), EAST, 5000)
    house.east.on(sip.Invited, lambda e: house.east.core.answer(e.leg, ours, house.east.now))
    house.dials()
    house.run(1)
    body = invite_of(house.east).body.decode()
    assert "PCMU" in body
    assert "PCMA" not in body
    assert house.exchange.only(out.OutsideAnswered).codec == "PCMU"


def test_a_leg_calls_on_by_another_address_of_ours() -> None:
    """The gateways may be reached by different addresses of this machine; the sound moves too."""
    house = House()
    legs = house.exchange.board.works.legs
    legs.bind = lambda flow: "10.0.0.101" if flow.remote[0] == WEST else "10.0.0.100"
    house.refusing(house.east, 503)
    answering(house.west)
    house.dials()
    house.run(1)
    assert house.exchange.only(out.OutsideAnswered)
    assert {leg.host for leg in legs.by_name.values() if leg.trunk} == {"10.0.0.101"}
    house.exchange.board.works.calls.copy().popitem()[1].end("over", "board", house.world.now)
    house.quiet()
