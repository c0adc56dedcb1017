"""Strangers' telephones hand calls on: baresip by REFER."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.phone import Phone, Rang
from telephony.phone_call import PhoneCall
from tests.stage.exchange import plan_of
from tests.stage.school import School, open_school
from tests.telephony.interop.test_baresip import MODULES, baresip, desk

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        shutil.which("baresip") is None or not Path(MODULES, "ctrl_tcp.so").exists(),
        reason="baresip with its ctrl_tcp module is not installed",
    ),
]


class Knob:
    """A baresip that is told what to do while it runs."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def do(self, command: str, params: str = "") -> None:
        said = json.dumps({"command": command, "params": params}).encode()
        self._writer.write(b"%d:%s," % (len(said), said))
        await self._writer.drain()
        async with asyncio.timeout(60):
            while True:
                size = int((await self._reader.readuntil(b":"))[:-1])
                answer = json.loads((await self._reader.readexactly(size + 1))[:-1])
                if answer.get("response"):
                    print(command, answer)
                    return


@asynccontextmanager
async def steered(school: School, where: Path, extension: str) -> AsyncIterator[Knob]:
    """A registered baresip that lifts by itself, with a knob."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    extra = f"module_app ctrl_tcp.so\nctrl_tcp_listen 127.0.0.1:{port}\n"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(baresip(school, where, extension, auto=True, extra=extra))
        async with asyncio.timeout(30):
            while True:
                try:
                    pipe = await asyncio.open_connection("127.0.0.1", port)
                    break
                except OSError:
                    await asyncio.sleep(0.1)
        stack.callback(pipe[1].close)
        yield Knob(*pipe)


async def lifts(phone: Phone) -> PhoneCall:
    """Answer the next call."""
    async with asyncio.timeout(30):
        rang = await anext(event async for event in phone.events() if isinstance(event, Rang))
    await rang.call.ring()
    await rang.call.answer()
    return rang.call


@pytest.mark.feature("SEA-35")
async def test_baresip_sends_a_call_on(tmp_path: Path) -> None:
    async with (
        open_school(plan_of(3, recording_path=lambda call: None)) as school,
        desk(school, "1002") as (caller, _),
        desk(school, "1003") as (target, _),
        steered(school, tmp_path / "baresip", "1001") as knob,
    ):
        await school.until(ev.RegistrationChanged, 3)
        talk = await caller.dial("1001")
        await talk.until_answered()
        await school.until(ev.DeskAnswered)
        answering = asyncio.create_task(lifts(target))
        await knob.do("transfer", f"sip:1003@{school.host}:{school.port}")
        moved = await school.until(did.Transferred)
        assert (moved.extension, moved.to, moved.how) == ("1001", "1003", "blind")
        await answering
        assert [e.extension for e in (await school.until(ev.DeskAnswered, 2),)] == ["1003"]
        await talk.hang_up()
        assert (await school.until(ev.CallEnded)).by == "caller"
