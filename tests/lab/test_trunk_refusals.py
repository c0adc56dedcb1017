"""``lab trunk check`` and carriers that say no: each is told in one sentence that says what to do."""

from __future__ import annotations

import asyncio
import io
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console
from typer.testing import CliRunner

import lab.trunk as lines
from lab.cli import app
from lab.trunk import sentence_of
from lab.words import Words
from telephony import checkup
from telephony.checkup import Finding, examine
from telephony.pbx.numbering import Place
from telephony.pbx.plan import GatewayPlan, TrunkPlan
from telephony.ports import RtpPorts
from telephony.sip.auth import Credentials
from telephony.wires.certificates import SchoolCertificates
from telephony.wires.tls import server_context
from tests.stage.exchange import plan_of
from tests.stage.school import open_school

NUMBER = "13800138000"
ASKS = 'Digest realm="r", nonce="n", algorithm=MD5'


class Carrier(asyncio.DatagramProtocol):
    """Answers each method with what it was told, whatever is asked; an empty answer is silence."""

    def __init__(self, **answers: str) -> None:
        self.answers = {"OPTIONS": "200 OK", **answers}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        head = data.decode().split("\r\n")
        told = [line for line in head if line.startswith(("Via", "From", "To", "Call-ID", "CSeq"))]
        told = [f"{line};tag=far" if line.startswith("To") else line for line in told]
        answer, _, body = self.answers.get(head[0].split()[0], "").partition("\n\n")
        status, *more = answer.split("\n")
        if status:
            lines = [f"SIP/2.0 {status}", *told, *more, f"Content-Length: {len(body)}", "", body]
            self._out.sendto("\r\n".join(lines).encode(), addr)


@asynccontextmanager
async def carrier(**answers: str) -> AsyncIterator[GatewayPlan]:
    loop = asyncio.get_running_loop()
    out, _ = await loop.create_datagram_endpoint(
        lambda: Carrier(**answers), local_addr=("127.0.0.1", 0)
    )
    try:
        yield GatewayPlan("127.0.0.1", out.get_extra_info("sockname")[1])
    finally:
        out.close()


async def found(trunk: TrunkPlan, **more: Any) -> list[Finding]:
    return [one async for one in examine(trunk, place=Place(), local="127.0.0.1", **more)]


def says(finding: Finding) -> str:
    """The sentence in English; the Chinese one exists and takes the same values."""
    assert sentence_of(finding, Words("zh"))
    return sentence_of(finding, Words("en"))


@pytest.mark.wire
@pytest.mark.parametrize(
    ("invite", "code", "told"),
    [
        ("302 Moved\nContact: <sip:13900139000@sip2.example.com>", "call_moved_number",
         "on to the number 13900139000 at sip2.example.com:5060 (302)"),
        (f"302 Moved\nContact: <sip:{NUMBER}@192.0.2.7:5070>", "call_moved_gateway",
         "write 192.0.2.7:5070 as a further gateway"),
        (f"301 Moved\nContact: <sip:{NUMBER}@192.0.2.9>", "call_moved_known",
         "give 192.0.2.9:5060 the better priority"),
        ("302 Moved Temporarily", "call_moved_nowhere", "ask the carrier which gateway"),
        ("305 Use Proxy\nContact: <<<", "call_moved_nowhere", "(305)"),
        (f"407 Proxy\nProxy-Authenticate: {ASKS}", "call_password", "does not take our password"),
        ("402 Payment Required", "call_credit", "top up"),
        ("403 Forbidden", "call_forbidden", "the number we show is ours"),
        ("404 Not Found", "call_no_number", f"{NUMBER} (404): check style"),
        ("604 Nowhere", "call_no_number", "(604)"),
        ("480 Away", "call_unavailable", "try another number"),
        ("486 Busy Here", "call_busy", "the line works"),
        ("488 No", "call_codec", "we offer PCMA, PCMU, G722"),
        ("606 No", "call_codec", "(606)"),
        ("483 Too Many Hops", "call_circle", "round in circles"),
        ("433 Anonymity Disallowed", "call_identity", "a number of ours under numbers"),
        ("503 Full", "call_out_of_service", "number of channels"),
        ("500 Oops", "call_trouble", "(500 Oops): try again in a few minutes"),
        ('400 Bad Request\nWarning: 399 gw "no CSeq, friend"', "call_status",
         "(400 no CSeq, friend): tell the carrier"),
        ("603 Decline", "call_declined", "take a number that answers"),
        ("699 \x1b[31mNever\x07", "call_status", "Never"),
    ],
)  # fmt: skip
async def test_a_call_that_is_refused(invite: str, code: str, told: str) -> None:
    async with carrier(INVITE=invite) as gateway:
        spare = GatewayPlan("192.0.2.9", priority=9)
        trunk = TrunkPlan(
            "x", "live", gateways=(gateway, spare), account=Credentials("u", "p"), style="national"
        )
        last = [one async for one in first_way(trunk)][-1]
    assert (last.step, last.grade, last.code) == ("call", "bad", code)
    assert told in says(last)


async def first_way(trunk: TrunkPlan) -> AsyncIterator[Finding]:
    """Examine a trunk whose other gateway is not asked: no packet leaves this machine."""
    async for one in examine(trunk, place=Place(), local="127.0.0.1", call=NUMBER):
        assert one.code != "name_unknown"
        yield one


@pytest.mark.wire
@pytest.mark.parametrize(
    ("register", "code", "told"),
    [
        (f"401 Unauthorized\nWWW-Authenticate: {ASKS}", "password_wrong", "password of u (401)"),
        ("403 Forbidden", "password_wrong", "from this machine's address"),
        ("404 Not Found", "account_unknown", "does not know the account u"),
        ("302 Moved\nContact: <sip:reg.example.com:5080>", "register_moved",
         "registrations at reg.example.com:5080 (302)"),
        ("302 Moved", "register_status", "(302 Moved)"),
        ("500 Down", "register_trouble", "(500 Down): try again"),
        ("420 Bad Extension", "register_status", "(420 Bad Extension): tell the carrier"),
        ("", "register_silent", "answers OPTIONS but no registration"),
    ],
)  # fmt: skip
async def test_a_registration_that_is_refused(
    monkeypatch: pytest.MonkeyPatch, register: str, code: str, told: str
) -> None:
    monkeypatch.setattr(checkup, "PATIENCE", 1.0)
    async with carrier(REGISTER=register) as gateway:
        trunk = TrunkPlan(
            "x", "live", gateways=(gateway,), registers=True, account=Credentials("u", "p")
        )
        last = (await found(trunk))[-1]
    assert (last.step, last.grade, last.code) == ("register", "bad", code)
    assert told in says(last)


@pytest.mark.wire
async def test_a_carrier_that_answers_options_and_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its silence is the transaction's to tell; a call that only rings is another thing."""
    monkeypatch.setattr(checkup, "RINGING", 0.3)
    async with carrier(INVITE="180 Ringing", CANCEL="200 OK") as gateway:
        last = (await found(TrunkPlan("x", "live", gateways=(gateway,)), call=NUMBER))[-1]
        assert last.code == "call_no_answer" and "somebody answers" in says(last)
    silent = checkup.refusals.of_call(TrunkPlan("x", "live"), 408, None, NUMBER)
    cut = checkup.refusals.of_call(TrunkPlan("x", "live"), 503, None, NUMBER)
    assert (silent.code, cut.code) == ("call_silent", "call_cut")


DEAF = """200 OK
Contact: <sip:far@127.0.0.1:9>
Content-Type: application/sdp

v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 9 RTP/AVP 8
"""


@pytest.mark.wire
async def test_a_far_end_that_answers_and_sends_no_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried by a port that the firewall lets in, as every call will have one."""
    monkeypatch.setattr(checkup, "TALK", 0.3)
    offers: list[str] = []
    async with carrier(INVITE=DEAF) as gateway:
        told = Carrier.datagram_received

        def hear(self: Carrier, data: bytes, addr: tuple[str, int]) -> None:
            offers.extend(re.findall(r"m=audio (\d+)", data.decode()))
            told(self, data, addr)

        monkeypatch.setattr(Carrier, "datagram_received", hear)
        trunk = TrunkPlan("x", "live", gateways=(gateway,))
        last = (await found(trunk, call=NUMBER, ports=RtpPorts(22960, 22979)))[-1]
    assert (last.step, last.code) == ("sound", "no_sound_back")
    assert offers and all(22960 <= int(port) < 22980 for port in offers)
    assert "lets the RTP ports in" in says(last)


@asynccontextmanager
async def port(*, patient: bool) -> AsyncIterator[int]:
    """A port that takes connections and says nothing; impatient, it lets each go at once."""
    guests: list[asyncio.Task[None]] = []

    async def guest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if patient:
            await reader.read()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.append(asyncio.create_task(guest(reader, writer)))

    async with await asyncio.start_server(come, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*guests)


@pytest.mark.wire
@pytest.mark.parametrize(
    ("patient", "transport", "code"),
    [
        (False, "tcp", "closed_unanswered"), (True, "tcp", "no_answer"),
        (False, "tls", "speaks_no_tls"), (True, "tls", "speaks_no_tls"),
    ],
)  # fmt: skip
async def test_a_port_that_takes_connections_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, patient: bool, transport: str, code: str
) -> None:
    monkeypatch.setattr(checkup, "PATIENCE", 7.0 if transport == "tls" else 1.0)
    async with port(patient=patient) as number:
        gateway = GatewayPlan("127.0.0.1", number, transport)  # type: ignore[arg-type]
        (one,) = await found(TrunkPlan("x", "live", gateways=(gateway,)))
    assert (one.code, "check transport" in says(one) or code == "no_answer") == (code, True)


@pytest.mark.wire
async def test_tls_to_the_plain_port_of_a_switchboard_and_back(tmp_path: Path) -> None:
    proof = SchoolCertificates(tmp_path).ensure(["127.0.0.1"], datetime.now(UTC))
    context = server_context(proof.certificate, proof.key)
    async with open_school(plan_of(1), tls=context) as city:
        plain = GatewayPlan("127.0.0.1", city.port, "tls")
        (one,) = await found(TrunkPlan("x", "live", gateways=(plain,), ca=proof.ca))
        assert one.code == "speaks_no_tls"
        secured = GatewayPlan("127.0.0.1", city.board.tls_port, "tcp")
        (one,) = await found(TrunkPlan("x", "live", gateways=(secured,)))
        assert one.code == "closed_unanswered"
        early = SchoolCertificates(tmp_path / "b").ensure(
            ["127.0.0.1"], datetime.now(UTC) + timedelta(days=400)
        )
        context.load_cert_chain(early.certificate, early.key)
        young = GatewayPlan("127.0.0.1", city.board.tls_port, "tls")
        (one,) = await found(TrunkPlan("x", "live", gateways=(young,), ca=early.ca))
        assert one.code == "certificate_early" and "date and time" in says(one)


@pytest.mark.wire
@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_a_port_where_nobody_listens(monkeypatch: pytest.MonkeyPatch, transport: str) -> None:
    monkeypatch.setattr(checkup, "PATIENCE", 1.0)
    with socket.socket(
        socket.AF_INET, socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    ) as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
        if transport == "udp":
            taken.close()
        gateway = GatewayPlan("127.0.0.1", number, transport)  # type: ignore[arg-type]
        (one,) = await found(TrunkPlan("x", "live", gateways=(gateway,)))
    assert one.code == "refused" and "nobody listens there" in says(one)


@pytest.mark.unit
@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "::1"])
async def test_from_an_address_of_this_machine_alone_no_carrier_is_reached(host: str) -> None:
    (one,) = await found(TrunkPlan("x", "live", gateways=(GatewayPlan(host),)))
    assert one.code == "local_only"
    assert f"From 127.0.0.1 ([network] host in the settings) no way leads to {host}" in says(one)


@pytest.mark.unit
def test_brackets_and_escapes_are_shown_as_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(lines, "Console", lambda: Console(file=out, width=300))
    lines._say(Finding("sound", "bad", "no_sound_back"))
    odd = {"number": NUMBER, "status": 699, "said": "[red]\x1b[31mNo\x07"}
    lines._say(Finding("call", "bad", "call_status", odd))
    assert "[network] advertise" in out.getvalue()
    assert "[red][31mNo" in out.getvalue()


@pytest.mark.unit
@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "还没有添加任何中继"), ("en", "none was added yet")]
)
def test_without_any_trunk_it_says_how_to_add_one(tmp_path: Path, lang: str, told: str) -> None:
    for word in ("check", "remove"):
        words = ["trunk", word, "telecom", "--data", str(tmp_path), "--lang", lang]
        run = CliRunner().invoke(app, words, catch_exceptions=True)
        said = " ".join(f"{run.output}{run.exception}".split())
        assert told in said and "lab trunk add telecom --host" in said
