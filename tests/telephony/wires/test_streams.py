"""SIP over TCP on real sockets: calls, reuse, keep-alives, and what a connection may not do."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator, Callable

import pytest

from telephony.errors import PortTaken
from telephony.sip.core import SipCore
from telephony.sip.events import Answered, Ended, Flow, Invited, Requested, Responded, SipEvent
from telephony.wires.stream import Limits, Stream
from telephony.wires.wire import SipWire
from tests.stage.loopback import ANSWER, OFFER

pytestmark = pytest.mark.wire

QUICK = Limits(first=0.3, message=0.3, sweep=0.05)


class Node:
    """A core on UDP and TCP that answers what it is asked."""

    def __init__(self, name: str, host: str = "127.0.0.1", limits: Limits | None = None) -> None:
        self.name, self.host = name, host
        self.core = SipCore(entropy=os.urandom, user_agent=name, large=lambda f: self.wire.large(f))
        self.wire = SipWire(self.core, self._drain, limits=limits, lost=self._lost)
        self.events: list[SipEvent] = []
        self.broken: list[Flow] = []
        self._news = asyncio.Event()

    def _drain(self) -> None:
        now = time.monotonic()
        for event in self.core.events():
            self.events.append(event)
            if isinstance(event, Invited):
                self.core.answer(event.leg, ANSWER, now)
            if isinstance(event, Requested):
                self.core.respond(event.key, 200, now)
            self._news.set()

    def _lost(self, flow: Flow, why: str) -> None:
        self.broken.append(flow)
        self._news.set()

    def all(self, kind: type) -> list[SipEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not what():
                self._news.clear()
                await self._news.wait()

    @property
    def uri(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"sip:{self.name}@{host}:{self.wire.address[1]}"

    def call(self, other: Node, transport: str = "tcp") -> str:
        leg = self.core.invite(
            to=other.uri + f";transport={transport}",
            from_=f"<{self.uri}>",
            flow=self.wire.flow_to(other.wire.address, transport),  # type: ignore[arg-type]
            contact=self.name,
            sdp=OFFER,
            now=time.monotonic(),
        )
        self.wire.pump()
        return leg

    def ask(self, other: Node, transport: str, body: bytes = b"") -> None:
        self.core.request(
            "MESSAGE", other.uri, to=f"<{other.uri}>", from_=f"<{self.uri}>",
            flow=self.wire.flow_to(other.wire.address, transport),  # type: ignore[arg-type]
            body=body, content_type="text/plain" if body else "", now=time.monotonic(),
        )  # fmt: skip
        self.wire.pump()


@contextlib.asynccontextmanager
async def nodes(*made: Node, tcp: bool = True) -> AsyncIterator[None]:
    for node in made:
        try:
            await node.wire.open((node.host, 0), ("udp", "tcp") if tcp else ("udp",))
        except PortTaken:
            pytest.skip(f"this machine has no {node.host}")
    try:
        yield
    finally:
        for node in made:
            await node.wire.gone()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
async def test_call_over_tcp_connects_and_ends_on_one_connection(host: str) -> None:
    anna, bert = Node("anna", host), Node("bert", host)
    async with nodes(anna, bert):
        leg = anna.call(bert)
        await anna.until(lambda: anna.all(Answered))
        anna.core.hang_up(leg, time.monotonic())
        anna.wire.pump()
        await bert.until(lambda: bert.all(Ended))
        (invited,) = bert.all(Invited)
        assert isinstance(invited, Invited)
        assert invited.flow.transport == "tcp" and invited.flow.local == bert.wire.address
        assert invited.request.via.transport == "TCP"
        assert (len(anna.wire.streams), len(bert.wire.streams)) == (1, 1)


async def test_the_called_side_reuses_the_callers_connection() -> None:
    anna, bert = Node("anna"), Node("bert")
    async with nodes(anna, bert):
        anna.call(bert)
        await anna.until(lambda: anna.all(Answered))
        (invited,) = bert.all(Invited)
        assert isinstance(invited, Invited)
        bert.core.hang_up(invited.leg, time.monotonic())
        bert.wire.pump()
        await anna.until(lambda: anna.all(Ended))
        assert len(anna.wire.streams) == 1


async def test_a_request_too_large_for_a_datagram_goes_by_tcp() -> None:
    anna, bert = Node("anna"), Node("bert")
    async with nodes(anna, bert):
        anna.ask(bert, "udp", b"x" * 2000)
        await anna.until(lambda: anna.all(Responded))
        (asked,) = bert.all(Requested)
        assert isinstance(asked, Requested) and asked.flow.transport == "tcp"
        anna.ask(bert, "udp", b"short")
        await anna.until(lambda: len(anna.all(Responded)) == 2)
        assert bert.all(Requested)[1].flow.transport == "udp"  # type: ignore[union-attr]


async def test_a_large_request_goes_by_udp_where_the_peer_takes_no_tcp() -> None:
    anna, bert = Node("anna"), Node("bert")
    async with nodes(anna, bert, tcp=False):
        for count in (1, 2):
            anna.ask(bert, "udp", b"x" * 2000)
            await anna.until(lambda n=count: len(anna.all(Responded)) == n)
        assert [one.status for one in anna.all(Responded)] == [200, 200]  # type: ignore[union-attr]
        assert {one.flow.transport for one in bert.all(Requested)} == {"udp"}  # type: ignore[union-attr]


async def test_a_request_over_tcp_to_nobody_fails_with_503() -> None:
    anna, nobody = Node("anna"), Node("nobody")
    async with nodes(anna, nobody, tcp=False):
        anna.ask(nobody, "tcp")
        await anna.until(lambda: anna.all(Responded))
        (told,) = anna.all(Responded)
        assert isinstance(told, Responded) and told.status == 503
        sentence = anna.wire.streams.trouble(nobody.wire.address)
        assert sentence.startswith(f"No connection to 127.0.0.1:{nobody.wire.address[1]}")
        assert anna.core.idle


async def test_after_the_connection_broke_a_request_finds_the_contact() -> None:
    anna, bert = Node("anna"), Node("bert")
    async with nodes(anna, bert):
        anna.call(bert)
        await anna.until(lambda: anna.all(Answered))
        (invited,) = bert.all(Invited)
        assert isinstance(invited, Invited)
        for stream in set(bert.wire.streams._streams.values()):
            stream.abort("the test pulls the plug")
        await bert.until(lambda: bert.broken)
        await anna.until(lambda: anna.broken)
        bert.core.hang_up(invited.leg, time.monotonic())
        bert.wire.pump()
        await anna.until(lambda: anna.all(Ended))
        assert anna.all(Ended)[0].cause == "remote"  # type: ignore[union-attr]


class Stranger:
    """Bytes on a connection of our own."""

    def __init__(self, node: Node) -> None:
        self.node = node

    async def __aenter__(self) -> Stranger:
        self.reader, self.writer = await asyncio.open_connection(*self.node.wire.address)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    async def read(self) -> bytes:
        async with asyncio.timeout(60):
            return await self.reader.read(65536)

    def options(self, branch: str, via: str = "127.0.0.1:9", extra: str = "") -> bytes:
        """``via`` may bring parameters."""
        return (
            f"OPTIONS {self.node.uri} SIP/2.0\r\nVia: SIP/2.0/TCP {via};branch=z9hG4bK{branch}\r\n"
            f"From: <sip:x@y>;tag=1\r\nTo: <{self.node.uri}>\r\nCall-ID: {branch}\r\n"
            f"CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n{extra}\r\n"
        ).encode()


async def test_a_ping_is_answered_with_a_pong() -> None:
    bert = Node("bert")
    async with nodes(bert), Stranger(bert) as stranger:
        stranger.writer.write(b"\r\n\r\n")
        assert await stranger.read() == b"\r\n"


async def test_two_requests_in_one_packet_are_both_answered() -> None:
    bert = Node("bert")
    async with nodes(bert), Stranger(bert) as stranger:
        stranger.writer.write(stranger.options("a") + stranger.options("b"))
        seen = b""
        while seen.count(b"SIP/2.0 200") < 2:
            seen += await stranger.read()
        assert len(bert.all(Requested)) == 2


async def test_nobody_gets_anothers_requests_by_asking_for_an_alias() -> None:
    """RFC 5923 wants certificates on both sides, which telephones have not: ``alias`` is not believed."""
    anna, bert = Node("anna"), Node("bert")
    async with nodes(anna, bert), Stranger(bert) as stranger:
        host, port = anna.wire.address
        stranger.writer.write(stranger.options("a", via=f"{host}:{port};alias"))
        assert (await stranger.read()).startswith(b"SIP/2.0 200")
        bert.ask(anna, "tcp")
        await bert.until(lambda: bert.all(Responded))
        assert len(anna.all(Requested)) == 1
        stranger.writer.write(b"\r\n\r\n")
        assert await stranger.read() == b"\r\n", "nothing else came by the stranger's connection"


async def test_a_body_that_is_too_long_is_told_and_the_connection_closed() -> None:
    bert = Node("bert")
    async with nodes(bert), Stranger(bert) as stranger:
        stranger.writer.write(stranger.options("a", extra="Content-Length: 99999\r\n"))
        assert (await stranger.read()).startswith(b"SIP/2.0 513")
        assert await stranger.read() == b""


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\nHost: bert\r\n\r\n", b"\x16\x03\x01\x02\0", bytes(5000)]
)
async def test_who_speaks_something_else_is_shown_out_at_once(data: bytes) -> None:
    """A browser, a telephone that wants TLS here: no limit of time need pass."""
    bert = Node("bert")
    async with nodes(bert), Stranger(bert) as stranger:
        stranger.writer.write(data)
        assert await stranger.read() == b""
        await bert.until(lambda: not len(bert.wire.streams))


async def test_a_message_of_two_lengths_is_refused_and_not_read_on() -> None:
    """Where it ends would be anybody's guess: what follows could be another's request."""
    bert = Node("bert")
    async with nodes(bert), Stranger(bert) as stranger:
        two = stranger.options("a", extra="Content-Length: 0\r\nContent-Length: 5\r\n")
        stranger.writer.write(two + stranger.options("b"))
        assert (await stranger.read()).startswith(b"SIP/2.0 400 More than one Content-Length")
        assert await stranger.read() == b""
        assert not bert.all(Requested)


@pytest.mark.parametrize("bytes_sent", [b"", b"OPTIONS sip:b"])
async def test_who_brings_no_whole_message_is_shown_out(bytes_sent: bytes) -> None:
    bert = Node("bert", limits=QUICK)
    async with nodes(bert), Stranger(bert) as stranger:
        stranger.writer.write(bytes_sent)
        with contextlib.suppress(ConnectionError):
            assert await stranger.read() == b""
        await bert.until(lambda: not len(bert.wire.streams))


async def test_one_address_gets_only_so_many_connections() -> None:
    bert = Node("bert", limits=Limits(a_host=2))
    async with nodes(bert), Stranger(bert) as one, Stranger(bert) as two:
        for stranger in (one, two):
            stranger.writer.write(b"\r\n\r\n")
            assert await stranger.read() == b"\r\n"
        async with Stranger(bert) as third:
            with contextlib.suppress(ConnectionError):
                third.writer.write(b"\r\n\r\n")
                assert await third.read() == b""
        one.writer.write(one.options("still"))
        assert (await one.read()).startswith(b"SIP/2.0 200")


async def test_a_server_that_stops_answering_pings_is_noticed() -> None:
    anna = Node("anna", limits=Limits(ping=0.1, pong=0.2, sweep=0.05))
    answers, pings, heard = True, 0, asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal pings
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(4096):
                if data != b"\r\n\r\n":
                    continue
                pings += 1
                if pings == 2:  # It pings again only once it heard the first pong.
                    heard.set()
                if answers:
                    writer.write(b"\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    async with nodes(anna):
        anna.core.request(
            "OPTIONS", "sip:b@b", to="<sip:b@b>", from_="<sip:a@b>",
            flow=anna.wire.flow_to(address, "tcp"), now=time.monotonic(),
        )  # fmt: skip
        anna.wire.pump()
        async with asyncio.timeout(60):
            await heard.wait()
        answers = False
        await anna.until(lambda: anna.broken)
        await anna.until(lambda: anna.all(Responded))
        assert anna.all(Responded)[0].status == 503  # type: ignore[union-attr]
    server.close()


def streams_of(node: Node) -> set[Stream]:
    return set(node.wire.streams._streams.values())


async def test_when_a_wire_is_gone_its_connections_are_closed() -> None:
    anna, bert = Node("anna"), Node("bert")
    async with nodes(anna, bert):
        anna.ask(bert, "tcp")
        await anna.until(lambda: anna.all(Responded))
        await anna.wire.gone()
        assert len(anna.wire.streams) == 0
        await bert.until(lambda: bert.broken)
        assert not anna.broken, "who closes is told of no loss"


async def test_a_far_end_that_reads_nothing_is_cut_off_when_the_wire_goes() -> None:
    anna, deaf = Node("anna"), Node("deaf")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.wire.address = listener.getsockname()
        async with nodes(anna):
            anna.ask(deaf, "tcp")
            (stream,) = streams_of(anna)
            await asyncio.gather(*anna.wire.streams._dialling)
            assert stream._transport is not None
            near = stream._transport.get_extra_info("socket")
            near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            anna.ask(deaf, "tcp", b"x" * 60_000)
            assert stream._transport.get_write_buffer_size(), "some is not sent yet"
            await anna.wire.gone()
            assert len(anna.wire.streams) == 0


async def test_a_wire_may_go_while_it_still_connects() -> None:
    anna, bert = Node("anna"), Node("bert")
    async with nodes(anna, bert):
        anna.ask(bert, "tcp")
        await anna.wire.gone()
        assert len(anna.wire.streams) == 0


async def test_a_taken_tcp_port_is_said_in_a_sentence() -> None:
    anna = Node("anna")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"TCP port {port} on 127.0.0.1 cannot be opened"):
            await anna.wire.open(("127.0.0.1", port), ("udp", "tcp"))
    anna.wire.close()


@pytest.mark.parametrize("anywhere", ["0.0.0.0", "::"])
async def test_a_wire_on_every_address_answers_from_the_one_that_was_asked(anywhere: str) -> None:
    bert, anna = Node("bert", anywhere), Node("anna", "127.0.0.1")
    async with nodes(bert, anna):
        for transport in ("udp", "tcp"):
            anna.core.request(
                "OPTIONS", "sip:b@b", to="<sip:b@b>", from_="<sip:a@b>",
                flow=anna.wire.flow_to(("127.0.0.1", bert.wire.address[1]), transport),  # type: ignore[arg-type]
                now=time.monotonic(),
            )  # fmt: skip
            anna.wire.pump()
        await anna.until(lambda: len(anna.all(Responded)) == 2)
        for asked in bert.all(Requested):
            assert isinstance(asked, Requested)
            assert asked.flow.local == ("127.0.0.1", bert.wire.address[1])
        assert not await bert.wire.follow()


class Deaf(asyncio.Transport):
    """A far end that reads nothing; tells what was written to it, and what came after its end."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = self.late = 0
        self.socket = socket.socket()

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self.socket if name == "socket" else default

    def is_closing(self) -> bool:
        return self.socket.fileno() < 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.late += self.is_closing()
        self.kept += len(data)

    def get_write_buffer_size(self) -> int:
        return self.kept

    def abort(self) -> None:
        self.socket.close()


class Talker:
    """Answers every message at length."""

    def __init__(self) -> None:
        self.heard = 0

    def made(self, stream: Stream) -> bool:
        return True

    def brought(self, stream: Stream, data: bytes) -> None:
        self.heard += 1
        for _ in range(3):
            stream.send(b"x" * 40, Limits(unsent=100))

    def lost(self, stream: Stream, why: str) -> None:
        raise AssertionError("the transport tells of that, later")


async def test_nothing_is_said_to_who_was_given_up() -> None:
    talker, far = Talker(), Deaf()
    stream = Stream(talker, Flow("tcp", ("127.0.0.1", 5060), ("127.0.0.1", 4000), 1), 0.0)
    stream.connection_made(far)
    stream.data_received(b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n" * 9)
    assert (talker.heard, far.kept, far.late) == (1, 120, 0)
