"""Access points and seats in one place or in many (BAS-16): one board joins them all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from telephony.media.control import AimLeg
from telephony.pbx import events as ev
from telephony.pbx.plan import GatewayPlan, QueuePlan, TrunkPlan
from telephony.sip import events as sip
from telephony.sip import sdp
from telephony.sip.events import Flow
from tests.stage.exchange import BOARD, HOST, Exchange, plan_of, register, seat
from tests.stage.loopback import Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

BEIJING, SHANGHAI = "10.10.0.1", "10.21.0.1"
NUMBERS = {BEIJING: "000010000", SHANGHAI: "000010001"}
HALL = {"1001": "10.0.1.1", "1002": "10.0.1.2"}
HOMES = {"1001": "203.0.113.7", "1002": "198.51.100.8"}


@dataclass
class Centre:
    """Calls come in at some places, agents sit at some places."""

    access: tuple[str, ...]
    seats: dict[str, str]

    def __post_init__(self) -> None:
        self.world = World(4)
        trunks = tuple(
            TrunkPlan(f"trunk{n}", "practice", host=host, gateways=(GatewayPlan(host),))
            for n, host in enumerate(self.access)
        )
        plan = plan_of(
            trunks=trunks,
            numbers={NUMBERS[host]: ("queue", "service") for host in self.access},
            queues={"service": QueuePlan("service", rating=None)},
            flows={},
        )
        self.exchange = Exchange(self.world, plan)
        self.phones = {name: seat(self.world, name, host=host) for name, host in self.seats.items()}
        self.carriers = {host: Party(self.world, host, "carrier") for host in self.access}
        for phone in self.phones.values():
            phone.on(sip.Invited, lambda event, phone=phone: self._answers(phone, event))
        self.world.run(1)
        self.exchange.ready(*self.seats)

    def _answers(self, phone: Party, event: sip.Invited) -> None:
        """Lift, and say that the sound is wanted where the telephone is."""
        offer = sdp.parse(event.request.body)
        phone.core.answer(event.leg, sdp.answer_to(offer, phone.address[0], 5000), phone.now)

    def calls(self, host: str) -> str:
        party = self.carriers[host]
        leg = party.core.invite(
            to=f"sip:{NUMBERS[host]}@{HOST}", from_=f"<sip:13800005678@{host}>",
            flow=Flow("loop", party.address, BOARD), contact="carrier",
            sdp=sdp.make_offer(host, 4000), now=party.now,
        )  # fmt: skip
        self.world.run(3)
        return leg

    def sound_goes_to(self) -> set[str]:
        sent = self.exchange.sound.sent
        return {command.host for command in sent if isinstance(command, AimLeg)}


@pytest.mark.feature("BAS-16", "TEL-12")
@pytest.mark.parametrize(
    ("access", "seats"),
    [((BEIJING,), HOMES), ((BEIJING, SHANGHAI), HALL), ((BEIJING, SHANGHAI), HOMES)],
    ids=["one access, seats far apart", "many accesses, one hall", "many of both"],
)
def test_calls_from_every_access_reach_seats_anywhere(
    access: tuple[str, ...], seats: dict[str, str]
) -> None:
    centre = Centre(access, seats)
    legs = [(host, centre.calls(host)) for host in (access * 2)[:2]]
    answered = [event.extension for event in centre.exchange.all(ev.DeskAnswered)]
    assert sorted(answered) == sorted(seats), "one line for all, whoever is free"
    assert centre.sound_goes_to() == {*access, *seats.values()}
    for host, leg in legs:
        centre.carriers[host].hang_up(leg)
    centre.world.run(60)
    assert centre.exchange.leftovers() == {}


@pytest.mark.feature("TEL-12")
def test_the_door_of_a_router_is_kept_open_as_long_as_a_telephone_is_registered() -> None:
    """Its own address is another than the one it is seen at; it sends nothing of itself."""
    world = World(5)
    exchange = Exchange(world, plan_of())
    hidden = Party(world, HOMES["1001"], "1001", advertise=lambda flow: ("192.168.77.2", 5060))
    register(hidden)
    plain = seat(world, "1002", host=HOMES["1002"])
    world.run(80)

    def asked(phone: Party) -> int:
        return sum(event.request.method == "OPTIONS" for event in phone.all(sip.Requested))

    assert (asked(hidden), asked(plain)) == (3, 0), "every 25 seconds, only where a router is"
    register(hidden)
    world.run(20)
    assert asked(hidden) == 3, "a registration that is renewed asks no sooner"
    register(hidden, expires=0)
    world.run(100)
    assert asked(hidden) == 3
    assert not [key for key in exchange.board.works.alarms.pending() if key[0] == "door"]
    assert exchange.leftovers() == {}
