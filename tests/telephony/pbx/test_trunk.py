"""Trunks: who is believed, which number was dialled, registering, gateways that come and go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from telephony.pbx import commands
from telephony.pbx import events as ev
from telephony.pbx import trunk_events as out
from telephony.pbx.numbering import CHINA, Place
from telephony.pbx.plan import BoardPlan, GatewayPlan, TrunkPlan
from telephony.sip import events as sip
from telephony.sip.auth import Challenger, Credentials
from telephony.sip.core import METHODS
from telephony.sip.message import Lines
from tests.stage.exchange import HOST, Exchange, answering, flow_of, plan_of, seat
from tests.stage.loopback import OFFER, Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

EAST, WEST = "10.0.2.1", "10.0.2.2"
MINE = "01062341000"
LIVE = TrunkPlan(
    "unicom",
    "live",
    gateways=(GatewayPlan(EAST), GatewayPlan(WEST, priority=2)),
    numbers=(MINE,),
)


def plan_with(*trunks: TrunkPlan, **more: Any) -> BoardPlan:
    numbers = {MINE: ("extension", "1001"), "95500": ("queue", "service")}
    return plan_of(2, trunks=trunks, place=Place(CHINA, "10"), numbers=numbers, **more)


class Carrier(Party):
    """A carrier: it may keep accounts, and counts what it is asked."""

    def __init__(self, world: World, host: str, accounts: dict[str, str] | None = None) -> None:
        super().__init__(world, host, "carrier", methods=(*METHODS, "REGISTER"))
        self.challenger = Challenger("carrier", world.entropy, (accounts or {}).get)
        self.accounts = accounts is not None
        self.asked: list[str] = []
        self.registers: list[tuple[float, str]] = []
        self.silent = False
        self.status = 200
        self.on(sip.Requested, self._asked)

    def _asked(self, event: sip.Requested) -> None:
        self.asked.append(event.request.method)
        if self.silent:
            return
        if self.accounts and not self.challenger.judge(event.request, self.now).passed:
            asks = self.challenger.challenge(self.now)
            self.core.respond(event.key, 401, self.now, headers=asks)
            return
        expires = event.request.headers.get("Expires")
        if event.request.method == "REGISTER":
            self.registers.append((self.now, expires))
        self.core.respond(event.key, self.status, self.now, headers=[("Expires", expires or "0")])

    def dials(self, number: str, caller: str, headers: Lines = (), to: str = "") -> str:
        leg = self.core.invite(
            to=f"sip:{number}@{HOST}", from_=caller, flow=flow_of(self), contact="carrier",
            sdp=OFFER, headers=headers, now=self.now,
        )  # fmt: skip
        self.world.run(0.3)
        return leg


def house(plan: BoardPlan) -> tuple[World, Exchange, Party]:
    world = World(3)
    exchange = Exchange(world, plan)
    phone = seat(world, "1001")
    world.run(1)
    return world, exchange, phone


# ── calls in ─────────────────────────────────────────────────────────────────


@pytest.mark.feature("DEP-03")
def test_a_carrier_is_known_by_its_address_alone() -> None:
    world, exchange, phone = house(plan_with(LIVE))
    east = Carrier(world, EAST)
    answering(phone)
    east.dials(MINE, "<sip:+8613800138000@carrier>")
    world.run(2)
    assert east.only(sip.Answered)
    started = exchange.only(ev.CallStarted)
    assert (started.trunk, started.line, started.caller) == ("unicom", "live", "13800138000")


def test_nobody_else_is_believed_without_a_password() -> None:
    world, exchange, _ = house(plan_with(LIVE))
    stranger = Carrier(world, "10.0.9.9")
    stranger.dials(MINE, "<sip:13800138000@carrier>")
    assert stranger.only(sip.Refused).status == 401
    assert not exchange.all(ev.CallStarted)


@pytest.mark.parametrize(
    "written",
    [MINE, "+861062341000", "861062341000", "62341000", "+861062341000;npdi;phone-context=+86"],
)
def test_our_number_however_the_carrier_writes_it(written: str) -> None:
    written = written if not written.startswith("86") else f"00{written}"
    world, exchange, _ = house(plan_with(LIVE))
    Carrier(world, EAST).dials(written, "<sip:13800138000@carrier>")
    assert exchange.only(ev.CallStarted).dialled == MINE


@pytest.mark.parametrize("number", ["95500", "1001", "01062341999", "110", "13800138000"])
def test_a_carrier_reaches_no_number_but_its_own(number: str) -> None:
    world, exchange, _ = house(plan_with(LIVE))
    east = Carrier(world, EAST)
    east.dials(number, "<sip:13800138000@carrier>")
    assert east.only(sip.Refused).status == 404
    assert not exchange.all(ev.CallStarted)


@pytest.mark.parametrize(
    ("from_", "headers", "caller"),
    [
        ("<sip:13800138000@c>", [], "13800138000"),
        ("<sip:1@c>", [("P-Asserted-Identity", "<tel:+8613900139000>")], "13900139000"),
        (
            "<sip:1@c>",
            [("P-Asserted-Identity", '"Li" <sip:13900139000@c>, <tel:1>')],
            "13900139000",
        ),
        ("<sip:13800138000@c>", [("Privacy", "id")], ""),
        ("<sip:13800138000@c>", [("Privacy", "header;id;critical")], ""),
        ("<sip:13800138000@c>", [("Privacy", "User; ID")], ""),
        ("<sip:13800138000@c>", [("Privacy", "user")], ""),
        ("<sip:13800138000@c>", [("Privacy", "none")], "13800138000"),
        ("<sip:anonymous@anonymous.invalid>", [], ""),
        ("<sip:Anonymous@c>", [], ""),
        ("<sip:unknown@c>", [], ""),
        ("<sip:13800138000@anonymous.invalid>", [], ""),
        (
            '"Anonymous" <sip:anonymous@anonymous.invalid>',
            [("P-Asserted-Identity", "<tel:+8613900139000>"), ("Privacy", "id")],
            "",
        ),
        ("<sip:13800138000@c>", [("P-Asserted-Identity", "<<nonsense")], "13800138000"),
        ("<sip:+8613800138000;cpc=ordinary@c;user=phone>", [], "13800138000"),
        ("<sip:1@c>", [("P-Asserted-Identity", "<sip:anonymous@anonymous.invalid>")], ""),
    ],
)
def test_who_calls(from_: str, headers: Lines, caller: str) -> None:
    """What is withheld stays withheld, to the last telephone."""
    world, exchange, phone = house(plan_with(LIVE))
    answering(phone)
    Carrier(world, EAST).dials(MINE, from_, headers)
    assert exchange.only(ev.CallStarted).caller == caller
    request = phone.only(sip.Invited).request
    assert request.from_.uri.user == (caller or "anonymous")
    assert "P-Asserted-Identity" not in request.headers


def test_a_name_brings_no_escapes_to_a_screen() -> None:
    world, _, phone = house(plan_with(LIVE))
    answering(phone)
    Carrier(world, EAST).dials(MINE, '"\x1b[31m张三 Li" <sip:13800138000@c>')
    assert phone.only(sip.Invited).request.from_.display == "[31m张三 Li"


def test_a_seat_cannot_pretend_to_be_somebody() -> None:
    world, exchange, phone = house(plan_with(LIVE))
    second = seat(world, "1002")
    world.run(1)
    phone.core.invite(
        to=f"sip:1002@{HOST}", from_="<sip:boss@x>", flow=flow_of(phone), contact="1001", sdp=OFFER,
        headers=[("P-Asserted-Identity", "<tel:110>"), ("X-Lab-Call", "mine")],
        credentials=Credentials("1001", "secret1"), now=world.now,
    )  # fmt: skip
    world.run(1)
    assert exchange.only(ev.CallStarted).caller == "1001"
    assert exchange.only(ev.CallStarted).call != "mine"
    assert second.only(sip.Invited).request.from_.uri.user == "1001"


def test_a_live_carrier_is_not_told_of_lessons() -> None:
    """An order's name from a live trunk is not believed, and words are not sent there."""
    world, exchange, phone = house(plan_with(LIVE))
    answering(phone)
    Carrier(world, EAST).dials(MINE, "<sip:1@c>", [("X-Lab-Call", "order-1")])
    assert exchange.only(ev.CallStarted).order is None
    call = next(iter(exchange.board.works.calls.values()))
    assert not call.caller.relays_text


def test_channels_count_both_ways() -> None:
    world, exchange, phone = house(plan_with(replace(LIVE, channels=1)))
    east = Carrier(world, EAST)
    answering(phone)
    east.dials(MINE, "<sip:13800138000@c>")
    east.dials(MINE, "<sip:13900139000@c>")
    assert east.only(sip.Refused).status == 503
    assert exchange.only(out.TrunkFull).trunk == "unicom"


def test_a_carrier_that_sends_to_our_accounts_name() -> None:
    """Where we register, the request goes to the account and the number stands in To."""
    world, exchange, _ = house(plan_with(LIVE))
    east = Carrier(world, EAST)
    call = (
        f"INVITE sip:school@{HOST} SIP/2.0\r\nVia: SIP/2.0/UDP {EAST}:5060;branch=z9hG4bKx\r\n"
        f"From: <sip:13800138000@c>;tag=a\r\nTo: <sip:{MINE}@carrier>\r\nCall-ID: x\r\n"
        f"CSeq: 1 INVITE\r\nContact: <sip:c@{EAST}>\r\nMax-Forwards: 70\r\n"
        f"Content-Type: application/sdp\r\nContent-Length: {len(OFFER)}\r\n\r\n"
    ).encode() + OFFER
    world.network.post(flow_of(east), call, world.now)
    world.run(1)
    assert exchange.only(ev.CallStarted).dialled == MINE


# ── registering ──────────────────────────────────────────────────────────────

MEMBER = replace(
    LIVE, registers=True, account=Credentials("school", "right"), domain="carrier.example",
    gateways=(GatewayPlan(EAST),), expires=600,
)  # fmt: skip


def test_the_trunk_registers_and_stays_registered() -> None:
    world = World(3)
    east = Carrier(world, EAST, {"school": "right"})
    exchange = Exchange(world, plan_with(MEMBER))
    world.run(1)
    assert exchange.only(out.TrunkRegistered).registered
    assert [expires for _, expires in east.registers] == ["600"]
    world.run(2000)
    assert [round(at) for at, _ in east.registers] == [0, 480, 960, 1440, 1920]
    assert len(exchange.all(out.TrunkRegistered)) == 1, "a refresh is no news"
    exchange.command(commands.LeaveTrunks())
    world.run(1)
    assert east.registers[-1][1] == "0"


def test_a_wrong_password_is_told_once_and_tried_ever_later() -> None:
    world = World(3)
    east = Carrier(world, EAST, {"school": "other"})
    exchange = Exchange(world, plan_with(MEMBER))
    world.run(3600)
    told = exchange.only(out.TrunkRegistered)
    assert (told.registered, told.why) == (False, "password_refused")
    assert len(exchange.all(ev.Alarm)) == 1
    assert 8 < len(east.asked) < 40, "tried again, and later each time"
    east.challenger = Challenger("carrier", world.entropy, {"school": "right"}.get)
    world.run(700)
    assert exchange.all(out.TrunkRegistered)[-1].registered


def test_a_digest_that_we_do_not_know_is_named() -> None:
    world = World(3)
    east = Carrier(world, EAST, {"school": "right"})
    asks = 'Digest realm="carrier", nonce="n", algorithm=SHA-512-256, qop="auth"'
    east.challenger.challenge = lambda now, **_: [("WWW-Authenticate", asks)]  # type: ignore[method-assign]
    exchange = Exchange(world, plan_with(MEMBER))
    world.run(5)
    assert exchange.only(out.TrunkRegistered).why == "digest SHA-512-256 auth"


def test_the_second_gateway_registers_us_when_the_first_is_silent() -> None:
    world = World(3)
    trunk = replace(MEMBER, gateways=(GatewayPlan(EAST), GatewayPlan(WEST, priority=2)))
    Carrier(world, EAST).silent = True
    west = Carrier(world, WEST, {"school": "right"})
    exchange = Exchange(world, plan_with(trunk))
    world.run(60)
    assert [event.registered for event in exchange.all(out.TrunkRegistered)] == [False, True]
    assert len(west.registers) == 1


def test_a_carrier_that_wants_a_longer_registration() -> None:
    world = World(3)
    east = Carrier(world, EAST)
    exchange = Exchange(world, plan_with(replace(MEMBER, expires=60)))
    asked: list[str] = []

    def strict(event: sip.Requested) -> None:
        asked.append(event.request.headers.get("Expires"))
        if int(asked[-1]) < 300:
            east.core.respond(event.key, 423, world.now, headers=[("Min-Expires", "300")])
        else:
            east.core.respond(event.key, 200, world.now, headers=[("Expires", "300")])

    east.on(sip.Requested, strict)
    world.run(300)
    assert asked == ["60", "300", "300"]
    assert exchange.only(out.TrunkRegistered).registered


def test_a_trunk_that_changes_registers_anew_and_one_that_goes_leaves() -> None:
    world = World(3)
    east = Carrier(world, EAST, {"school": "right", "annex": "right"})
    exchange = Exchange(world, plan_with(MEMBER))
    world.run(1)
    exchange.command(commands.SetPlan(plan_with(MEMBER)))
    world.run(1)
    assert len(east.registers) == 1, "nothing changed"
    annex = replace(MEMBER, account=Credentials("annex", "right"))
    exchange.command(commands.SetPlan(plan_with(annex)))
    world.run(1)
    assert [expires for _, expires in east.registers] == ["600", "0", "600"]
    exchange.command(commands.SetPlan(plan_with()))
    world.run(2000)
    assert [expires for _, expires in east.registers] == ["600", "0", "600", "0"]
    assert exchange.leftovers() == {}


# ── health ───────────────────────────────────────────────────────────────────

WATCHED = replace(LIVE, line="practice", check_every=30.0, down_after=3)


def test_a_gateway_is_asked_goes_down_and_comes_back() -> None:
    world = World(3)
    east, west = Carrier(world, EAST), Carrier(world, WEST)
    exchange = Exchange(world, plan_with(WATCHED))
    phone = seat(world, "1001")
    world.run(95)
    assert east.asked.count("OPTIONS") == west.asked.count("OPTIONS") == 4
    assert {event.health for event in exchange.all(out.GatewayChanged)} == {"up"}
    east.silent = True
    world.run(130)
    down = exchange.all(out.GatewayChanged)[-1]
    assert (down.health, down.gateway) == ("down", f"udp:{EAST}:5060")
    assert len(exchange.all(ev.Alarm)) == 1
    answering(west)
    phone.core.invite(
        to=f"sip:13800138000@{HOST}", from_="<sip:1001@x>", flow=flow_of(phone), contact="1001",
        sdp=OFFER, credentials=Credentials("1001", "secret1"), now=world.now,
    )  # fmt: skip
    world.run(3)
    assert phone.only(sip.Answered)
    assert not east.all(sip.Invited), "a gateway that is down costs no caller a second"
    east.silent = False
    world.run(60)
    assert exchange.all(out.GatewayChanged)[-1].health == "up"
    assert "answers again" in exchange.all(ev.Alarm)[-1].text


@pytest.mark.parametrize(
    ("status", "health"), [(404, "up"), (405, "up"), (500, "up"), (503, "down")]
)
def test_any_answer_is_a_sign_of_life_but_out_of_service(status: int, health: str) -> None:
    world = World(3)
    Carrier(world, EAST).status = status
    exchange = Exchange(world, plan_with(replace(WATCHED, gateways=(GatewayPlan(EAST),))))
    world.run(120)
    assert exchange.all(out.GatewayChanged)[-1].health == health


def test_a_gateway_whose_name_has_no_address() -> None:
    world = World(3)
    exchange = Exchange(world, plan_with(replace(WATCHED, gateways=(GatewayPlan("nowhere.x"),))))
    exchange.board.works.upkeep.reach = lambda gateway: None
    world.run(120)
    assert exchange.only(out.GatewayChanged).why == "no_address"
    assert exchange.leftovers() == {}
