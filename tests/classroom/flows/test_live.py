"""One flow on the real server: written through the door, tried from a seat's telephone, put live anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from classroom.door.client import DoorRefused
from telephony.phone import PhoneCall
from telephony.phone_events import Ended
from tests.classroom.staff import serving, student

pytestmark = [pytest.mark.wire, pytest.mark.long, pytest.mark.timeout(300)]

HELLO = """\
flow: hello        # my first flow
trial: 42
prompts:
  hi: {zh: 您好, en: Hello}
start: hi
nodes:
  hi: {type: play_only, say: [hi], then: ask}
  ask:
    type: play_option
    say: [hi]
    keys: {1: bye}
    seconds: 30
    otherwise: bye
  bye: {type: stop_flow}
"""


async def ended(call: PhoneCall) -> None:
    async for event in call.events():
        if isinstance(event, Ended):
            return


@pytest.mark.feature("IVR-26", "LCA-14")
async def test_a_flow_is_written_tried_and_changed_while_a_call_is_in_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, student(server.server) as one:
        door = one.teacher
        assert {"front", "order"} <= {row.name for row in await door.flows()}
        wrong = await door.put_flow("hello", HELLO.replace("then: ask", "then: asks"))
        assert not wrong.saved and "there is no node `asks`" in wrong.problems[0].text
        page = await door.put_flow("hello", HELLO)
        assert page.saved and page.problems == []
        assert (tmp_path / "flows" / "hello.yaml").read_text(encoding="utf-8") == HELLO
        row = await door.try_flow("hello")
        assert row.trial == "*7842"
        call = await one.phone.dial(row.trial)
        await asyncio.wait_for(call.until_answered(), 60)
        (line,) = (await door.lines()).channels
        assert (line.extension, line.state) == (one.extension, "talking")
        gone = await door.put_flow("hello", HELLO.replace("{1: bye}", "{9: bye}"))
        assert gone.saved, "changed while a call is in it"
        await call.press("1")
        await asyncio.wait_for(ended(call), 60)
        with pytest.raises(DoorRefused, match="ask an instructor"):
            await one.door.put_flow("hello", HELLO)
    assert await server.stop() == 0
