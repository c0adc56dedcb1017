"""The telephone over TCP: registered, called and calling on one connection, back after a break."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.phone import Account, Phone, Rang, Registered, RegistrationLost
from telephony.wires.wire import Transport
from tests.stage.exchange import plan_of
from tests.stage.school import School, open_school

pytestmark = pytest.mark.wire


def telephone(school: School, extension: str, media: MediaProcess, transport: Transport) -> Phone:
    password = f"secret{int(extension) - 1000}"
    return Phone(
        Account(extension, password, school.board.address, transport=transport), media=media
    )


async def rang(phone: Phone) -> Rang:
    async with asyncio.timeout(60):
        return await anext(event async for event in phone.events() if isinstance(event, Rang))


async def test_two_telephones_talk_over_tcp_and_udp() -> None:
    plan = plan_of(2, recording_path=lambda call: None)
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan))
        media = await stack.enter_async_context(MediaProcess())
        anna = await stack.enter_async_context(telephone(school, "1001", media, "tcp"))
        bert = await stack.enter_async_context(telephone(school, "1002", media, "udp"))
        await anna.register()
        await bert.register()
        call = await bert.dial("1001")
        await (await rang(anna)).call.answer()
        await call.until_answered()
        assert (await school.until(ev.DeskAnswered)).extension == "1001"
        await call.hang_up()
        await school.until(ev.CallEnded)
        again = await anna.dial("1002")
        await (await rang(bert)).call.answer()
        await again.until_answered()
        await again.hang_up()
        await school.until(ev.CallEnded, 2)
        assert [one.transport for one in school.all(ev.CallStarted)] == ["udp", "tcp"]


async def test_a_telephone_whose_connection_broke_registers_again_at_once() -> None:
    plan = plan_of(1, recording_path=lambda call: None)
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan))
        media = await stack.enter_async_context(MediaProcess())
        anna = await stack.enter_async_context(telephone(school, "1001", media, "tcp"))
        await anna.register(3600)
        for stream in set(school.board._wire.streams._streams.values()):
            stream.abort("the test pulls the plug")
        async with asyncio.timeout(60):
            seen = [type(event) async for event in first(anna, 3)]
        assert seen == [Registered, RegistrationLost, Registered]
        changes = school.all(ev.RegistrationChanged)
        assert [one.registered for one in changes] == [True, False, True]


async def first(phone: Phone, count: int):
    async for event in phone.events():
        yield event
        count -= 1
        if not count:
            return
