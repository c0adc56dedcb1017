"""What no telephone should send, byte by byte over every wire: the right answers, and nothing is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from telephony.pbx import events as ev
from telephony.pbx.ivr import Flow, Menu
from telephony.pbx.ivr import HangUp as Farewell
from telephony.sip.message import Response
from telephony.wires.certificates import SchoolCertificates
from telephony.wires.tls import server_context
from tests.stage.exchange import PROMPTS, plan_of
from tests.stage.raw import Kind, Raw
from tests.stage.rude import rude
from tests.stage.school import School, open_school

pytestmark = pytest.mark.wire

MENU = "*7802"
PATIENT = Menu(("menu",), {"none": "end"}, otherwise="end", wrong=("wrong",), tries=1000)
WIRES = [
    ("udp", "127.0.0.1"),
    ("tcp", "127.0.0.1"),
    ("tls", "127.0.0.1"),
    ("udp", "::1"),
    ("tcp", "::1"),
]
TEXT = {"body": b"x" * 20_000, "kind": "text/plain"}
TAG = {"to": "<sip:1002@lab>;tag=nobody"}


def described(host: str, line: str) -> bytes:
    family = "IP6" if ":" in host else "IP4"
    head = ("v=0", f"o=- 1 1 IN {family} {host}", "s=-", f"c=IN {family} {host}", "t=0 0", line)
    return "".join(f"{one}\r\n" for one in head).encode()


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[School]:
    """A board on every wire; afterwards it holds nothing of what came, and carries a call as ever."""
    proof = SchoolCertificates(folder).ensure(["127.0.0.1"], datetime.now(UTC))
    flows = {"menu": Flow("menu", "menu", {"menu": PATIENT, "end": Farewell()})}
    beep = dict.fromkeys(("menu", "wrong"), "tone:440:0.3")
    plan = plan_of(
        2, recording_path=lambda call: None, flows={**plan_of(1).flows, **flows},
        trials={MENU: "menu"}, prompts={**PROMPTS, **beep},
    )  # fmt: skip
    context = server_context(proof.certificate, proof.key)
    async with open_school(plan, tls=context, local=("::", 0)) as school:
        yield school
        works, core = school.board.board.works, school.board.board.core
        counts, ended = core.counts(), len(school.all(ev.CallEnded))
        assert (counts["legs"], counts["dialogs"], counts["subscriptions"]) == (0, 0, 0)
        assert not works.calls and not works.legs.by_name and not works.legs.pings
        where = ("127.0.0.1", school.port)
        async with rude(where, "1001", "secret1") as anna, rude(where, "1002", "secret2"):
            leg, status = await anna.dial("1002")
            assert status == 200
            await anna.hang_up(leg)
            await school.until(ev.CallEnded, ended + 1)
        assert not school.all(ev.Alarm)


@pytest.mark.parametrize(("kind", "host"), WIRES)
async def test_requests_that_cannot_be(tmp_path: Path, kind: Kind, host: str) -> None:
    video, opus = described(host, "m=video 9 RTP/AVP 96"), described(host, "m=audio 9 RTP/AVP 111")
    good = {"body": described(host, "m=audio 9 RTP/AVP 8")}
    timer = ("Supported: timer", "Session-Expires: 10")
    dead = ("Require: replaces", "Replaces: dead;to-tag=a;from-tag=b")
    async with house(tmp_path) as school:
        port = school.board.tls_port if kind == "tls" else school.port
        async with Raw(kind, (host, port)) as raw:
            here, other, self_ = f"sip:{raw.host}", f"sip:1002@{raw.host}", f"sip:1001@{raw.host}"
            table: list[tuple[int, str, str, tuple[str, ...], dict[str, Any]]] = [
                (488, "INVITE", other, (), {"body": video}),
                (488, "INVITE", other, (), {"body": opus}),
                (400, "INVITE", other, (), {"body": b"hello"}),
                (415, "INVITE", other, (), {"body": b"hello", "kind": "text/plain"}),
                (486, "INVITE", self_, (), good), (404, "INVITE", f"sip:4711@{raw.host}", (), good),
                (483, "INVITE", other, (), {**good, "hops": 0}),
                (420, "INVITE", other, ("Require: flying",), good),
                (422, "INVITE", other, timer, good), (481, "INVITE", other, dead, good),
                (481, "INVITE", other, (), {**good, **TAG}), (416, "INVITE", "mailto:a@b", (), good),
                (481, "BYE", other, (), TAG), (481, "CANCEL", other, (), {}),
                (481, "UPDATE", other, (), {**good, **TAG}), (481, "INFO", other, (), TAG),
                (481, "PRACK", other, ("RAck: 1 1 INVITE",), TAG),
                (481, "NOTIFY", other, ("Event: dialog", "Subscription-State: active"), TAG),
                (403, "REFER", other, (f"Refer-To: <{here}>",), {}),
                (489, "SUBSCRIBE", other, ("Event: weather", "Expires: 60"), {}),
                (489, "SUBSCRIBE", other, ("Expires: 60",), {}),
                (423, "SUBSCRIBE", other, ("Event: dialog", "Expires: 1"), {}),
                (413, "MESSAGE", other, (), TEXT), (501, "DANCE", here, (), {}),
                (405, "PUBLISH", here, (), {}), (400, "OPTIONS", here, ("Subject: a\0b",), {}),
                (200, "OPTIONS", here, ("v: SIP/2.0/UDP a;branch=z9hG4bKa, SIP/2.0/UDP b",), {}),
            ]  # fmt: skip
            assert (await raw.ask("REGISTER", here, "Expires: 60", to=f"<{self_}>")).status == 200
            for status, method, uri, lines, more in table:
                came = await raw.ask(method, uri, *lines, **more)
                assert came.status == status, (method, lines, came.start_line)
            await raw.send(raw.text("ACK", other, **TAG))
            assert (await raw.ask("OPTIONS", here)).status == 200, "an ACK for nothing is let be"
            assert (await raw.ask("REGISTER", here, "Expires: 0", to=f"<{self_}>")).status == 200


@pytest.mark.parametrize(("kind", "host"), WIRES)
async def test_a_call_whose_caller_does_everything_wrong(
    tmp_path: Path, kind: Kind, host: str
) -> None:
    offer = described(host, "m=audio 9 RTP/AVP 8")
    async with house(tmp_path) as school:
        port = school.board.tls_port if kind == "tls" else school.port
        async with Raw(kind, (host, port)) as raw:
            sip = f"sip:{MENU}@{raw.host}"
            came = await raw.ask("INVITE", sip, body=offer, call="mine", acknowledge=False)
            assert came.status == 200 and came.contact
            number, via = came.cseq[0], raw.last_via
            await raw.send(raw.text("CANCEL", sip, call="mine", number=number, via=via))
            late = await raw.answer("CANCEL", number)
            assert late.status == 200, "it was the INVITE's, and too late: the call goes on"
            await raw.acknowledge(raw.text("INVITE", sip, call="mine", number=number), came)
            inside = {"to": came.headers.get("To"), "call": "mine"}

            async def ask(method: str, *lines: str, **more: Any) -> Response:
                return await raw.ask(method, str(came.contact.uri), *lines, **inside, **more)  # type: ignore[union-attr]

            for n in range(100):
                keys = f"Signal={n % 10}\r\nDuration=100\r\n".encode()
                pressed = await ask("INFO", body=keys, kind="application/dtmf-relay")
                assert pressed.status == 200, n
            timer = ("Supported: timer", "Session-Expires: 10")
            video = described(host, "m=video 9 RTP/AVP 96")
            for status, method, lines, body in (
                (422, "UPDATE", timer, b""), (488, "UPDATE", (), video), (488, "INVITE", (), video),
                (481, "PRACK", ("RAck: 99 99 INVITE",), b""), (400, "REFER", (), b""),
                (416, "REFER", ("Refer-To: <mailto:a@b>",), b""), (200, "UPDATE", (), offer),
            ):  # fmt: skip
                assert (await ask(method, *lines, body=body)).status == status, (method, lines)
            assert (await ask("BYE", number=number)).status == 500, "an old CSeq"
            assert (await ask("BYE", number=5000)).status == 200
            assert (await ask("BYE", number=5001)).status == 481
