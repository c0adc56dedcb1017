"""A server in its first minute: nobody has given a lesson yet, and whoever calls is told something."""

import asyncio
from pathlib import Path

import pytest

from telephony.media.control import SpeechBegan
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone
from telephony.phone_events import Ended
from tests.classroom.real import real, sip_passwords

pytestmark = [pytest.mark.wire, pytest.mark.long]

TRIES = 20
"""Calls that may come before the announcement is rendered."""


async def speaks(phone: Phone, number: str) -> bool:
    """Call a number; say whether it said anything before it hung up."""
    call = await phone.dial(number)
    async for event in call.events():
        if isinstance(event, SpeechBegan | Ended):
            await call.hang_up()
            return isinstance(event, SpeechBegan)
    return False


async def test_an_emergency_number_is_announced_before_the_first_lesson(
    tmp_path: Path,
) -> None:
    async with real(tmp_path / "data") as server, MediaProcess() as media:
        secrets = await sip_passwords(server.data)
        account = Account("1001", secrets["1001"], ("127.0.0.1", server.sip_port))
        async with Phone(account, media=media) as phone, asyncio.timeout(120):
            await phone.register()
            heard = False
            for _ in range(TRIES):
                heard = heard or await speaks(phone, "110")
            assert heard
        assert await server.stop() == 0
