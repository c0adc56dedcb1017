"""A second switchboard of ours as the carrier: calls both ways between two boards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from telephony.media.process import MediaProcess
from telephony.pbx import commands
from telephony.pbx import events as ev
from telephony.pbx import trunk_events as out
from telephony.pbx.numbering import Kind
from telephony.pbx.plan import BoardPlan, DeskPlan, GatewayPlan, TrunkPlan
from telephony.phone import Account, Phone, PhoneCall, Rang
from telephony.sip import events as sip
from telephony.sip import sdp
from telephony.sip.auth import Credentials
from telephony.sip.events import Flow
from telephony.sip.uri import Uri
from tests.stage.exchange import BOARD, CARRIER, Exchange, plan_of
from tests.stage.loopback import OFFER, Party
from tests.stage.school import School, open_school
from tests.stage.virtual import World
from tests.telephony.ears import leaked, loudest

SCHOOL_NUMBER, CITY_NUMBER = "000010000", "000020000"
CITY = (CARRIER, 5060)
ALL = frozenset(Kind) - {Kind.EMERGENCY}


def school_plan(where: GatewayPlan, **more: Any) -> BoardPlan:
    """The school: one seat, one number, a trunk to the city."""
    trunk = TrunkPlan(
        "city", "practice", gateways=(where,), numbers=(SCHOOL_NUMBER,), allows=ALL, **more
    )
    return plan_of(1, trunks=(trunk,), numbers={SCHOOL_NUMBER: ("extension", "1001")})


def city_plan(where: GatewayPlan | None, **more: Any) -> BoardPlan:
    """The carrier: a subscriber, and a trunk to the school that registers or is known by address."""
    gateways = (where,) if where else ()
    trunk = TrunkPlan("school", "practice", gateways=gateways, allows=ALL, style="e164")
    desks = {"1001": DeskPlan("1001", "secret1"), "8000": DeskPlan("8000", "member")}
    numbers = {CITY_NUMBER: ("extension", "1001")}
    return plan_of(1, trunks=(trunk,), numbers=numbers, desks=desks, realm="city.example", **more)


class Subscriber(Party):
    """A telephone at one of the boards."""

    def __init__(self, world: World, host: str, board: tuple[str, int]) -> None:
        super().__init__(world, host, "1001")
        self.way = Flow("loop", self.address, board)
        self.core.request(
            "REGISTER", f"sip:{board[0]}", to=f"<sip:1001@{board[0]}>",
            from_=f"<sip:1001@{board[0]}>", flow=self.way, contact="1001",
            headers=[("Expires", "3600")], credentials=Credentials("1001", "secret1"), now=0.0,
        )  # fmt: skip

    def dials(self, number: str) -> str:
        leg = self.core.invite(
            to=Uri(user=number, host=self.way.remote[0]), from_=f"<sip:1001@{self.way.remote[0]}>",
            flow=self.way, contact="1001", sdp=OFFER, now=self.now,
            credentials=Credentials("1001", "secret1"),
        )  # fmt: skip
        self.world.flush()
        return leg


class Towns:
    """Two boards, a telephone at each."""

    def __init__(self, school: BoardPlan, city: BoardPlan) -> None:
        self.world = World(5)
        self.school = Exchange(self.world, school)
        self.city = Exchange(self.world, city, CITY)
        self.seat = Subscriber(self.world, "10.0.1.1", BOARD)
        self.friend = Subscriber(self.world, "10.0.3.1", CITY)
        self.world.run(1)

    def quiet(self) -> None:
        self.world.run(120)
        assert self.school.leftovers() == {}
        assert self.city.leftovers() == {}


def by_address() -> Towns:
    return Towns(school_plan(GatewayPlan(*CITY)), city_plan(GatewayPlan(*BOARD)))


@pytest.mark.story
@pytest.mark.parametrize("outward", [True, False])
def test_calls_both_ways_between_two_boards(outward: bool) -> None:
    towns = by_address()
    here, there = (towns.seat, towns.friend) if outward else (towns.friend, towns.seat)
    number, shown = (CITY_NUMBER, SCHOOL_NUMBER) if outward else (SCHOOL_NUMBER, "")
    there.answers(after=2.0)
    leg = here.dials(number)
    towns.world.run(3)
    assert here.only(sip.Answered)
    assert here.all(sip.Progressed)[-1].status == 180
    boards = (towns.school, towns.city) if outward else (towns.city, towns.school)
    assert boards[0].only(out.OutsideAnswered).number == number
    assert boards[1].only(ev.DeskAnswered).extension == "1001"
    assert boards[1].only(ev.CallStarted).caller == shown, "only own numbers are shown"
    here.hang_up(leg)
    towns.world.run(1)
    assert there.only(sip.Ended)
    towns.quiet()


@pytest.mark.story
def test_a_hold_on_one_side_is_music_not_sip_on_the_other() -> None:
    towns = by_address()
    towns.friend.answers(after=1.0)
    leg = towns.seat.dials(CITY_NUMBER)
    towns.world.run(2)
    before = len(towns.world.sent("INVITE", CITY))
    held = sdp.make_offer("10.0.0.1", 4000, direction="sendonly", version=2)
    towns.seat.core.offer(leg, held, towns.seat.now)
    towns.world.run(1)
    assert towns.school.only(ev.Held).by == "caller"
    assert len(towns.world.sent("INVITE", CITY)) == before
    towns.seat.hang_up(leg)
    towns.quiet()


@pytest.mark.story
def test_the_school_registers_at_the_city_and_is_called_by_its_account() -> None:
    """The carrier knows no address of ours: we register, and it calls the account."""
    account = Credentials("8000", "member")
    school = school_plan(GatewayPlan(*CITY), registers=True, account=account, domain="city.example")
    school = replace(school, numbers={**school.numbers, "8000": ("extension", "1001")})
    trunk = replace(school.trunks[0], numbers=(SCHOOL_NUMBER, "8000"))
    towns = Towns(replace(school, trunks=(trunk,)), city_plan(None))
    assert towns.school.only(out.TrunkRegistered).registered
    towns.seat.answers(after=1.0)
    leg = towns.friend.dials("8000")
    towns.world.run(2)
    assert towns.friend.only(sip.Answered)
    assert towns.school.only(ev.CallStarted).trunk == "city"
    towns.friend.hang_up(leg)
    towns.friend.answers(after=1.0)
    towns.world.run(1)
    towns.seat.dials(CITY_NUMBER)
    towns.world.run(2)
    assert towns.seat.only(sip.Answered), "our calls prove the account too"
    towns.school.command(commands.HangUpAll())
    towns.quiet()


@pytest.mark.story
def test_the_city_is_dead() -> None:
    towns = by_address()
    towns.world.network.loses = lambda sent: CITY in (sent.source, sent.target)
    towns.seat.dials(CITY_NUMBER)
    towns.world.run(10)
    assert towns.seat.only(sip.Refused).status == 408
    assert towns.school.only(out.OutsideFailed).why == "no_answer_of_gateway"
    towns.quiet()


@pytest.mark.story
def test_a_number_that_is_neithers_is_not_passed_on_by_the_other() -> None:
    """Who comes by a trunk reaches our own numbers, never another trunk."""
    lost = "000030000"
    towns = by_address()
    towns.seat.dials(lost)
    towns.world.run(10)
    assert towns.seat.only(sip.Refused).status == 404
    towns.quiet()


# ── on real sockets ──────────────────────────────────────────────────────────


@pytest.fixture
async def mouths() -> AsyncIterator[MediaProcess]:
    async with MediaProcess() as worker:
        yield worker


async def lifts(telephone: Phone) -> PhoneCall:
    async with asyncio.timeout(90):
        async for event in telephone.events():
            if isinstance(event, Rang):
                await event.call.ring()
                await event.call.answer()
                return event.call
    raise AssertionError("nobody called")


async def telephone(stack: AsyncExitStack, board: School, mouths: MediaProcess) -> Phone:
    phone = Phone(Account("1001", "secret1", board.board.address), media=mouths)
    await stack.enter_async_context(phone)
    await phone.register()
    return phone


@pytest.mark.wire
@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_two_servers_with_real_sound(
    mouths: MediaProcess, tmp_path: Path, transport: Any
) -> None:
    async with AsyncExitStack() as stack:
        nowhere = GatewayPlan("127.0.0.1", 9)
        city = await stack.enter_async_context(open_school(city_plan(nowhere)))
        way = GatewayPlan("127.0.0.1", city.port, transport)
        recording = str(tmp_path / "school.wav")
        plan = replace(school_plan(way), recording_path=lambda call: recording)
        school = await stack.enter_async_context(open_school(plan))
        back = GatewayPlan("127.0.0.1", school.port, transport)
        known = replace(city_plan(back), recording_path=lambda call: None)
        city.board.command(commands.SetPlan(known))
        seat = await telephone(stack, school, mouths)
        friend = await telephone(stack, city, mouths)
        answering = asyncio.create_task(lifts(friend))
        call = await seat.dial(CITY_NUMBER)
        await call.until_answered()
        other = await answering
        playing = [await call.play(["tone:700:2:-12"]), await other.play(["tone:1100:2:-12"])]
        assert all(await asyncio.gather(*playing))
        await call.hang_up()
        await school.until(ev.RecordingClosed)
        assert school.all(out.OutsideAnswered)[0].transport == transport
        sound, _ = sf.read(recording)
        customer, agent = sound.T
        assert loudest(customer, 1100) > -15, "left is the customer outside"
        assert loudest(agent, 700) > -15, "right is what the customer hears"
        assert leaked(customer, 700) < -50
