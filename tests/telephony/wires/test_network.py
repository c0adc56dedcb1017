"""The board on other addresses than the usual one, and of both families, with sound both ways."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack

import pytest

from telephony.errors import NoPortLeft
from telephony.media.control import MediaEvent, SpeechBegan
from telephony.media.process import MediaProcess
from telephony.media.sockets import UdpNet
from telephony.pbx import events as ev
from telephony.phone import Account, Phone, PhoneCall, Rang
from telephony.ports import RtpPorts
from telephony.wires.addresses import LOCAL_NETS, check_nets, inside, own_addresses
from telephony.wires.udp import Datagrams
from tests.stage.exchange import plan_of
from tests.stage.school import open_school

pytestmark = pytest.mark.wire


async def ringing(phone: Phone) -> PhoneCall:
    async with asyncio.timeout(60):
        rang = await anext(event async for event in phone.events() if isinstance(event, Rang))
    return rang.call


@pytest.mark.parametrize(
    ("board", "one", "other"),
    [
        ("127.0.0.2", "127.0.0.1", "127.0.0.3"),
        ("::1", "::1", "::1"),
        ("::", "127.0.0.1", "::1"),
        ("0.0.0.0", "127.0.0.1", "127.0.0.1"),
    ],
)
async def test_two_telephones_hear_each_other(board: str, one: str, other: str) -> None:
    if ":" in board and "::1" not in own_addresses("::"):
        pytest.skip("this machine has no IPv6")
    plan = plan_of(2, recording_path=lambda call: None)
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan, local=(board, 0)))
        phones, heard = [], []
        for number, host in ((1, one), (2, other)):
            media = await stack.enter_async_context(MediaProcess())
            began = asyncio.Event()

            def hear(event: MediaEvent, began: asyncio.Event = began) -> None:
                if isinstance(event, SpeechBegan):
                    began.set()

            media.subscribe(hear)
            server = (host if board in ("::", "0.0.0.0") else board, school.port)
            account = Account(f"100{number}", f"secret{number}", server)
            phone = await stack.enter_async_context(Phone(account, media=media, local=(host, 0)))
            await phone.register()
            phones.append(phone)
            heard.append(began)
        call = await phones[0].dial("1002")
        answering = await ringing(phones[1])
        await answering.answer()
        await call.until_answered()
        for each in (call, answering):
            await each.play(["tone:440:30"])
        async with asyncio.timeout(60):
            await asyncio.gather(*(began.wait() for began in heard))
        await call.hang_up()
        assert (await school.until(ev.CallEnded)).why == "hung_up"


async def test_when_every_rtp_port_is_taken_the_call_is_told_so_and_so_is_the_house() -> None:
    plan = plan_of(2, recording_path=lambda call: None)
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan))
        ports = school.board.board.works.legs.ports

        def none(host: str) -> int:
            raise NoPortLeft("Every RTP port is taken; widen the range in the settings.")

        ports.take = none  # type: ignore[method-assign]
        media = await stack.enter_async_context(MediaProcess())
        account = Account("1001", "secret1", school.board.address)
        phone = await stack.enter_async_context(Phone(account, media=media))
        await phone.register()
        call = await phone.dial("1002")
        with pytest.raises(Exception, match="503"):
            await call.until_answered()
        assert "RTP port" in (await school.until(ev.Alarm)).text


def test_a_range_gives_each_pair_once_and_then_says_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        first = probe.getsockname()[1] // 2 * 2
    ports = RtpPorts(first, first + 7)
    taken = []
    with pytest.raises(NoPortLeft, match="widen the range"):
        for _ in range(5):
            taken.append(ports.take("127.0.0.1"))  # noqa: PERF401
    assert len(set(taken)) == len(taken) <= 4 and all(port % 2 == 0 for port in taken)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_sound_and_signalling_are_marked_for_the_network(host: str) -> None:
    if ":" in host and "::1" not in own_addresses("::"):
        pytest.skip("this machine has no IPv6")
    six = ":" in host
    level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
    option = socket.IPV6_TCLASS if six else socket.IP_TOS
    net = UdpNet()
    net.open("leg", host, RtpPorts().take(host))
    assert net._rtp["leg"].getsockopt(level, option) == 46 << 2  # EF
    net.close_all()
    wire = Datagrams(lambda flow, data: None)
    await wire.open((host, 0))
    assert wire._transport is not None
    sock = wire._transport.get_extra_info("socket")
    assert sock.getsockopt(level, option) == 24 << 2  # CS3
    wire.close()


def test_networks_say_who_is_inside() -> None:
    assert inside("192.168.3.4", LOCAL_NETS) and inside("::1", LOCAL_NETS)
    assert not inside("203.0.113.5", LOCAL_NETS) and not inside("carrier.example", LOCAL_NETS)
    assert check_nets(["10.1.2.3/8"]) == ("10.0.0.0/8",)
    with pytest.raises(ValueError, match="300"):
        check_nets(["300.1.1.1/8"])


async def test_far_ends_outside_are_told_the_routers_address() -> None:
    plan = plan_of(1, recording_path=lambda call: None)
    async with AsyncExitStack() as stack:
        options = {"advertise": "203.0.113.7", "local_nets": ("127.0.0.1/32",)}
        school = await stack.enter_async_context(open_school(plan, local=("0.0.0.0", 0), **options))
        station = school.board.board.core._station
        near = school.board.flow_to(("127.0.0.1", 5062))
        far = school.board.flow_to(("127.0.0.9", 5062))
        assert station.address(near) == f"127.0.0.1:{school.port}"
        assert station.address(far) == f"203.0.113.7:{school.port}"
        legs = school.board.board.works.legs
        assert legs.advertise(far) == "203.0.113.7" and legs.bind(far) == "127.0.0.1"
