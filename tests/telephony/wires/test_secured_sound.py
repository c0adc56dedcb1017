"""Sound over SRTP between a telephone on TLS and one that is not, through the real board."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from telephony.errors import CallRefused
from telephony.media.control import AimLeg, MediaEvent, SpeechBegan
from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.phone import Account, Phone, PhoneCall, Rang
from telephony.wires.certificates import Proof, SchoolCertificates
from telephony.wires.tls import server_context
from telephony.wires.wire import Transport
from tests.stage.exchange import plan_of
from tests.stage.school import School, open_school

pytestmark = pytest.mark.wire


@dataclass
class Stage:
    school: School
    proof: Proof
    stack: AsyncExitStack
    aims: list[AimLeg] = field(default_factory=list)
    heard: dict[str, asyncio.Event] = field(default_factory=dict)

    async def phone(self, extension: str, transport: Transport) -> Phone:
        """A registered telephone with a media worker of its own."""
        media = await self.stack.enter_async_context(MediaProcess())
        heard = self.heard[extension] = asyncio.Event()

        def hear(event: MediaEvent) -> None:
            if isinstance(event, SpeechBegan):
                heard.set()

        media.subscribe(hear)
        port = self.school.board.tls_port if transport == "tls" else self.school.port
        account = Account(
            extension, f"secret{int(extension) - 1000}", (self.school.host, port),
            transport=transport, ca=self.proof.ca if transport == "tls" else "",
        )  # fmt: skip
        phone = await self.stack.enter_async_context(Phone(account, media=media))
        await phone.register()
        return phone


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    proof = SchoolCertificates(folder).ensure(["127.0.0.1"], datetime.now(UTC))
    plan = plan_of(2, recording_path=lambda call: None)
    async with AsyncExitStack() as stack:
        context = server_context(proof.certificate, proof.key)
        school = await stack.enter_async_context(open_school(plan, tls=context))
        made = Stage(school, proof, stack)
        send = school.media.send

        def spy(command: object) -> None:
            if isinstance(command, AimLeg):
                made.aims.append(command)
            send(command)  # type: ignore[arg-type]

        school.media.send = spy  # type: ignore[method-assign]
        yield made


async def ringing(phone: Phone) -> PhoneCall:
    async with asyncio.timeout(60):
        rang = await anext(event async for event in phone.events() if isinstance(event, Rang))
    return rang.call


@pytest.mark.parametrize(
    ("caller", "callee", "secured"),
    [("tls", "tls", 2), ("tls", "udp", 1), ("tcp", "tls", 1), ("udp", "tcp", 0)],
)
async def test_both_hear_each_other_whatever_secures_each(
    tmp_path: Path, caller: Transport, callee: Transport, secured: int
) -> None:
    async with stage(tmp_path) as on:
        anna, bert = await on.phone("1001", caller), await on.phone("1002", callee)
        call = await anna.dial("1002")
        other = await ringing(bert)
        await other.answer()
        await call.until_answered()
        for each in (call, other):
            await each.play(["tone:440:30"])
        async with asyncio.timeout(60):
            await asyncio.gather(*(event.wait() for event in on.heard.values()))
        await call.hold()
        await call.resume()
        await call.hang_up()
        await on.school.until(ev.CallEnded)
        await on.school.until(ev.SoundReport, 2)
        last = {aim.leg: aim for aim in on.aims}
        assert sum(bool(aim.suite) for aim in last.values()) == secured
        for report in on.school.all(ev.SoundReport):
            assert report.report.received > 0


async def test_a_telephone_that_names_its_key_in_each_packet_is_heard_and_hears(
    tmp_path: Path,
) -> None:
    """Its offers say ``inline:KEY|1:4``, as some makes of telephone do; a hold changes nothing."""
    async with stage(tmp_path) as on:
        anna, bert = await on.phone("1001", "tls"), await on.phone("1002", "udp")
        open_line = anna._open_line

        def named(flow):  # type: ignore[no-untyped-def]
            line, media = open_line(flow)
            line.keys = tuple(replace(one, mki="1:4") for one in line.keys)
            return line, media

        anna._open_line = named  # type: ignore[method-assign]
        call = await anna.dial("1002")
        other = await ringing(bert)
        await other.answer()
        await call.until_answered()
        await call.hold()
        await call.resume()
        for each in (call, other):
            await each.play(["tone:440:30"])
        async with asyncio.timeout(60):
            await asyncio.gather(*(event.wait() for event in on.heard.values()))
        await call.hang_up()
        await on.school.until(ev.CallEnded)
        marks = {(aim.mki_sent, aim.mki_heard) for aim in on.aims if aim.suite}
        assert marks == {("00000001", "00000001")}


async def test_a_telephone_that_has_no_srtp_is_asked_again_without(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        anna, bert = await on.phone("1001", "udp"), await on.phone("1002", "tls")
        open_line = bert._open_line

        def refuse_secured(flow):  # type: ignore[no-untyped-def]
            line, media = open_line(flow)
            line.keys = ()
            return line, media

        bert._open_line = refuse_secured  # type: ignore[method-assign]
        call = await anna.dial("1002")
        other = await ringing(bert)
        await other.answer()
        await call.until_answered()
        assert not any(aim.suite for aim in on.aims)
        await call.hang_up()
        await on.school.until(ev.CallEnded)


async def test_secured_sound_without_secured_signalling_is_refused_with_488(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        anna = await on.phone("1001", "udp")
        await on.phone("1002", "udp")
        from telephony.sip.crypto import make_keys

        open_line = anna._open_line

        def insist(flow):  # type: ignore[no-untyped-def]
            line, media = open_line(flow)
            line.keys = make_keys(lambda size: bytes(size))
            return line, media

        anna._open_line = insist  # type: ignore[method-assign]
        call = await anna.dial("1002")
        with pytest.raises(CallRefused) as refused:
            await call.until_answered()
        assert refused.value.status == 488
