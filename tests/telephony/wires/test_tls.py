"""SIP over TLS on real sockets: the school's certificate is believed, and no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from telephony.errors import RegistrationRefused
from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.phone import Account, Phone, Rang
from telephony.wires.certificates import Proof, SchoolCertificates
from telephony.wires.stream import Limits
from telephony.wires.tls import server_context
from tests.stage.exchange import plan_of
from tests.stage.school import School, open_school

pytestmark = pytest.mark.wire

Seat = Callable[[str, str], Phone]


def made(folder: Path, *names: str) -> Proof:
    return SchoolCertificates(folder).ensure(names or ("127.0.0.1", "::1"), datetime.now(UTC))


async def secured(stack: AsyncExitStack, proof: Proof) -> tuple[School, Seat]:
    """A school with TLS, and what makes a telephone that believes a certificate."""
    plan = plan_of(2, recording_path=lambda call: None)
    context = server_context(proof.certificate, proof.key)
    school = await stack.enter_async_context(open_school(plan, tls=context))
    media = await stack.enter_async_context(MediaProcess())

    def seat(extension: str, ca: str) -> Phone:
        server = (school.host, school.board.tls_port)
        password = f"secret{int(extension) - 1000}"
        return Phone(Account(extension, password, server, transport="tls", ca=ca), media=media)

    return school, seat


async def test_a_telephone_registers_and_is_called_over_tls(tmp_path: Path) -> None:
    proof = made(tmp_path)
    async with AsyncExitStack() as stack:
        school, seat = await secured(stack, proof)
        assert school.board.tls_port == school.port + 1
        anna = await stack.enter_async_context(seat("1001", proof.ca))
        bert = await stack.enter_async_context(seat("1002", proof.ca))
        await anna.register()
        await bert.register()
        call = await anna.dial("1002")
        async with asyncio.timeout(60):
            rang = await anext(event async for event in bert.events() if isinstance(event, Rang))
        await rang.call.answer()
        await call.until_answered()
        assert (await school.until(ev.CallStarted)).transport == "tls"
        await call.hang_up()
        await school.until(ev.CallEnded)
        await anna.close()
        assert len(anna._wire.streams) == 0, "closed on both sides, not left to the collector"


async def test_who_says_nothing_on_the_porch_takes_nobodys_place(tmp_path: Path) -> None:
    """One host has two places before TLS is agreed; a third guest is shown out, and a place is free again."""
    proof = made(tmp_path)
    context = server_context(proof.certificate, proof.key)
    limits = Limits(unproved=3, a_host_unproved=2)
    async with AsyncExitStack() as stack:
        plan = plan_of(2, recording_path=lambda call: None)
        school = await stack.enter_async_context(open_school(plan, tls=context, limits=limits))
        address = (school.host, school.board.tls_port)
        silent = [await asyncio.open_connection(*address) for _ in range(2)]
        reader, writer = await asyncio.open_connection(*address)
        with suppress(ConnectionError):
            assert await reader.read() == b""
        for _, one in (*silent, (reader, writer)):
            one.close()
            await one.wait_closed()
        media = await stack.enter_async_context(MediaProcess())
        account = Account("1001", "secret1", address, transport="tls", ca=proof.ca)
        anna = await stack.enter_async_context(Phone(account, media=media))
        async with asyncio.timeout(60):
            while not school.all(ev.RegistrationChanged):
                with suppress(
                    RegistrationRefused
                ):  # The porch may not know yet that two have gone.
                    await anna.register()


@pytest.mark.parametrize("why", ["another school", "another address"])
async def test_a_wrong_certificate_is_refused_in_one_sentence(tmp_path: Path, why: str) -> None:
    ours, stranger = made(tmp_path / "ours", "10.9.9.9"), made(tmp_path / "stranger")
    proof, believed = (ours, ours.ca) if why == "another address" else (stranger, ours.ca)
    async with AsyncExitStack() as stack:
        school, seat = await secured(stack, proof)
        anna = await stack.enter_async_context(seat("1001", believed))
        with pytest.raises(RegistrationRefused) as refused:
            await anna.register()
        sentence = str(refused.value)
        assert sentence.startswith(f"The telephone server at 127.0.0.1:{school.board.tls_port} ")
        assert "a certificate that is not this school's" in sentence
        assert "compare the fingerprint with your instructor" in sentence
        assert not school.all(ev.RegistrationChanged)


async def test_a_renewed_certificate_serves_new_connections_and_keeps_the_old(
    tmp_path: Path,
) -> None:
    proof = made(tmp_path)
    async with AsyncExitStack() as stack:
        plan = plan_of(2, recording_path=lambda call: None)
        context = server_context(proof.certificate, proof.key)
        school = await stack.enter_async_context(open_school(plan, tls=context))
        media = await stack.enter_async_context(MediaProcess())
        phones = []
        for number in (1, 2):
            account = Account(
                f"100{number}", f"secret{number}", (school.host, school.board.tls_port),
                transport="tls", ca=proof.ca,
            )  # fmt: skip
            phone = await stack.enter_async_context(Phone(account, media=media))
            await phone.register()
            phones.append(phone)
            again = SchoolCertificates(tmp_path).ensure(proof.names, datetime.now(UTC), anew=True)
            context.load_cert_chain(again.certificate, again.key)
        await phones[0].register()
        assert not [event for event in school.all(ev.RegistrationChanged) if not event.registered]
