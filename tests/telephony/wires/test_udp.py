"""Cores on real UDP sockets of this machine."""

import asyncio
import os
import time
from collections.abc import Callable

import pytest

from telephony.errors import PortTaken
from telephony.sip.core import SipCore
from telephony.sip.events import Answered, Ended, Invited, Refused, Requested, Responded, SipEvent
from telephony.sip.station import Timings
from telephony.wires.wire import SipWire
from tests.stage.loopback import ANSWER, OFFER

pytestmark = pytest.mark.wire


class Node:
    """A core on a socket that remembers its events."""

    def __init__(self, name: str, timings: Timings | None = None) -> None:
        self.name = name
        self.core = SipCore(entropy=os.urandom, user_agent=name, timings=timings)
        self.wire = SipWire(self.core, self._drain)
        self.events: list[SipEvent] = []
        self.react: Callable[[SipEvent], None] = lambda event: None
        self._news = asyncio.Event()

    def _drain(self) -> None:
        for event in self.core.events():
            self.events.append(event)
            self.react(event)
            self._news.set()

    async def until(self, kind: type, count: int = 1) -> list[SipEvent]:
        async with asyncio.timeout(90):
            while len(found := [e for e in self.events if isinstance(e, kind)]) < count:
                self._news.clear()
                await self._news.wait()
        return found

    def call(self, other: "Node", host: str = "127.0.0.1") -> str:
        leg = self.core.invite(
            to=f"sip:{other.name}@{host}:{other.wire.address[1]}",
            from_=f"<sip:{self.name}@{host}>",
            flow=self.wire.flow_to((host, other.wire.address[1])),
            contact=self.name,
            sdp=OFFER,
            now=time.monotonic(),
        )
        self.wire.pump()
        return leg


def answering(node: Node) -> None:
    def react(event: SipEvent) -> None:
        if isinstance(event, Invited):
            node.core.answer(event.leg, ANSWER, time.monotonic())
        if isinstance(event, Requested):
            node.core.respond(event.key, 200, time.monotonic())

    node.react = react


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_call_over_real_sockets_connects_and_ends(host: str):
    anna, bert = Node("anna"), Node("bert")
    try:
        await anna.wire.open((host, 0))
    except PortTaken:
        pytest.skip(f"this machine has no {host}")
    await bert.wire.open((host, 0))
    uri_host = f"[{host}]" if ":" in host else host
    answering(bert)
    leg = anna.core.invite(
        to=f"sip:bert@{uri_host}:{bert.wire.address[1]}",
        from_="<sip:anna@lab.invalid>",
        flow=anna.wire.flow_to(bert.wire.address),
        contact="anna",
        sdp=OFFER,
        now=time.monotonic(),
    )
    anna.wire.pump()
    await anna.until(Answered)
    anna.core.hang_up(leg, time.monotonic())
    anna.wire.pump()
    (ended,) = await bert.until(Ended)
    assert isinstance(ended, Ended) and ended.cause == "remote"
    anna.wire.close()
    bert.wire.close()


async def test_hundred_calls_at_once_connect_and_end():
    anna, bert = Node("anna"), Node("bert")
    for node in (anna, bert):
        await node.wire.open(("127.0.0.1", 0))
    answering(bert)
    legs = [anna.call(bert) for _ in range(100)]
    await anna.until(Answered, 100)
    for leg in legs:
        anna.core.hang_up(leg, time.monotonic())
    anna.wire.pump()
    assert len(await bert.until(Ended, 100)) == 100
    anna.wire.close()
    bert.wire.close()


async def test_timers_fire_on_the_real_clock():
    anna = Node("anna", Timings(t1=0.01, t2=0.04))
    await anna.wire.open(("127.0.0.1", 0))
    nobody = Node("nobody")
    nobody.wire.address = ("127.0.0.1", 9)
    anna.call(nobody)
    (refused,) = await anna.until(Refused)
    assert isinstance(refused, Refused) and refused.status == 408
    anna.wire.close()


async def test_socket_bound_to_every_address_names_the_one_that_is_used():
    anna, bert = Node("anna"), Node("bert")
    await anna.wire.open(("0.0.0.0", 0))
    await bert.wire.open(("127.0.0.1", 0))
    flow = anna.wire.flow_to(bert.wire.address)
    assert flow.local == ("127.0.0.1", anna.wire.address[1])
    answering(bert)
    anna.core.request(
        "OPTIONS", "sip:bert@lab", to="<sip:bert@lab>", from_="<sip:anna@lab>", flow=flow,
        now=time.monotonic(),
    )  # fmt: skip
    anna.wire.pump()
    (told,) = await anna.until(Responded)
    assert isinstance(told, Responded) and told.status == 200
    anna.wire.close()
    bert.wire.close()


async def test_port_in_use_is_said_in_a_sentence():
    anna, bert = Node("anna"), Node("bert")
    await anna.wire.open(("127.0.0.1", 0))
    port = anna.wire.address[1]
    with pytest.raises(PortTaken, match=f"UDP port {port} on 127.0.0.1 cannot be opened"):
        await bert.wire.open(("127.0.0.1", port))
    anna.wire.close()


async def test_garbage_on_the_socket_disturbs_nothing():
    anna, bert = Node("anna"), Node("bert")
    for node in (anna, bert):
        await node.wire.open(("127.0.0.1", 0))
    answering(bert)
    loop = asyncio.get_running_loop()
    stranger, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=bert.wire.address
    )
    for data in (b"", b"\xff" * 1500, b"INVITE", b"SIP/2.0 200 OK\r\n\r\n", os.urandom(60_000)):
        stranger.sendto(data)
    anna.call(bert)
    await anna.until(Answered)
    stranger.close()
    anna.wire.close()
    bert.wire.close()
