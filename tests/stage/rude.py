"""A stranger who sends what no telephone should: raw datagrams, and calls with any description."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from telephony.sip import sdp as descriptions
from telephony.sip.auth import Credentials
from telephony.sip.core import EXTENSIONS, SWITCHBOARD, SipCore
from telephony.sip.events import (
    Address,
    Answered,
    Ended,
    Invited,
    OfferRefused,
    ReferProgressed,
    Refused,
    Reoffered,
    Requested,
    Responded,
    SipEvent,
)
from telephony.wires.wire import SipWire

E = TypeVar("E")
PATIENCE = 60.0


def described(*lines: str) -> bytes:
    """A description with these media lines."""
    head = ("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0")
    return "".join(f"{line}\r\n" for line in (*head, *lines)).encode()


NO_AUDIO = described("m=video 4000 RTP/AVP 96", "a=rtpmap:96 H264/90000")
OPUS = described("m=audio 4000 RTP/AVP 111", "a=rtpmap:111 opus/48000/2")


class Rude:
    """A user agent whose manners are up to the test; calls that come are answered."""

    def __init__(self, server: Address, user: str, password: str) -> None:
        self.server, self.user = server, user
        self.secret = Credentials(user, password)
        self.core = SipCore(
            entropy=os.urandom, user_agent="rude", methods=SWITCHBOARD, supported=EXTENSIONS
        )
        self.wire = SipWire(self.core, self._drain)
        self.sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sound.bind(("127.0.0.1", 0))
        self.events: list[SipEvent] = []
        self._news = asyncio.Event()

    @property
    def offer(self) -> bytes:
        """A description like any telephone's."""
        return descriptions.make_offer("127.0.0.1", self.sound.getsockname()[1], ("PCMA",), 1)

    @property
    def last(self) -> str:
        """The leg of the last call that came."""
        return self.all(Invited)[-1].leg

    def _drain(self) -> None:
        now = time.monotonic()
        for event in self.core.events():
            self.events.append(event)
            match event:
                case Invited(leg=leg, request=request):
                    theirs = descriptions.parse(request.sdp or b"")
                    port = self.sound.getsockname()[1]
                    answer = descriptions.answer_to(theirs, "127.0.0.1", port, ("PCMA",), 1)
                    self.core.answer(leg, answer, now)
                case Reoffered(leg=leg):
                    self.core.accept_offer(leg, self.offer, now)
                case Requested(key=key):
                    self.core.respond(key, 200, now)
                case _:
                    pass
        self._news.set()

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not what():
                self._news.clear()
                await self._news.wait()

    async def ask(self, method: str, uri: str = "") -> int:
        """Send a request outside calls; returns the final status."""
        flow, (host, _) = self.wire.flow_to(self.server), self.server
        who = f"<sip:{self.user}@{host}>"
        key = self.core.request(
            method, uri or f"sip:{host}", to=who, from_=who, flow=flow, contact=self.user,
            headers=[("Expires", "600")], credentials=self.secret, now=time.monotonic(),
        )  # fmt: skip
        self.wire.pump()
        await self.until(lambda: [one for one in self.all(Responded) if one.key == key])
        return next(one.status for one in self.all(Responded) if one.key == key)

    async def dial(self, number: str, sdp: bytes | None = None) -> tuple[str, int]:
        """Call a number; returns the leg and the final status."""
        leg = self.core.invite(
            to=f"sip:{number}@{self.server[0]}", from_=f"<sip:{self.user}@{self.server[0]}>",
            flow=self.wire.flow_to(self.server), contact=self.user, sdp=sdp or self.offer,
            credentials=self.secret, now=time.monotonic(),
        )  # fmt: skip
        self.wire.pump()
        ends = (Answered, Refused, Ended)
        await self.until(lambda: [e for e in self.events if isinstance(e, ends) and e.leg == leg])
        refused = [one.status for one in self.all(Refused) if one.leg == leg]
        return leg, refused[0] if refused else 200

    async def reoffer(self, leg: str, sdp: bytes) -> int:
        """Change a call; returns the refusal's status."""
        before = len(self.all(OfferRefused))
        self.core.offer(leg, sdp, time.monotonic())
        self.wire.pump()
        await self.until(lambda: len(self.all(OfferRefused)) > before)
        return self.all(OfferRefused)[-1].status

    async def refer(self, leg: str, uri: str) -> int:
        """Send the far end elsewhere; returns the last status told of it."""
        key = self.core.refer(leg, uri, time.monotonic())
        self.wire.pump()
        told = lambda: [o.status for o in self.all(ReferProgressed) if o.key == key and o.done]  # noqa: E731
        await self.until(told)
        return told()[-1]

    async def hang_up(self, leg: str) -> None:
        self.core.hang_up(leg, time.monotonic())
        self.wire.pump()

    def flood(self, leg: str, presses: int) -> None:
        """Press keys without end and without a pause, straight at the call's RTP port."""
        answered = next(one for one in self.all(Answered) if one.leg == leg)
        theirs = descriptions.parse(answered.sdp or b"")
        for n in range(presses):
            stamp = (n * 160).to_bytes(4, "big")
            head = bytes((0x80, 0x80 | (theirs.event_type or 101))) + n.to_bytes(2, "big") + stamp
            body = bytes((n % 12, 0x8A)) + (800).to_bytes(2, "big")
            self.sound.sendto(head + b"RUDE" + body, (theirs.host, theirs.port))


@asynccontextmanager
async def rude(server: Address, user: str, password: str) -> AsyncIterator[Rude]:
    """A rude stranger who has registered, and gives his port back."""
    stranger = Rude(server, user, password)
    await stranger.wire.open(("127.0.0.1", 0))
    try:
        assert await stranger.ask("REGISTER") == 200
        yield stranger
    finally:
        stranger.wire.close()
        stranger.sound.close()


async def fired(server: Address, data: bytes) -> bytes:
    """Send one datagram from a raw socket; returns the first line of what came back."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as raw:
        raw.bind(("127.0.0.1", 0))
        raw.setblocking(False)
        await loop.sock_sendto(raw, data, server)
        async with asyncio.timeout(PATIENCE):
            return (await loop.sock_recv(raw, 65_536)).partition(b"\r\n")[0]


def request(method: str, line: bytes, *, size: int = 0) -> bytes:
    """A request with one line more, filled up to a size."""
    head = (
        f"{method} sip:1002@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;"
        f"branch=z9hG4bK{os.urandom(6).hex()}\r\nFrom: <sip:x@lab>;tag=1\r\nTo: <sip:1002@lab>\r\n"
        f"Call-ID: {os.urandom(6).hex()}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n"
    ).encode()
    tail = b"\r\nContent-Length: 0\r\n\r\n"
    return head + line + b"x" * (size - len(head) - len(line) - len(tail)) + tail
